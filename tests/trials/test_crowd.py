"""Sixteen people at once on a real server, editing the same records while a large workbook is imported.

Nothing is lost: what the shared records sum to is what was added to them. Nothing fails: no answer of 500 and above.
The pages' percentiles are figures, not conditions.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from stdnum.cn import uscc
from tests.trials.crowd import Log, Person, Visitor, percentile
from tests.trials.figures import note
from tests.trials.scale import SCALE, scaled
from tests.trials.stores import store

ROOT = Path(__file__).resolve().parents[2]
ROWS, SECONDS, PAUSE = 100_000, 600.0, 1.0
PATIENCE = 1800.0
PAGES = ("cockpit", "desk", "form", "list", "list, searched", "record")
pytestmark = [pytest.mark.trial, pytest.mark.usefixtures("django_db_setup")]


@dataclass
class Zone:
    """A served zone: its environment, its port, the people's sessions, the shared cases."""

    environment: dict[str, str]
    port: int
    sessions: dict[str, str]
    shared: list[str]

    def prove(self) -> dict[str, Any]:
        """What stands in the store."""
        return told(self.environment, "prove", *self.shared)


def told(environment: dict[str, str], *words: str) -> Any:
    """What the program that prepares and proves the zone prints."""
    command = [sys.executable, str(Path(__file__).with_name("crowd_zone.py")), *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def zone(tmp_path: Path) -> Iterator[Zone]:
    home = tmp_path / "home"
    environment = {**os.environ, "XIANXING_HOME": str(home), "PYTHONPATH": str(ROOT)}
    databases, name = store(tmp_path), ""
    if url := os.environ.get("DATABASE_URL"):
        name = databases.empty("xianxing_crowd")
        environment["DATABASE_URL"] = re.sub(r"^(\w+://[^/?]*/)[^?]*", rf"\g<1>{name}", url)
    prepared = told(environment, "prepare")
    with served(environment, tmp_path / "server.log") as port:
        yield Zone(environment, port, prepared["sessions"], prepared["shared"])
    if name:
        databases.drop(name)
    databases.close()


@contextmanager
def served(environment: dict[str, str], log: Path) -> Iterator[int]:
    """The product as ``xianxing serve`` serves it, on a free port of the loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with log.open("wb") as kept:
        server = subprocess.Popen(
            [sys.executable, "-m", "xianxing.cli", "serve", "--port", str(port)],
            env=environment, stdin=subprocess.DEVNULL, stdout=kept, stderr=kept, start_new_session=True,
        )  # fmt: skip
    try:
        wait_for(port, server, log)
        yield port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def wait_for(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return once the server listens."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(log.read_text(errors="replace")[-2000:])


def book(rows: int) -> bytes:
    """A workbook of new enterprises."""
    bodies = (f"91371400{number:09d}" for number in range(rows))
    lines = [f"{body}{uscc.calc_check_digit(body)},人群工厂{n},{n + 1}" for n, body in enumerate(bodies)]
    return "\n".join(["code,name,capital", *lines]).encode()


@dataclass
class Import:
    """One person's import of a large workbook, by the pages, as its own thread does it."""

    visitor: Visitor
    content: bytes
    seconds: float = 0.0
    failure: str = "it was not through"

    def run(self) -> None:
        begun = time.perf_counter()
        try:
            self._judged()
        except (AssertionError, KeyError) as error:
            self.failure = repr(error)
        self.seconds = time.perf_counter() - begun

    def _judged(self) -> None:
        self.visitor.ask("import", "GET", "/r/enterprise/import/")
        mark = "a-border-of-parts"
        disposition = 'Content-Disposition: form-data; name="file"; filename="enterprises.csv"'
        body = b"--%b\r\n%b\r\nContent-Type: text/csv\r\n\r\n%b\r\n--%b--\r\n" % (
            mark.encode(), disposition.encode(), self.content, mark.encode(),
        )  # fmt: skip
        sent = self.visitor.ask(
            "import", "POST", "/r/enterprise/import/", body, f"multipart/form-data; boundary={mark}"
        )
        place = self._after(sent.headers["location"])
        taken = self.visitor.form("import", place, {})
        self._after(taken.headers["location"])
        self.failure = ""

    def _after(self, place: str) -> str:
        """Where the result of a job is; a small workbook has none."""
        until = time.monotonic() + PATIENCE
        while place.startswith("/jobs/"):
            headers = {"HX-Request": "true"}
            answer = self.visitor.ask("job", "GET", place, **headers)
            if answer.status == 204:
                return answer.headers["hx-redirect"]
            assert answer.status == 200, answer.status
            assert time.monotonic() < until, "the job did not end"
            time.sleep(0.5)
        return place


def test_sixteen_people_edit_the_same_records_during_an_import_and_nothing_is_lost(zone: Zone, tmp_path: Path):
    log, pool = Log(), list[str]()
    people = [Person(name, zone.port, session, log, zone.shared, pool) for name, session in zone.sessions.items()]
    rows = scaled(ROWS, 1000)
    importing = Import(Visitor(zone.port, zone.sessions["crowd-00"], log), book(rows))
    until = time.monotonic() + max(SECONDS * SCALE, 20)
    threads = [threading.Thread(target=importing.run)]
    threads += [threading.Thread(target=person.work, args=(until, PAUSE)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    importing.visitor.held.close()
    stands = zone.prove()
    tell(log, people, importing, rows, stands)
    assert log.errors == []
    assert importing.failure == ""
    assert stands["imported"] == rows
    assert stands["sum"] == sum(person.increments for person in people) > 0
    assert stands["moved"] == sum(person.moves for person in people)
    assert stands["moved"] or SCALE < 1
    assert stands["findings"] == []
    assert "Traceback" not in (tmp_path / "server.log").read_text(errors="replace")


def tell(log: Log, people: list[Person], importing: Import, rows: int, stands: dict[str, Any]) -> None:
    """Keep the figures."""
    added, count = sum(person.increments for person in people), log.counts.get
    who = f"{len(people)} people, {max(SECONDS * SCALE, 20):.0f} s"
    answers = sum(map(len, log.seconds.values()))
    told_of = f"{answers} answers, {len(log.errors)} errors; {added} increments of {len(people[0].shared)} records, "
    told_of += f"{added - stands['sum']} lost; {count('conflicts', 0)} conflicts repeated; "
    told_of += f"{sum(person.moves for person in people)} moves, {count('moves that came second', 0)} too late; "
    told_of += f"{count('told to try again', 0)} times the store was busy and said so"
    note("crowd", who, told_of)
    note("crowd", "import meanwhile", f"{stands['imported']} of {rows} rows in {importing.seconds:.0f} s")
    pages = [second for kind in PAGES for second in log.seconds.get(kind, ())]
    for kind, seconds in [("all pages", pages), *sorted(log.seconds.items())]:
        shares = " / ".join(f"{percentile(seconds, share) * 1000:.0f}" for share in (0.5, 0.95, 0.99, 1))
        note("crowd", kind, f"p50 / p95 / p99 / longest: {shares} ms of {len(seconds)}")
