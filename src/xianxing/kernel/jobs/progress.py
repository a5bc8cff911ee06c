"""How far a job is, in a small file beside the database: an import holds the store's lock and could not say it there.

The file holds numbers only, never a value out of a record.
"""

import json
import os
import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from xianxing.kernel.remains import older

__all__ = ["Cancelled", "Progress", "Reporter", "ask_to_stop", "forget", "forget_old", "progress_of"]

EVERY = 0.2
KEPT = timedelta(days=7)
"""Longer than any job runs: how far an ended one was, nobody asks any more."""


class Cancelled(Exception):
    """Somebody asked the job to stop."""


@dataclass(frozen=True)
class Progress:
    """``done`` of ``total`` parts (0 while unknown); ``pid`` is the process at work."""

    done: int = 0
    total: int = 0
    pid: int = 0

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def alive(self) -> bool:
        """Whether the process at work still exists on this machine."""
        if not self.pid:
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True


def _path(job: int, ending: str) -> Path:
    folder: Path = settings.HOME / "jobs"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / f"{job}.{ending}"


def progress_of(job: int) -> Progress:
    """What the job last said."""
    try:
        return Progress(**json.loads(_path(job, "json").read_text(encoding="ascii")))
    except FileNotFoundError:
        return Progress()


def ask_to_stop(job: int) -> None:
    """Leave word that the job shall stop; it does at its next report."""
    _path(job, "stop").touch()


def forget(job: int) -> None:
    """Remove the files of an earlier run."""
    for ending in ("json", "stop"):
        _path(job, ending).unlink(missing_ok=True)


def forget_old() -> int:
    """Remove the files of jobs that ended long ago, and what a killed one left half written."""
    found = older(settings.HOME / "jobs", KEPT)
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


class Reporter:
    """What a running job reports to; calling it with how much is done raises :class:`Cancelled` once it shall stop."""

    def __init__(self, job: int) -> None:
        self._job = job
        self._last = -EVERY
        self(0, 0)

    def __call__(self, done: int, total: int) -> None:
        now = time.perf_counter()
        if now - self._last < EVERY and done < total:
            return
        self._last = now
        if _path(self._job, "stop").exists():
            raise Cancelled
        written = _path(self._job, "part")
        written.write_text(json.dumps(asdict(Progress(done, total, os.getpid()))), encoding="ascii")
        written.replace(_path(self._job, "json"))
