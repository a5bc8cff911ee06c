"""Workbooks on their way in or out: files of one person, sealed, outside the web root, fetched or not gone in a day."""

import fcntl
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from xianxing.kernel.context import Context
from xianxing.kernel.personal.boxes import discard_files, read_file, write_file
from xianxing.kernel.remains import older
from xianxing.kernel.tick import step

__all__ = ["Upload", "new_upload", "remove_uploads", "upload_of"]

KEPT = timedelta(days=1)
_TOKEN = re.compile(r"^[0-9a-f]{24}$")


class Upload:
    """One workbook and what was found out about it.

    Files ``<person>-<token>`` by ending: ``book`` (as it came), ``meta``, ``report``, ``done`` (results), ``out``
    (a workbook back).
    """

    def __init__(self, person: int, token: str) -> None:
        self.token = token
        self._stem = _folder() / f"{person}-{token}"

    def _path(self, ending: str) -> Path:
        return self._stem.with_name(f"{self._stem.name}.{ending}")

    def has(self, ending: str) -> bool:
        """Whether one of its files is there."""
        return self._path(ending).exists()

    def size(self) -> int:
        """Bytes of the workbook as it lies on the disk."""
        return self._path("book").stat().st_size

    def read(self, ending: str = "book") -> bytes:
        """One of its files; raises ``FileNotFoundError``."""
        return read_file(self._path(ending))

    def write(self, ending: str, content: bytes) -> None:
        """Keep one of its files."""
        write_file(self._path(ending), content)

    def note(self, ending: str, values: Mapping[str, Any]) -> None:
        """Keep a result beside the workbook, whole or not at all."""
        self.write(ending, json.dumps(dict(values), ensure_ascii=False, default=str).encode())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One at a time, whoever else clicked; the lock goes with its process."""
        with self._path("lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield

    def noted(self, ending: str) -> dict[str, Any] | None:
        """A result kept before; ``None`` where there is none yet."""
        try:
            found = json.loads(self.read(ending))
        except FileNotFoundError:
            return None
        return found if isinstance(found, dict) else None


def _folder() -> Path:
    folder: Path = settings.HOME / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def new_upload(context: Context, content: bytes = b"", name: str = "") -> Upload:
    """A place for a workbook of the caller's."""
    upload = Upload(context.actor or 0, secrets.token_hex(12))
    if content:
        upload.write("book", content)
        upload.note("meta", {"name": name[:200], "size": len(content)})
    return upload


@step("uploads")
def remove_uploads(context: Context) -> int:
    """Workbooks that came or were made more than a day ago go, with the keys that seal them."""
    del context
    found = older(_folder(), KEPT)
    discard_files(found)
    return len(found)


def upload_of(context: Context, token: str) -> Upload | None:
    """The caller's own upload of that token."""
    if not _TOKEN.match(token):
        return None
    upload = Upload(context.actor or 0, token)
    return upload if upload.has("meta") or upload.has("out") else None
