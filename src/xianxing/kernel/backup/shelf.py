"""Where backups lie, how old the last one is, and how many are kept."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import clock
from xianxing.kernel.backup.archive import opened
from xianxing.kernel.blockers import Blocked, Blocker, Problem

__all__ = ["Kept", "alone", "busy", "folder", "forget_old", "note_failure", "shelf", "trouble"]

KEPT = "xianxing-*.zip"
BUSY = Problem("backup_busy", _("A backup or restore is under way already"), _("Wait until it is through"))


@dataclass(frozen=True)
class Kept:
    """A backup on the shelf: when it was made (system time), why, how much it holds. ``whole`` is not checked here."""

    path: Path
    made_at: datetime
    why: str
    rows: int
    files: int
    size: int
    missing: int

    @property
    def age(self) -> int:
        """Whole days since it was made."""
        return (clock.instant() - self.made_at).days


def folder() -> Path:
    """The folder of the installation's own backups."""
    found: Path = settings.HOME / "backups"
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found


def shelf() -> list[Kept]:
    """The backups there are, newest first; what cannot be read as one is left out."""
    found = []
    for path in folder().glob(KEPT):
        try:
            with opened(path) as archive:
                told = archive.manifest
        except Blocked:
            continue
        moment = datetime.fromisoformat(told.made_at)
        found.append(
            Kept(path, moment, told.why, told.rows, told.files["number"], path.stat().st_size, len(told.missing))
        )
    return sorted(found, key=lambda kept: (kept.made_at, kept.path.name), reverse=True)


def forget_old(keep: int) -> int:
    """Remove all but the newest; at least one stays. Returns how many were removed."""
    old = shelf()[max(keep, 1) :]
    for kept in old:
        kept.path.unlink(missing_ok=True)
    return len(old)


@contextmanager
def alone() -> Iterator[None]:
    """One backup or restore at a time; the lock dies with its process. Raises :class:`Blocked`."""
    with (folder() / "lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Blocked((Blocker(BUSY),)) from error
        for part in folder().glob("*.part"):  # of one that was killed
            part.unlink(missing_ok=True)
        yield


def busy() -> bool:
    """Whether a backup or restore is under way."""
    try:
        with alone():
            return False
    except Blocked:
        return True


def note_failure(words: str) -> None:
    """Remember why the last backup failed; an empty text: it did not."""
    told = {"at": clock.instant().isoformat(), "words": words}
    (folder() / "last.json").write_text(json.dumps(told), encoding="utf-8")


def trouble() -> tuple[datetime, str] | None:
    """When and why the last attempt failed; nothing where it did not."""
    try:
        told: dict[str, Any] = json.loads((folder() / "last.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return (datetime.fromisoformat(told["at"]), str(told["words"])) if told["words"] else None
