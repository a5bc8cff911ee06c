"""Deeds of the organisation: one table, so page, API and terminal ask for the same and refuse in the same words."""

from html import escape
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override
from tests.api.zone import DAY, caller, context, make_zone
from typer.main import get_command
from typer.testing import CliRunner

from xianxing.cli.main import app
from xianxing.kernel import gate
from xianxing.kernel.actions.act import create
from xianxing.kernel.audit.models import AuditHead
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.kernel.units.deeds import DEEDS, columns_of, do, find_deed
from xianxing.kernel.units.models import Holding, Person, Post, Unit

pytestmark = pytest.mark.usefixtures("zone")
LANGUAGES = ("zh-hans", "en")


@pytest.fixture
def zone(db: None) -> int:
    """Two units, an officer with one case."""
    make_zone()
    Unit.objects.filter(code="invest1").update(name_en="Investment One")
    Post.objects.filter(code="officer").update(name_en="First officer")
    case = {"name": "新能源电池项目", "investor": "甲公司", "industry": "new_energy", "investment": "32000"}
    return create(find("attraction"), context("officer"), **case)


def terminal(*words: str, language: str = "en") -> Any:
    with override(language):
        return CliRunner().invoke(app, ["units", *words])


def version(register: str, key: str) -> int:
    return gate.get(find(register), context("leader"), key).version


def head() -> Any:
    return AuditHead.objects.values_list("number", flat=True).first()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_unit_with_tasks_is_refused_in_the_same_words_on_page_api_and_terminal(language: str) -> None:
    unit = Unit.objects.get(code="invest1")
    before = head()
    with override(language):
        (blocker,) = do(find_deed("dissolve"), context("admin"), unit.pk, {}).blockers
        said, mend = blocker.words(), blocker.mend()
    assert find("attraction").prefix in said
    assert ("Investment One" in said) is (language == "en")
    client = Client(headers={"Accept-Language": language})
    client.force_login(Person.objects.get(login="admin"))
    page = client.post(f"/organise/unit/{unit.pk}/dissolve/", {})
    body = {"version": version("unit", "invest1"), "fields": {}}
    api = caller("admin", language)("POST", "/unit/invest1/dissolve", body)
    told = terminal("dissolve", "invest1", "--as", "admin", language=language)
    assert (page.status_code, api.status_code, told.exit_code) == (422, 422, 2)
    assert [(found["words"], found["mend"]) for found in api.json()["blockers"]] == [(said, mend)]
    for words in (said, mend):
        assert escape(words, quote=False) in page.content.decode()
        assert words in told.stderr
    assert head() == before + 1  # the token


def test_a_refusal_made_in_one_language_is_read_in_another() -> None:
    with override("zh-hans"):
        (blocker,) = do(find_deed("dissolve"), context("admin"), Unit.objects.get(code="invest1").pk, {}).blockers
    with override("en"):
        assert "Investment One" in blocker.words()
        assert str(find("attraction").label) in blocker.words()


def test_the_terminal_dissolves_with_an_heir_and_the_tasks_go_over(zone: int) -> None:
    done = terminal("dissolve", "invest1", "heir=other-officer", "basis=机构改革", "--as", "admin")
    assert (done.exit_code, done.stderr) == (0, "")
    assert Unit.objects.get(code="invest1").closed_on is not None
    row = gate.get(find("attraction"), context("leader"), zone)
    assert row.refs["owner"] == "other-officer"


def test_the_api_merges_splits_and_ends_a_holding() -> None:
    api = caller("admin")
    fields = {"code": "invest3", "name": "招商局3", "post": "officer"}
    split = api("POST", "/unit/invest1/split", {"version": 1, "fields": fields, "reason": "分设"})
    assert split.status_code == 200, split.content
    assert Post.objects.get(code="officer").unit.code == "invest3"
    merged = api("POST", "/unit/invest3/merge", {"version": 1, "fields": {"into": "invest2"}})
    assert merged.json()["entry"] > split.json()["entry"]
    assert Post.objects.get(code="officer").unit.code == "invest2"


def test_every_deed_is_in_the_reference_with_its_fields_and_at_the_terminal() -> None:
    with override("en"):
        reference = caller("admin")("GET", "/openapi.json").json()
    commands = get_command(app).commands["units"].commands  # type: ignore[attr-defined]
    for deed in DEEDS:
        operation = reference["paths"][f"/api/{deed.register}/{{key}}/{deed.code}"]["post"]
        body = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        fields = reference["components"]["schemas"][body]["properties"]["fields"]
        asked = fields.get("$ref") or fields["allOf"][0]["$ref"]
        assert set(reference["components"]["schemas"][asked.rpartition("/")[2]]["properties"]) == set(columns_of(deed))
        assert deed.code in commands


def test_a_dry_deed_says_what_stands_in_the_way_and_changes_nothing() -> None:
    before, body = head(), {"version": 1, "fields": {"heir": "other-officer"}}
    api = caller("admin")
    answer = api("POST", "/unit/invest1/dissolve?dry=true", body)
    assert (answer.status_code, answer.json()["entry"]) == (200, None)
    told = terminal("dissolve", "invest1", "heir=other-officer", "--dry", "--as", "admin")
    assert told.exit_code == 0
    assert Unit.objects.get(code="invest1").closed_on is None
    assert head() == before + 1  # the token


def test_a_deed_on_a_version_that_has_passed_is_stale_on_page_api_and_terminal() -> None:
    unit = Unit.objects.get(code="invest1")
    assert terminal("rename", "invest1", "name=招商一局", "--as", "admin").exit_code == 0
    late = caller("admin")("POST", "/unit/invest1/rename", {"version": 1, "fields": {"name": "别名"}})
    assert late.status_code == 409
    assert late.json()["theirs"]["values"]["name"] == "招商一局"
    assert terminal("rename", "invest1", "name=别名", "--version", "1", "--as", "admin").exit_code == 3
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(Person.objects.get(login="admin"))
    page = client.post(f"/organise/unit/{unit.pk}/rename/", {"name": "别名", "version": "1"})
    assert page.status_code == 422
    assert "Somebody else changed this entry" in page.content.decode()


def test_what_is_not_granted_is_refused_and_unknown_or_missing_fields_are_named() -> None:
    body = {"version": 1, "fields": {"into": "invest2"}}
    assert caller("leader")("POST", "/unit/invest1/merge", body).status_code == 403
    assert terminal("merge", "invest1", "into=invest2", "--as", "officer").exit_code == 2
    api = caller("admin")
    named = api("POST", "/unit/invest1/merge", {"version": 1, "fields": {"onto": "invest2"}}).json()["blockers"]
    assert {(found["code"], found["field"]) for found in named} == {("no_field", "onto"), ("required", "into")}


def test_a_holding_ends_at_the_terminal_by_its_number() -> None:
    pk = Holding.objects.get(post__code="other-officer").pk
    refused = terminal("end-holding", f"#{pk}", "last=2017-09-29", "--as", "leader")
    assert refused.exit_code == 2
    sec = create_security()
    done = terminal("end-holding", f"#{pk}", "last=2017-09-29", "--as", sec)
    assert (done.exit_code, done.stderr) == (0, "")
    assert Holding.objects.get(pk=pk).ends_on is not None


def create_security() -> str:
    """A security administrator, who alone may end holdings."""
    system = Context.system(DAY)
    given = {"name": "安全岗", "unit": "zone", "role": "security_admin", "opened_on": "2015-01-01"}
    create(find("post"), system, code="sec", **given)
    create(find("person"), system, login="sec", name="安全员")
    create(find("holding"), system, post="sec", person="sec", starts_on="2015-01-01")
    return "sec"
