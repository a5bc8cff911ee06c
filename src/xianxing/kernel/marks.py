"""When something was last used, as the time of a file: reading must not wait for the lock that an import holds.

What is marked is known by a digest, never by the secret itself; marks are no part of a backup.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from xianxing.kernel import clock

__all__ = ["Marks"]


@dataclass(frozen=True)
class Marks:
    """The marks of one kind of thing, in a folder of the home."""

    folder: str

    def _file(self, digest: str) -> Path:
        home: Path = settings.HOME
        return home / self.folder / digest

    def last(self, digest: str) -> datetime | None:
        """When it was last used; nothing where that is not known."""
        try:
            return datetime.fromtimestamp(self._file(digest).stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

    def use(self, digest: str) -> None:
        """Note that it is used at this moment."""
        path, at = self._file(digest), clock.instant().timestamp()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        os.utime(path, (at, at))

    def forget(self, digests: Iterable[str]) -> None:
        """Remove the marks of what is over."""
        for digest in digests:
            self._file(digest).unlink(missing_ok=True)
