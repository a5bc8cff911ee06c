"""Files of evidence are whole or not there; what a killed process leaves is removed and counted."""

import os
import shutil
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from xianxing.kernel import clock
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.files import content_of, keep, path_of, unfinished, write
from xianxing.kernel.evidence.upkeep import PATIENCE, left_over, remove_unfinished
from xianxing.kernel.jobs.progress import KEPT, Reporter, forget_old, progress_of
from xianxing.kernel.units.seats import business_date


@pytest.fixture(autouse=True)
def folder() -> Iterator[None]:
    """The files of a test go with it."""
    shutil.rmtree(settings.EVIDENCE_ROOT, ignore_errors=True)
    yield
    shutil.rmtree(settings.EVIDENCE_ROOT, ignore_errors=True)


def killed_while_writing(path: Path) -> None:
    """Write a file in a process of its own and kill it with half of the file on the disk."""
    told, say = os.pipe()
    child = os.fork()
    if child == 0:

        def pieces() -> Iterator[bytes]:
            yield b"half" * 100_000
            os.write(say, b".")
            os.read(os.pipe()[0], 1)

        write(path, pieces())
        os._exit(0)
    os.read(told, 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(told)
    os.close(say)


def age(path: Path, by: timedelta) -> None:
    at = (clock.instant() - by).timestamp()
    os.utime(path, (at, at))


def sweep() -> int:
    return remove_unfinished(Context.system(business_date(), "tick"))


@pytest.mark.django_db
def test_what_a_killed_process_left_has_no_name_and_goes_after_a_day() -> None:
    kept = keep("a.txt", "other", "内容".encode())
    killed_while_writing(path_of("f" * 64))
    assert content_of("f" * 64) is None
    (part,) = unfinished().iterdir()
    assert part.stat().st_size > 0
    assert (left_over(), sweep()) == (0, 0)  # it might still be written
    age(part, PATIENCE + timedelta(seconds=1))
    assert (left_over(), sweep(), sweep()) == (1, 1, 0)
    assert content_of(kept.digest) == "内容".encode()


@pytest.mark.django_db
def test_a_file_that_stands_is_never_swept_however_old() -> None:
    kept = keep("a.txt", "other", b"old")
    age(path_of(kept.digest), timedelta(days=4000))
    assert sweep() == 0
    assert content_of(kept.digest) == b"old"


def test_a_full_disk_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(path_of("e" * 64), [b"content"])
    assert list(unfinished().iterdir()) == []
    assert content_of("e" * 64) is None


def test_two_who_keep_the_same_bytes_at_once_do_not_disturb_each_other() -> None:
    def other_first() -> Iterator[bytes]:
        yield b"sa"
        write(path_of("d" * 64), [b"same"])
        yield b"me"

    write(path_of("d" * 64), other_first())
    assert content_of("d" * 64) == b"same"
    assert list(unfinished().iterdir()) == []


def test_how_far_an_ended_job_was_is_forgotten_after_a_week() -> None:
    Reporter(987_654)(3, 9)
    assert (progress_of(987_654).done, forget_old()) == (0, 0)
    age(settings.HOME / "jobs" / "987654.json", KEPT + timedelta(seconds=1))
    assert forget_old() == 1
    assert progress_of(987_654).pid == 0
