"""A process killed in the middle of an import leaves all of it or nothing, and an audit chain that verifies."""

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
from django.db import connection

from xianxing.kernel.audit.chain import verify
from xianxing.kernel.audit.models import AuditItem
from xianxing.kernel.flow.models import ClockRun
from xianxing.lines.attract.projects.models import ProjectCase
from xianxing.subjects.project.models import Project

ROWS = 800
PATIENCE = 60.0


class Importer:
    """The forking importer: one import at a time."""

    def __init__(self) -> None:
        name = str(connection.settings_dict["NAME"])
        command = [sys.executable, str(Path(__file__).with_name("importer.py")), name, "officer-one", str(ROWS)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.batch = 0

    def run(self, kill_after: float | None) -> float:
        """Import one batch, killing it after so many seconds unless it is through; returns how long it took."""
        assert self.process.stdin
        assert self.process.stdout
        self.batch += 1
        self.process.stdin.write(f"{self.batch}\n")
        self.process.stdin.flush()
        pid = int(self.process.stdout.readline())
        begun = time.perf_counter()
        ended = select.select([self.process.stdout], [], [], kill_after)[0]
        if not ended:
            os.kill(pid, signal.SIGKILL)
        assert self.process.stdout.readline() == "end\n"
        return time.perf_counter() - begun

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(PATIENCE)
        assert self.process.stdout
        self.process.stdout.close()


@pytest.fixture
def importer(transactional_db: None, town) -> Iterator[Importer]:
    connection.close()
    found = Importer()
    yield found
    found.close()


def counts() -> tuple[int, ...]:
    settle()
    items = AuditItem.objects.filter(register="attraction").count()
    clocks = ClockRun.objects.filter(register="attraction", clock="respond").count()
    return ProjectCase.objects.count(), Project.objects.count(), items, clocks


def settle() -> None:
    """On PostgreSQL the server notices a killed client in its own time: wait for it."""
    if connection.vendor != "postgresql":
        return
    until = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if not cursor.fetchone()[0]:
                return


def kill_imports(importer: Importer, times: int) -> None:
    chance = random.Random(2017)
    whole = importer.run(None)
    assert set(counts()) == {ROWS}
    broken = 0
    for _time in range(times):
        before = counts()
        importer.run(chance.uniform(0, whole))
        after = counts()
        assert len(set(after)) == 1
        assert after[0] - before[0] in {0, ROWS}
        broken += after == before
        assert verify()[1] is None
    assert broken
    importer.run(None)
    assert verify()[1] is None


def test_an_import_killed_at_a_random_point_leaves_all_or_nothing(importer: Importer):
    kill_imports(importer, 6)


@pytest.mark.trial
def test_an_import_killed_at_fifty_random_points_leaves_all_or_nothing(importer: Importer):
    kill_imports(importer, 50)
