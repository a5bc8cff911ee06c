"""A store that another change holds: whoever waits is told in words, nothing is saved halfway, and no word is lost."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import OperationalError, connection, connections
from django.test import Client
from stdnum.cn import uscc
from tests.kernel.town import DAY, Town, build

from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.audit.chain import verify
from xianxing.kernel.busy import STORE_BUSY, is_busy, said_in_words, wait_as_people_do
from xianxing.kernel.register import find
from xianxing.kernel.units.models import Person, Zone
from xianxing.pages.kept import draft_of, drop_sent, keep_draft
from xianxing.subjects.enterprise.models import Enterprise

NAME = "等候的企业"
CODE = "91371400MA3C00001"
FORM = {"code": CODE + uscc.calc_check_digit(CODE), "name": NAME}
Hold = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def town(transactional_db: None) -> Iterator[Town]:
    Zone.objects.create(name="示范区", business_date=DAY)
    yield build()
    connection.close()  # with what it knows of waiting


@pytest.fixture
def hold(town: Town) -> Hold:
    """Another change holds the store, and one waits for it a tenth of a second."""
    Person.objects.update(must_change=False)
    with connection.cursor() as cursor:
        wait = "PRAGMA busy_timeout = 100" if connection.vendor == "sqlite" else "SET lock_timeout = '100ms'"
        cursor.execute(wait)
    return held


@contextmanager
def held() -> Iterator[None]:
    if connection.vendor == "sqlite":
        other: Any = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    else:
        given = connection.get_connection_params()
        other = psycopg.connect(**{name: given[name] for name in ("dbname", "user", "host", "port") if name in given})
        tables = ", ".join(f'"{model._meta.db_table}"' for model in apps.get_models() if model._meta.managed)
        other.execute(f"LOCK TABLE {tables} IN EXCLUSIVE MODE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


@pytest.fixture
def browser(town: Town) -> Client:
    found = Client(headers={"accept-language": "en"})
    found.force_login(Person.objects.get(login="p-officer-one"))
    return found


def test_an_action_is_refused_in_words_and_can_be_repeated(town: Town, hold: Hold) -> None:
    register, officer, entering = find("enterprise"), town.as_post("officer-one"), [Change("create", fields=FORM)]
    with hold():
        outcome = act(register, officer, entering)
    assert (outcome.state, [blocker.problem for blocker in outcome.blockers]) == ("blocked", [STORE_BUSY])
    assert not Enterprise.objects.exists()
    assert act(register, officer, entering).done
    assert verify()[1] is None


def test_a_form_comes_back_with_every_word(browser: Client, hold: Hold) -> None:
    with hold():
        answer = browser.post("/r/enterprise/new/", FORM)
    assert answer.status_code == 422
    assert "Another change is being saved" in answer.content.decode()
    assert NAME in answer.content.decode()
    assert browser.post("/r/enterprise/new/", FORM).status_code == 302
    assert Enterprise.objects.get().name == NAME


def test_a_program_is_told_when_to_try_again(browser: Client, hold: Hold) -> None:
    with hold():
        answer = browser.post("/api/enterprise", {"fields": FORM}, content_type="application/json")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json()["blockers"][0]["code"] == "store_busy"
    assert browser.post("/api/enterprise", {"fields": FORM}, content_type="application/json").status_code == 201


def test_what_pages_keep_by_themselves_is_told_likewise(browser: Client, hold: Hold) -> None:
    with hold():
        answer = browser.post("/r/enterprise/draft/new/", FORM)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Try again in a few seconds" in answer.content.decode()


def test_pages_are_read_meanwhile(browser: Client, hold: Hold) -> None:
    with hold():
        for address in ("/", "/desk/", "/r/enterprise/", "/r/enterprise/new/", "/api/enterprise"):
            assert browser.get(address).status_code == 200, address


def test_the_draft_of_a_form_that_is_done_is_forgotten_without_a_word(town: Town, hold: Hold) -> None:
    officer, form = town.as_post("officer-one"), "enterprise/new"
    keep_draft(officer, form, {"name": [NAME]})
    with hold():
        drop_sent(officer, form)
    assert draft_of(officer, form) is None
    keep_draft(officer, form, {"name": ["另一家"]})
    kept = draft_of(officer, form)
    assert kept
    assert kept.values == {"name": ["另一家"]}


def test_other_errors_of_the_store_stay_what_they_are() -> None:
    assert not is_busy(OperationalError("no such table"))
    with pytest.raises(OperationalError, match="no such"), said_in_words():
        raise OperationalError("no such table") from sqlite3.OperationalError("no such table")


def test_who_answers_people_waits_as_long_as_they_would(monkeypatch: pytest.MonkeyPatch) -> None:
    for engine, before, after in (
        ("django.db.backends.sqlite3", {"timeout": 60}, {"timeout": 10}),
        ("django.db.backends.postgresql", {}, {"options": "-c lock_timeout=10s"}),
        ("django.db.backends.postgresql", {"options": "-c x=y"}, {"options": "-c x=y -c lock_timeout=10s"}),
    ):
        known = {"ENGINE": engine, "OPTIONS": before}
        monkeypatch.setitem(connections.settings, "default", known)
        wait_as_people_do()
        assert known["OPTIONS"] == after
