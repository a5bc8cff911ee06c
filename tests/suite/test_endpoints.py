"""Every address of the product, read and sent an empty form, as every role and as nobody: answered as declared.

Whoever is not logged in is sent to the log-in page or gets 401; what a role has no right to looks like what is not
there; nothing ends in a 5xx, and an empty form changes nothing for whoever may not even see the register.
"""

import re
from collections.abc import Iterable, Iterator
from http.cookies import SimpleCookie
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from tests.suite.addresses import ABSENT, Address, addresses
from tests.suite.case import SuiteCase, distinct, taken_back
from tests.suite.grants import Reader, rows_of
from tests.suite.zone import CALLERS, NOBODY
from tests.trials.figures import note

from xianxing.kernel.audit.models import AuditHead
from xianxing.kernel.register import REGISTRY, Register

VERBS = {
    "": "view", "sheet/export": "export", "export": "export", "sheet/template": "import", "template": "import",
    "import": "import", "new": "create",
}  # fmt: skip
"""The verb that decides whether a page or list of a register can be read, where one verb alone does."""
OPEN = frozenset((200, 201, 202, 204, 302, 400, 403, 404, 405, 409, 413, 415, 422))
OWN = re.compile(rb"\b[A-Za-z0-9]{64}\b|\d+")  # tokens of forms, and numbers
Fault = tuple[str, str, str, int]


@pytest.mark.any_store
class EndpointsTest(SuiteCase):
    """Each address is asked for by nobody, and by one role in turn; in the trial by every role."""

    sessions: dict[str, str]
    known: dict[tuple[str, str], set[int]]

    def setUp(self) -> None:
        super().setUp()
        self.enterContext(patch("subprocess.Popen"))  # an empty form may begin a job; its process is not ours
        self.sessions, self.known = {}, {}
        for post, client in self.clients.items():
            client.raise_request_exception = False
            known = client.cookies.get("sessionid")
            self.sessions[post] = known.value if known else self.sessions.get(post, "")
        self.addCleanup(self.log_in_again)

    def log_in_again(self) -> None:
        for post, client in self.clients.items():
            client.cookies = SimpleCookie({"sessionid": self.sessions[post]} if self.sessions[post] else {})

    def send(self, post: str, address: Address, key: int = ABSENT) -> Any:
        """One request, taken back with all it did."""
        client: Client = self.clients[post]
        client.cookies = SimpleCookie({"sessionid": self.sessions[post]} if self.sessions[post] else {})
        path = address.filled(key)
        with taken_back():
            if address.method == "GET":
                return client.get(path)
            form = {"content_type": "application/json"} if address.is_api else {}
            before = AuditHead.objects.values_list("number", flat=True).first()
            answer = getattr(client, address.method.lower())(path, {}, **form)
            answer.wrote = AuditHead.objects.values_list("number", flat=True).first() != before
            return answer

    def test_nobody_is_sent_to_the_log_in_or_gets_401(self) -> None:
        faults: list[Fault] = []
        for address in addresses():
            answer = self.send(NOBODY, address)
            allowed = (
                answer.status_code in OPEN - {201}
                if address.public
                else answer.status_code == 401
                if address.is_api
                else answer.status_code == 302 and answer.headers["Location"].startswith("/login/")
            )
            # A failed log-in is an entry of the audit; nothing else that nobody asks for is.
            if not allowed or (getattr(answer, "wrote", False) and not address.public):
                faults.append(fault(address, NOBODY, answer))
        assert faults == []

    def test_an_address_is_answered_as_the_grants_say(self) -> None:
        self.walk(self.in_turn)

    @pytest.mark.trial
    def test_every_address_is_answered_to_every_role_as_the_grants_say(self) -> None:
        roles = distinct(CALLERS, lambda post: self.readers[post].role)
        self.walk(lambda _place, _address: roles)
        told = f"{len(addresses())} addresses and methods as {len(roles)} roles, each of a record seen, hidden, absent"
        note("endpoints", "every role", f"{told}: answered as declared, no 5xx")

    def in_turn(self, place: int, address: Address) -> Iterable[str]:
        """One post, another at each address: in turn one that may see its register and one that may not."""
        turned = [*CALLERS[place % len(CALLERS) :], *CALLERS[: place % len(CALLERS)]]
        if not address.register:
            return turned[:1]
        kinds = distinct(turned, lambda post: self.readers[post].may(REGISTRY[address.register], "view"))
        return [kinds[place // 2 % len(kinds)]]

    def walk(self, who: Any) -> None:
        faults: list[Fault] = []
        for place, address in enumerate(addresses()):
            for post in who(place, address):
                faults += self.wrong(address, post)
        assert faults == []

    def wrong(self, address: Address, post: str) -> Iterator[Fault]:
        """What is not as declared when a post asks for what is not there, what it may see, and what it may not see."""
        reader = self.readers[post]
        absent = self.send(post, address)
        if absent.status_code not in OPEN:
            yield fault(address, post, absent)
        if not address.register:
            return
        register = REGISTRY[address.register]
        if not reader.may(register, "view") and (absent.status_code < 400 or getattr(absent, "wrote", False)):
            yield fault(address, post, absent)
        if not address.keyed:
            yield from self.of_list(address, post, reader, absent)
            return
        ids = self.ids(post, register)
        hidden = next((row.pk for row in rows_of(register) if row.pk not in ids), None)
        if hidden is not None:
            answer = self.send(post, address, hidden)
            if without_numbers(answer) != without_numbers(absent) or getattr(answer, "wrote", False):
                yield (*fault(address, post, answer)[:3], -answer.status_code)
        for pk in sorted(ids)[:1]:
            answer = self.send(post, address, pk)
            plain = address.method == "GET" and not address.ending
            if answer.status_code not in ({200, 302} if plain else OPEN):
                yield fault(address, post, answer)

    def ids(self, post: str, register: Register) -> set[int]:
        """What a post may see; whatever is sent is taken back, so it stays the same."""
        if (post, register.code) not in self.known:
            self.known[post, register.code] = self.readers[post].ids(register)
        return self.known[post, register.code]

    def of_list(self, address: Address, post: str, reader: Reader, answer: Any) -> Iterator[Fault]:
        verb = VERBS.get(address.ending, "")
        if address.method != "GET" or address.gaps or not verb:
            return
        register = REGISTRY[address.register]
        may = reader.may(register, verb) and (reader.may(register, "view") or verb == "create")
        if (answer.status_code in {200, 302}) != may:
            yield fault(address, post, answer)


def fault(address: Address, post: str, answer: Any) -> Fault:
    """What a failure prints."""
    return address.method, address.pattern, post, answer.status_code


def without_numbers(answer: Any) -> tuple[int, bytes]:
    """What an answer says, whichever record was asked for: what is forbidden must not differ from what is missing."""
    return answer.status_code, OWN.sub(b"", answer.content)
