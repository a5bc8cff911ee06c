"""A process killed in the middle leaves all of an action or nothing, and the next run completes.

Each kill begins with a copy of the same zone. After it everything that must hold is proven (audit chain, every foreign
key, bytes of evidence, limits shown by cases), and what the tables hold is what they held before or after an action.
"""

import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.trials.figures import note
from tests.trials.scale import scaled
from tests.trials.stores import Store, store

ROOT = Path(__file__).resolve().parents[2]
ROWS, FLATS = 600, 150
SHORT, LONG = 3, 40  # kills a deed: five deeds make two hundred
PATIENCE = 60.0
MEMORY = Path("/dev/shm")
State = dict[str, Any]


@dataclass
class Victims:
    """The forking process, and databases for its children."""

    home: Path
    store: Store
    process: "subprocess.Popen[str]"
    made: list[str] = field(default_factory=list)

    def run(self, deed: str, database: str, kill_after: float | None = None, **given: Any) -> tuple[int, float]:
        """Do a deed, killing it after so many seconds unless it is through; exit status and seconds."""
        status, _answer, seconds = self._run(deed, database, kill_after, given)
        return status, seconds

    def ask(self, deed: str, database: str, **given: Any) -> Any:
        """Do a deed to its end and return its answer."""
        status, answer, _seconds = self._run(deed, database, None, given)
        assert status == 0, deed
        return json.loads(answer)

    def _run(self, deed: str, database: str, kill_after: float | None, given: dict[str, Any]) -> tuple[int, str, float]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"deed": deed, "database": database, "given": given}) + "\n")
        self.process.stdin.flush()
        pid = int(self.process.stdout.readline())
        begun = time.perf_counter()
        if not select.select([self.process.stdout], [], [], kill_after)[0]:
            os.kill(pid, signal.SIGKILL)
        told = json.loads(self.process.stdout.readline())
        seconds = time.perf_counter() - begun
        self.store.settle(database)
        return int(told["status"]), str(told["answer"]), seconds

    def copy(self, of: str) -> str:
        """A copy to spoil; the one before is thrown away."""
        self.made.append(self.store.copy(of, "xianxing_trial_copy"))
        return self.made[-1]

    def empty(self, name: str) -> str:
        """A database without tables."""
        self.made.append(self.store.empty(f"xianxing_trial_{name}"))
        return self.made[-1]

    def close(self) -> None:
        """End the process and throw the databases away."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(PATIENCE)
        self.process.stdout.close()
        for name in dict.fromkeys(self.made):
            self.store.drop(name)
        self.store.close()


@pytest.fixture(scope="module")
def victims(django_db_setup: None) -> Iterator[Victims]:
    # In memory where there is room: a kill ends a process and not the machine, so the disk has no part in it.
    roomy = MEMORY.exists() and shutil.disk_usage(MEMORY).free > 2**30
    home = Path(tempfile.mkdtemp(prefix="xianxing-victims-", dir=MEMORY if roomy else None))
    environment = {**os.environ, "XIANXING_HOME": str(home), "DJANGO_SETTINGS_MODULE": "xianxing.settings"}
    environment["PYTHONPATH"] = str(ROOT)
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("victim.py"))],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    found = Victims(home, store(home), process)
    yield found
    found.close()
    shutil.rmtree(home)


@pytest.fixture(scope="module")
def zone(victims: Victims) -> str:
    """A zone that is never changed: every try begins with a copy."""
    name = victims.empty("zone")
    victims.ask("build_zone", name, rows=ROWS, flats=FLATS)
    return name


@pytest.fixture(params=[SHORT, pytest.param(LONG, marks=pytest.mark.trial)], ids=["few", "many"])
def times(request: pytest.FixtureRequest) -> int:
    return int(request.param) if request.param == SHORT else scaled(request.param)


class Kills:
    """The kills of one deed: at which seconds, and how many met it at work."""

    def __init__(self, deed: str, times: int, whole: float) -> None:
        self.deed, self.times, self.met = deed, times, 0
        chance = random.Random(f"2017 {deed} {times}")
        # Spread over the whole: however much faster the next runs are than the measured one, some kills meet them.
        self.moments = [whole / times * (place + chance.random()) for place in range(times)]

    def saw(self, status: int) -> None:
        """What became of one child: killed, or through before the kill."""
        assert status in (0, -signal.SIGKILL)
        self.met += status != 0

    def tell(self, what: str) -> None:
        """Nothing was learnt where no kill met its deed; keep the figure of a long run."""
        assert self.met
        if self.times != SHORT:
            note("kill -9", self.deed, f"{self.times} kills, {self.met} of them met it at work: {what}")


def test_an_import_that_is_killed_leaves_all_of_it_or_nothing(victims: Victims, zone: str, times: int):
    given = {"batch": "1", "rows": ROWS}
    before = whole_state(victims, zone)
    copy = victims.copy(zone)
    _status, seconds = victims.run("import_rows", copy, **given)
    after = whole_state(victims, copy)
    assert after["rows"]["attract_projects_projectcase"] == 2 * ROWS
    kills, taken = Kills("import", times, seconds), 0
    for moment in kills.moments:
        copy = victims.copy(zone)
        kills.saw(victims.run("import_rows", copy, moment, **given)[0])
        found = whole_state(victims, copy)
        assert found in (before, after)
        taken += found == after
        if found == before:
            assert victims.run("import_rows", copy, **given)[0] == 0
            assert whole_state(victims, copy) == after
    kills.tell(f"{taken} imports were saved whole, {times - taken} left nothing and were then repeated")


def test_moves_that_are_killed_are_all_taken_or_none(victims: Victims, zone: str, times: int):
    before = whole_state(victims, zone)
    copy = victims.copy(zone)
    _status, seconds = victims.run("let_flats", copy)
    after = whole_state(victims, copy)
    assert (before["let"], after["let"]) == (0, FLATS)
    kills, halfway = Kills("evidence and move", times, seconds), 0
    for moment in kills.moments:
        copy = victims.copy(zone)
        kills.saw(victims.run("let_flats", copy, moment)[0])
        found = whole_state(victims, copy)
        files = found["rows"]["kernel_evidence"] - before["rows"]["kernel_evidence"]
        assert (files, found["let"]) in {(0, 0), (FLATS, 0), (FLATS, FLATS)}
        halfway += (files, found["let"]) == (FLATS, 0)
        assert victims.run("let_flats", copy)[0] == 0
        assert whole_state(victims, copy) == after
    kills.tell(f"files and moves each all or none ({halfway} times between the two actions), each run completed")


def test_a_tick_that_is_killed_is_completed_by_the_next_one(victims: Victims, zone: str, times: int):
    copy = victims.copy(zone)
    _status, seconds = victims.run("tick", copy)
    after = whole_state(victims, copy)
    assert after["rows"]["kernel_notice"]
    kills, held = Kills("tick", times, seconds), 0
    for moment in kills.moments:
        copy = victims.copy(zone)
        kills.saw(victims.run("tick", copy, moment)[0])
        whole_state(victims, copy)
        if not victims.ask("tick", copy):
            held += 1
            victims.ask("ten_minutes_pass", copy)
            assert victims.ask("tick", copy)
        assert whole_state(victims, copy) == after
    kills.tell(f"{held} times the lease had to run out first; each time the next tick ended where an unharmed one does")


def test_a_backup_that_is_killed_is_not_taken_for_one(victims: Victims, zone: str, times: int, tmp_path: Path):
    copy = victims.copy(zone)
    before = whole_state(victims, copy)
    folder = fresh(tmp_path, "whole")
    _status, seconds = victims.run("backup", copy, folder=folder)
    (rows,) = victims.ask("backups", copy, folder=folder)
    kills, through = Kills("backup", times, seconds), 0
    for number, moment in enumerate(kills.moments):
        folder = fresh(tmp_path, str(number))
        kills.saw(victims.run("backup", copy, moment, folder=folder)[0])
        there = victims.ask("backups", copy, folder=folder)
        assert there in ([], [rows])
        through += there == [rows]
        assert victims.run("backup", copy, folder=folder)[0] == 0
        assert victims.ask("backups", copy, folder=folder) == [*there, rows]
        assert whole_state(victims, copy) == before
    kills.tell(f"{through} archives were whole, the others were not there; each next backup was whole")


def test_migrations_that_are_killed_are_completed_by_the_next_run(victims: Victims, times: int):
    empty = victims.empty("tables")
    _status, seconds = victims.run("migrate", empty)
    wanted = victims.ask("schema", empty)
    kills = Kills("migration", times, seconds)
    for moment in kills.moments:
        empty = victims.empty("tables")
        kills.saw(victims.run("migrate", empty, moment)[0])
        assert victims.run("migrate", empty)[0] == 0
        assert victims.ask("schema", empty) == wanted
    kills.tell("each next run left the tables of an unharmed one")


def whole_state(victims: Victims, database: str) -> State:
    """What a database holds; nothing in it may be amiss."""
    found: State = victims.ask("state", database)
    assert found.pop("findings") == []
    return found


def fresh(folder: Path, name: str) -> str:
    """A new folder."""
    made = folder / name
    made.mkdir()
    return str(made)
