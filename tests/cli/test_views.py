"""Saved views and the comparison with a past day, on a terminal: the same as on page and API."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.utils.translation import override
from tests.api.zone import caller, context, make_zone
from typer.testing import CliRunner

from xianxing.cli.main import app
from xianxing.kernel.actions.act import create, edit
from xianxing.kernel.register import find

LEAD = {"investor": "甲公司", "industry": "new_energy", "investment": "32000"}


@pytest.fixture(autouse=True)
def zone(db: None) -> None:
    make_zone()


def run(*words: str, post: str = "officer") -> Any:
    with override("en"):
        return CliRunner().invoke(app, [*words, "--as", post])


def a_case(name: str, **fields: Any) -> int:
    return create(find("attraction"), context("officer"), **(LEAD | {"name": name, "investor": f"{name}公司"} | fields))


def save(name: str = "新能源", *more: str, post: str = "officer") -> Any:
    words = ("-f", "industry:is:new_energy", "--order", "-name", "--columns", "name,industry")
    return run("view", "save", "attraction", name, *words, *more, post=post)


def test_a_view_is_saved_listed_run_and_forgotten() -> None:
    a_case("电池")
    a_case("芯片", industry="electronics")
    assert save().exit_code == 0
    (view,) = json.loads(run("view", "list", "attraction", "--json").stdout)
    assert (view["name"], view["own"]) == ("新能源", True)
    assert caller("officer")("GET", "/views?register=attraction").json() == [view]
    rows = json.loads(run("view", "run", "attraction", "新能源", "--json").stdout)["rows"]
    assert [row["values"] for row in rows] == [{"name": "电池", "industry": "new_energy"}]
    assert "芯片" not in run("view", "run", "attraction", "新能源").stdout
    assert run("view", "forget", "attraction", "新能源").exit_code == 0
    gone = run("view", "run", "attraction", "新能源")
    assert gone.exit_code == 2
    assert "no such view" in gone.stderr


def test_a_view_is_shared_by_who_may_and_shows_each_reader_the_own_rights() -> None:
    a_case("电池")
    assert save("共享", "--shared", "all").exit_code == 2
    assert save("共享", "--shared", "all", post="leader").exit_code == 0
    listed = run("view", "list", "attraction").stdout
    assert "共享" in listed
    assert "everybody" in listed
    assert "电池" in run("view", "run", "attraction", "共享").stdout
    assert "电池" not in run("view", "run", "attraction", "共享", post="other-officer").stdout
    assert run("view", "forget", "attraction", "共享").exit_code == 2


def test_a_list_and_a_view_are_compared_with_a_past_day_as_the_api_does() -> None:
    day = date(2017, 9, 20)
    early = replace(context("officer"), business_date=day)
    old = create(find("attraction"), early, **LEAD, name="旧名")
    save()
    a_case("后来")
    edit(find("attraction"), context("officer"), old, {"name": "新名"}).must()
    asked = ("--on", "2017-09-20", "-f", "industry:is:new_energy", "--columns", "name,industry")
    listed = json.loads(run("register", "compare", "attraction", *asked, "--json").stdout)
    assert [one["record"]["values"]["name"] for one in listed["came"]] == ["后来"]
    assert [one["changes"]["name"]["then"] for one in listed["changed"]] == ["旧名"]
    api = caller("officer")(
        "GET", "/attraction/baseline?on=2017-09-20&f=industry:is:new_energy&columns=name,industry"
    ).json()
    assert listed == api
    view = run("view", "compare", "attraction", "新能源", "--on", "2017-09-20")
    assert view.exit_code == 0
    assert all(word in view.stdout for word in ("旧名", "新名", "后来", "entered since"))
    assert json.loads(run("view", "compare", "attraction", "新能源", "--on", "2017-09-20", "--json").stdout) == listed


def test_a_day_that_has_not_passed_is_refused_in_words() -> None:
    done = run("register", "compare", "attraction", "--on", "2099-01-01")
    assert done.exit_code == 2
    assert "has not passed yet" in done.stderr


def test_a_register_that_the_post_may_not_see_has_no_views() -> None:
    for words in (
        ("list", "delivery"),
        ("run", "delivery", "x"),
        ("save", "delivery", "x"),
        ("forget", "delivery", "x"),
    ):
        assert run("view", *words).exit_code == 2
