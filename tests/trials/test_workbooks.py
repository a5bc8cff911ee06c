"""Broken, odd and hostile workbooks: each is taken over as meant or refused in words; none ends in a traceback, none
hangs, and nothing is saved that was not meant.

Every workbook is sent through the API: judged, returned with its faults marked, imported all or nothing, imported with
its good rows alone, and what was saved then printed by the list, the page and the export.
"""

import faulthandler
import io
import json
import resource
import time
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from tests.kernel import town
from tests.trials.figures import note
from tests.trials.scale import scaled
from tests.trials.workbooks import WAYS, Book, Made, books

from xianxing.kernel.units.models import Person, Zone
from xianxing.subjects.enterprise.models import Enterprise

FEW, MANY = 40, 500
HANG = 600.0  # seconds after which the process is ended with a traceback: even a busy machine has answered by then
TOO_LONG = 30.0  # seconds of one answer, on a machine that does nothing else
FORMAL = ("\x00", "\x0b", "\x1f", "\ud800")
ADDRESS = "/api/enterprise/sheet"
pytestmark = pytest.mark.django_db  # makes pytest-django set the database up
Told = dict[str, Any]


@pytest.fixture(scope="module")
def zone(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The zone of the kernel's tests, taken back after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        Zone.objects.create(name="示范区", business_date=town.DAY)
        town.build()
        Person.objects.update(must_change=False)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def client(zone: None, db: None) -> Iterator[Client]:
    """An officer's browser; what it saves is taken back, and a hang ends the process."""
    faulthandler.dump_traceback_later(HANG, exit=True)
    found = Client(raise_request_exception=False, headers={"Accept-Language": "en"})
    found.force_login(Person.objects.get(login="p-officer-one"))
    yield found
    faulthandler.cancel_dump_traceback_later()


def sent(client: Client, made: Made, rest: str, took: list[float]) -> Any:
    """The answer to a workbook, and how long it took; it may refuse, it may not fail."""
    file = SimpleUploadedFile(made.name, made.content, made.media_type)
    begun = time.perf_counter()
    answer = client.post(f"{ADDRESS}/{rest}", {"file": file})
    took.append(time.perf_counter() - begun)
    assert answer.status_code in {200, 400, 413, 422}, (rest, answer.status_code, answer.content[:500])
    assert b"Traceback" not in answer.content
    return answer


def in_words(blockers: list[Told]) -> None:
    """Every refusal says what is wrong and how to mend it."""
    assert blockers
    for blocker in blockers:
        assert blocker["words"].strip()
        assert blocker["mend"].strip()
        assert "%(" not in blocker["words"] + blocker["mend"]


def try_out(client: Client, book: Book) -> tuple[str, float]:
    """Send one workbook every way; returns what came of it and the longest answer in seconds."""
    made, took = book.made(), list[float]()
    judged = sent(client, made, "import?dry=true", took)
    report: Told = judged.json()
    errors = report["errors"] if judged.status_code == 200 else report["blockers"]
    if judged.status_code != 200 or not report["ok"]:
        in_words(errors)
    returned = sent(client, made, "corrected", took)
    if returned.status_code == 200:
        only_texts(returned.content)
    whole = sent(client, made, "import", took)
    assert (whole.status_code == 200) == (judged.status_code == 200 and report["ok"])
    if whole.status_code != 200:
        in_words(whole.json()["blockers"])
        assert not Enterprise.objects.exists()
        whole = sent(client, made, "import?partial=true", took)
    saved = dict(Enterprise.objects.values_list("code", "name"))
    if made.rows is not None:
        assert saved == made.rows
    printable(client, saved)
    outcome = "refused" if not saved else "taken over" if not errors else "taken over in part"
    return outcome, max(took)


def only_texts(content: bytes) -> None:
    """A workbook that goes back to people opens, and calculates nothing that came from outside."""
    for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
        for row in sheet.iter_rows():
            assert [cell.coordinate for cell in row if cell.data_type == "f"] == []


def printable(client: Client, saved: dict[str, str]) -> None:
    """What was saved can be printed everywhere, and holds no character that would break a file."""
    for code, name in saved.items():
        assert not any(letter in name for letter in FORMAL), code
        name.encode()
    for address in ("/api/enterprise?size=50", "/r/enterprise/", "/r/enterprise/export/"):
        assert client.get(address).status_code == 200, address
    for code in list(saved)[:1]:
        assert client.get(f"/r/enterprise/{code}/").status_code == 200
        assert json.loads(client.get(f"/api/enterprise/{code}").content)["values"]["name"] == saved[code]


@pytest.mark.parametrize("book", books(FEW), ids=str)
def test_a_workbook_as_it_should_not_be_is_taken_over_as_meant_or_refused_in_words(client: Client, book: Book):
    try_out(client, book)


@pytest.mark.trial
class TestMany:
    """The large set, and its figures."""

    came: dict[str, int] = {}
    seconds: list[tuple[float, str]] = []

    @pytest.mark.parametrize("book", books(scaled(MANY), seed=2018), ids=str)
    def test_many_workbooks_as_they_should_not_be(self, client: Client, book: Book):
        outcome, longest = try_out(client, book)
        self.came[outcome] = self.came.get(outcome, 0) + 1
        self.seconds.append((longest, str(book)))
        assert longest < TOO_LONG

    def test_what_came_of_them(self, zone: None):
        longest, slowest = max(self.seconds)
        told = ", ".join(f"{number} {outcome}" for outcome, number in sorted(self.came.items()))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        note("workbooks", f"{len(self.seconds)} of {len(WAYS)} kinds", f"{told}; no traceback, no hang")
        note("workbooks", "longest", f"{longest:.1f} s ({slowest.partition('-')[2]}); peak of memory {memory} MB")
