"""People at work: threads that each keep a connection to the server and do, one after another, what people do.

Each reads lists and records, changes shared records by form and by API (after a conflict it reads again and repeats),
enters cases and moves them. What it did and how long each answer took is kept in a :class:`Log`.
"""

import http.client
import json
import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

__all__ = ["Answer", "Log", "Person", "Visitor", "percentile"]

WAIT = 120.0  # seconds for one answer
TRIES = 200
BUSY = b"Another change is being saved and holds the store"
MONEY = "year_plan"
FIELDS = {
    "industry": "new_energy", "investment": "50000", "fixed_investment": "40000", "brings": "technology",
    "responded_on": "2017-09-29", "judged_on": "2017-09-29",
}  # fmt: skip
_VERSION = re.compile(r'name="version" value="(\d+)"')


@dataclass
class Log:
    """What all people did, by kind: seconds of each answer; how often; what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def took(self, kind: str, seconds: float) -> None:
        with self.lock:
            self.seconds.setdefault(kind, []).append(seconds)

    def add(self, what: str) -> None:
        with self.lock:
            self.counts[what] = self.counts.get(what, 0) + 1

    def wrong(self, what: str) -> None:
        with self.lock:
            self.errors.append(what)


@dataclass(frozen=True)
class Answer:
    """Status, headers and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def busy(self) -> bool:
        """Whether it says, as a page or within the form that comes back, that another change holds the store."""
        return self.status in {422, 503} and BUSY in self.body

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Visitor:
    """One logged-in browser on one connection."""

    def __init__(self, port: int, session: str, log: Log) -> None:
        self.port, self.log = port, log
        self.cookies = {"sessionid": session}
        self.held = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)

    def ask(
        self, kind: str, method: str, path: str, body: bytes | None = None, type_: str = "", **headers: str
    ) -> Answer:
        """One request, timed under a kind, repeated when told to try again; a status of 500 and above is an error."""
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers["Accept-Language"] = "en"
        if body is not None:
            headers |= {"Content-Type": type_, "X-CSRFToken": self.cookies.get("csrftoken", "")}
        for _try in range(TRIES):
            begun = time.perf_counter()
            try:
                answer = self._send(method, path, body, headers)
            except (OSError, http.client.HTTPException) as error:
                self.log.wrong(f"{method} {path}: {type(error).__name__} {error}")
                self.held.close()
                return Answer(599, {}, b"")
            self.log.took(kind, time.perf_counter() - begun)
            if not answer.busy:
                break
            self.log.add("told to try again")
            time.sleep(float(answer.headers.get("retry-after", "5")))
        if answer.status >= 500:
            self.log.wrong(f"{method} {path}: {answer.status}")
        return answer

    def _send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        try:
            self.held.request(method, path, body, headers=dict(headers))
            response = self.held.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.held.close()  # the server closed a connection that stood idle: once more, as browsers do
            self.held.request(method, path, body, headers=dict(headers))
            response = self.held.getresponse()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                cookie, _equals, rest = value.partition("=")
                self.cookies[cookie] = rest.partition(";")[0]
        told = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, told, response.read())

    def form(self, kind: str, path: str, values: Mapping[str, str]) -> Answer:
        """Send a form."""
        return self.ask(kind, "POST", path, urlencode(values).encode(), "application/x-www-form-urlencoded")

    def send(self, kind: str, method: str, path: str, values: Any) -> Answer:
        """Send JSON."""
        return self.ask(kind, method, path, json.dumps(values).encode(), "application/json")


class Person(Visitor):
    """Somebody who works until told to stop. ``pool`` holds the codes of cases that wait to be moved."""

    def __init__(self, name: str, port: int, session: str, log: Log, shared: list[str], pool: list[str]) -> None:
        super().__init__(port, session, log)
        self.name, self.shared, self.pool = name, shared, pool
        self.chance = random.Random(name)
        self.made = self.increments = self.moves = 0

    def work(self, until: float, pause: float) -> None:
        """Do one thing after another, with pauses in which people read and think."""
        deeds: list[tuple[int, Callable[[], None]]] = [
            (6, self.read_list), (4, self.search), (6, self.read_record), (2, self.read_cockpit), (2, self.read_desk),
            (4, self.count_by_form), (4, self.count_by_api), (1, self.enter), (2, self.move),
        ]  # fmt: skip
        self.ask("form", "GET", f"/r/attraction/{self.shared[0]}/edit/")  # brings the token that every change needs
        while time.monotonic() < until:
            weights = [weight for weight, _deed in deeds]
            self.chance.choices([deed for _weight, deed in deeds], weights)[0]()
            time.sleep(self.chance.uniform(0, 2 * pause))
        self.held.close()

    def expect(self, answer: Answer, what: str, *statuses: int) -> bool:
        """Whether an answer is as it should be; another one is an error."""
        if answer.status not in statuses and answer.status < 500:
            self.log.wrong(f"{what}: {answer.status} {answer.text[:300]}")
        return answer.status in statuses

    def read_list(self) -> None:
        register = self.chance.choice(("attraction", "attraction", "enterprise", "visit", "problem"))
        self.expect(self.ask("list", "GET", f"/r/{register}/"), register, 200, 404)

    def search(self) -> None:
        words = self.chance.choice(("共用", "新能源", "xinnengyuan", "工厂1", "investor"))
        self.expect(self.ask("list, searched", "GET", f"/r/attraction/?{urlencode({'q': words})}"), "search", 200)

    def read_record(self) -> None:
        self.expect(self.ask("record", "GET", f"/r/attraction/{self.chance.choice(self.shared)}/"), "record", 200)

    def read_cockpit(self) -> None:
        self.expect(self.ask("cockpit", "GET", "/"), "cockpit", 200)

    def read_desk(self) -> None:
        self.expect(self.ask("desk", "GET", "/desk/"), "desk", 200)

    def count_by_form(self) -> None:
        """Add one to a shared record as a browser does; after a conflict read again and repeat."""
        code = self.chance.choice(self.shared)
        for _try in range(TRIES):
            page = self.ask("form", "GET", f"/r/attraction/{code}/edit/")
            if not self.expect(page, "form", 200):
                return
            was = re.search(rf'name="was\.{MONEY}" value="([\d.,]*)"', page.text)
            version = _VERSION.search(page.text)
            if not (was and version):
                self.log.wrong("the form lacks its version or value")
                return
            more = str(int(float(was[1].replace(",", "") or "0")) + 1)
            values = {"version": version[1], f"was.{MONEY}": was[1], MONEY: more}
            if self.counted(self.form("save, form", f"/r/attraction/{code}/edit/", values), 302):
                return

    def count_by_api(self) -> None:
        """Add one to a shared record as a program does."""
        code = self.chance.choice(self.shared)
        for _try in range(TRIES):
            read = self.ask("record, API", "GET", f"/api/attraction/{code}")
            if not self.expect(read, "record by API", 200):
                return
            found = read.json
            more = str(int(float(found["values"][MONEY] or 0)) + 1)
            body = {"version": found["version"], "fields": {MONEY: more}}
            if self.counted(self.send("save, API", "PATCH", f"/api/attraction/{code}", body), 200):
                return

    def counted(self, answer: Answer, done: int) -> bool:
        """Whether a save needs no repetition: it is done, or failed for another reason than a conflict."""
        if answer.status == done:
            self.increments += 1
            return True
        self.expect(answer, "save", 409)
        self.log.add("conflicts")
        return answer.status != 409

    def enter(self) -> None:
        """A new case, which anybody may move afterwards."""
        self.made += 1
        name = f"人群项目{self.name}之{self.made}"
        answer = self.send(
            "create, API", "POST", "/api/attraction", {"fields": {"name": name, "investor": f"{name}方", **FIELDS}}
        )
        if self.expect(answer, "create", 201):
            self.pool.append(str(answer.json["records"][0]))

    def move(self) -> None:
        """Take the newest waiting case into negotiation; whoever comes second is told so."""
        if not self.pool:
            self.enter()
            return
        key = self.pool[-1]
        page = self.ask("record", "GET", f"/r/attraction/~{key}/")
        if page.status == 302:  # known by its id, it is shown under its code
            page = self.ask("record", "GET", page.headers["location"])
        version = _VERSION.search(page.text)
        if not self.expect(page, "case", 200) or not version:
            return
        answer = self.form("move", f"/r/attraction/~{key}/move/negotiate/", {"version": version[1]})
        if answer.status == 302:
            self.moves += 1
            if key in self.pool:
                self.pool.remove(key)
        elif self.expect(answer, "move", 409, 422):
            self.log.add("moves that came second")


def percentile(values: list[float], share: float) -> float:
    """The value below which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
