"""Who gets in: nobody by default; tokens with the rights of one post; sessions with their CSRF token."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.api.zone import Caller, caller, context, make_zone

from xianxing.api.product import the_api
from xianxing.api.tokens import LONGEST, issue
from xianxing.kernel import clock, gate
from xianxing.kernel.actions.act import edit
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.kernel.units.models import Person
from xianxing.kernel.units.seats import business_date

pytestmark = [pytest.mark.django_db, pytest.mark.any_store]


@pytest.fixture(autouse=True)
def zone(db: None) -> None:
    make_zone()


def operations() -> list[tuple[str, str]]:
    """Every operation as method and path with something at each parameter."""
    paths = the_api().get_openapi_schema(path_prefix="/api/")["paths"]
    return [(method.upper(), re.sub(r"{[^}]+}", "1", path)) for path, known in paths.items() for method in known]


def test_nobody_gets_anything_from_any_operation() -> None:
    found = operations()
    assert len(found) > 50
    for method, path in found:
        answer = Client().generic(method, path, data="{}", content_type="application/json")
        assert answer.status_code == 401, (method, path)
        assert answer.json()["blockers"][0]["code"] == "not_logged_in"


def test_a_wrong_token_is_refused_even_beside_a_good_session() -> None:
    client = Client()
    client.force_login(_ready("leader"))
    assert client.get("/api/me").status_code == 200
    assert client.get("/api/me", headers={"Authorization": "Bearer xx_wrong"}).status_code == 401


def test_a_session_may_read_but_not_write_without_its_csrf_token() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(_ready("officer"))
    assert client.get("/api/me").json()["seat"] == "officer"
    answer = client.post("/api/attraction", data={"fields": {}}, content_type="application/json")
    assert answer.status_code == 403
    assert answer.json()["blockers"][0]["code"] == "csrf"


def test_a_person_who_has_yet_to_set_a_password_gets_nothing() -> None:
    client = Client()
    person = _ready("leader")
    person.must_change = True
    person.save()
    client.force_login(person)
    assert client.get("/api/me").status_code == 401


def test_a_token_acts_with_the_rights_of_its_post_alone() -> None:
    answer = caller("officer")("GET", "/me").json()
    assert [seat["code"] for seat in answer["seats"]] == ["officer"]


def test_a_token_ends_with_its_revocation() -> None:
    officer = caller("officer")
    (mine,) = officer("GET", "/token").json()["rows"]
    assert "digest" not in mine["values"]
    assert officer("DELETE", f"/token/{mine['id']}?reason=lost").status_code == 200
    assert officer("GET", "/me").status_code == 401


def test_a_token_ends_when_its_person_leaves_the_post() -> None:
    officer = caller("officer")
    system = Context.system(business_date(), "demo")
    holding = gate.rows(find("holding"), system).get(post__code="officer")
    type(holding)._default_manager.filter(pk=holding.pk).update(ends_on=business_date() - timedelta(days=1))
    assert officer("GET", "/me").status_code == 401


def test_a_token_ends_on_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    officer = caller("officer")
    later = clock.local_today() + timedelta(days=30)
    monkeypatch.setattr(clock, "local_today", lambda: later)
    assert officer("GET", "/me").status_code == 401


def test_a_token_is_made_only_for_a_post_one_holds_and_for_a_year_at_most() -> None:
    today = clock.local_today()
    outcome, secret = issue(context("officer"), "x", "leader", today + timedelta(days=9))
    assert ([b.code for b in outcome.blockers], secret) == (["not_your_post"], "")
    outcome, secret = issue(context("officer"), "x", "officer", today + LONGEST + timedelta(days=1))
    assert ([b.code for b in outcome.blockers], secret) == (["bad_expiry"], "")


def test_nobody_can_type_a_token_in_or_change_what_it_opens() -> None:
    officer = caller("officer")
    answer = officer("POST", "/token/batch", {"changes": [{"verb": "create", "fields": {"label": "x"}}]})
    assert answer.status_code == 403
    (mine,) = officer("GET", "/token").json()["rows"]
    outcome = edit(find("token"), context("officer"), mine["id"], {"post": "leader"})
    assert [b.code for b in outcome.blockers] == ["read_only"]


def test_the_secret_is_nowhere_in_the_store() -> None:
    officer = caller("officer")
    auditor = caller("auditor")
    trail = auditor("GET", "/audit?register=token&record=%231").content.decode()
    assert officer.secret not in trail


def test_a_token_made_through_the_api_opens_the_door_and_is_audited() -> None:
    officer = caller("officer")
    body = {"label": "weekly", "post": "officer", "expires_on": str(clock.local_today() + timedelta(days=7))}
    made = officer("POST", "/token/issue", body)
    assert made.status_code == 201, made.json()
    assert Caller(made.json()["secret"])("GET", "/me").status_code == 200
    (first, *_rest) = caller("auditor")("GET", "/audit?register=token").json()
    assert first["action"] == "issue token"


def test_only_the_auditor_reads_the_whole_trail() -> None:
    assert caller("officer")("GET", "/audit").status_code == 403
    assert caller("officer")("GET", "/audit/verify").status_code == 403
    assert caller("auditor")("GET", "/audit/verify").json()["fault"] is None


def test_a_record_history_is_for_who_may_see_the_record() -> None:
    lead: dict[str, Any] = {"name": "项目", "investor": "甲公司", "industry": "new_energy", "investment": 1000}
    key = caller("officer")("POST", "/attraction", {"fields": lead}).json()["record"]["key"]
    path = f"/audit?register=attraction&record={key}"
    (trace,) = caller("officer")("GET", path).json()
    assert (trace["verb"], trace["after"]["name"]) == ("create", "项目")
    assert caller("other-officer")("GET", path).status_code == 404


def _ready(login: str) -> Person:
    person = Person.objects.get(login=login)
    person.must_change = False
    person.save()
    return person
