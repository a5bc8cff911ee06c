"""A process killed in the middle of a backup or a restore leaves no half backup, and the old zone or the new one."""

import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from tests.kernel.backup.conftest import enter, names
from tests.kernel.town import Town

from xianxing.kernel.audit.chain import verify
from xianxing.kernel.backup.make import make_backup
from xianxing.kernel.backup.proof import prove_zone
from xianxing.kernel.backup.restore import check_archive
from xianxing.kernel.backup.shelf import folder, shelf

PATIENCE = 120.0
ROOT = Path(__file__).parents[3]


class Worker:
    """The forking worker: one piece of work at a time."""

    def __init__(self) -> None:
        words = [sys.executable, str(Path(__file__).with_name("worker.py")), str(settings.HOME)]
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
        self.process = subprocess.Popen(
            [*words, str(connection.settings_dict["NAME"])], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "xianxing.settings", "PYTHONPATH": path}, cwd=ROOT,
        )  # fmt: skip

    def run(self, work: str, kill_after: float | None) -> float:
        """Do one piece of work, killing it after so many seconds unless it is through; returns how long it took."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{work}\n")
        self.process.stdin.flush()
        pid = int(self.process.stdout.readline())
        begun = time.perf_counter()
        if not select.select([self.process.stdout], [], [], kill_after)[0]:
            os.kill(pid, signal.SIGKILL)
        assert self.process.stdout.readline() == "end\n"
        return time.perf_counter() - begun

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(PATIENCE)
        self.process.stdout.close()


@pytest.fixture
def worker(place: Town) -> Iterator[Worker]:
    for number in range(2, 60):
        enter(place, number, f"企业{number}")
    connection.close()
    found = Worker()
    yield found
    found.close()


def kill_backups(worker: Worker, times: int) -> None:
    chance = random.Random(2017)
    whole = worker.run("backup", None)
    done = 0
    for _time in range(times):
        before = len(shelf())
        worker.run("backup", chance.uniform(0, whole * 1.2))
        archives = list(folder().glob("*.zip"))
        assert len(archives) in {before, before + 1}
        assert all(not check_archive(path)[1] for path in archives)
        done += len(archives) > before
    worker.run("backup", None)
    assert not list(folder().glob("*.part"))
    assert done < times


def kill_restores(worker: Worker, place: Town, times: int) -> None:
    chance = random.Random(2017)
    old = names(place)
    backup = make_backup(folder().parent / "old.zip", why="cli")
    enter(place, 99, "后来的企业")
    connection.close()
    new = [*old, "后来的企业"]
    whole = worker.run(f"restore {backup}", None)
    assert names(place) == old
    for _time in range(times):
        if names(place) == old:
            enter(place, 99, "后来的企业")
        connection.close()
        worker.run(f"restore {backup}", chance.uniform(0, whole))
        assert names(place) in (old, new)
        assert verify()[1] is None
        assert [finding.place for finding in prove_zone().findings] == []
        connection.close()
    worker.run(f"restore {backup}", None)
    assert names(place) == old
    assert not list(Path(settings.HOME).glob("restore-*"))
    backup.unlink()


def test_a_backup_killed_at_a_random_point_leaves_no_half_one(worker: Worker) -> None:
    kill_backups(worker, 6)


def test_a_restore_killed_at_a_random_point_leaves_the_old_zone_or_the_new_one(worker: Worker, place: Town) -> None:
    kill_restores(worker, place, 2)


@pytest.mark.trial
def test_a_backup_killed_at_fifty_random_points_leaves_no_half_one(worker: Worker) -> None:
    kill_backups(worker, 50)


@pytest.mark.trial
def test_a_restore_killed_at_thirty_random_points_leaves_one_whole_zone(worker: Worker, place: Town) -> None:
    kill_restores(worker, place, 30)
