"""The facts of enterprises as rules take them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from xianxing.kernel.actions.act import create
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.kernel.testing import credit_code, staff
from xianxing.kernel.units.seats import context_of_post
from xianxing.rules.sources import find_source

DAY = date(2017, 9, 29)


@pytest.fixture
def officer(db: None) -> Context:
    staff(DAY, {"zone": "", "service": "zone"}, {"officer": ("service_officer", "service")})
    return context_of_post("officer", "page", day=DAY)


def firm(by: Context, number: int, **fields: Any) -> int:
    return create(find("enterprise"), by, code=credit_code(number), name=f"企业{number}", **fields)


def report(by: Context, pk: int, year: int, **fields: Any) -> None:
    create(find("enterprise-return"), by, enterprise=f"#{pk}", year=str(year), **fields)


def test_a_row_per_enterprise_and_year_holds_what_the_store_holds_and_nothing_for_what_was_not_reported(
    officer: Context,
) -> None:
    one, other = firm(officer, 1, founded_on="2001-05-06"), firm(officer, 2)
    report(officer, one, 2016, revenue="1234.56", land="3亩", energy="50.25", above_scale="yes")
    report(officer, one, 2015, revenue="1000")
    report(officer, other, 2016)

    found = find_source("enterprise").gather(
        officer, ["revenue", "land", "energy", "above_scale", "age", "nothing"], years=(2016,)
    )

    rows = {row["id"]: row for row in found.to_dicts()}
    assert set(found.columns) == {"id", "key", "year", "revenue", "land", "energy", "above_scale", "age"}
    told = {"revenue": 1_234_560_000, "land": 200_000, "energy": Decimal("50.25"), "above_scale": True, "age": 15}
    assert {name: rows[one][name] for name in told} == told
    assert {rows[other][name] for name in ("revenue", "land", "energy", "above_scale", "age")} == {None}


def test_a_title_counts_where_it_was_held_on_the_last_day_of_the_year(officer: Context) -> None:
    pk = firm(officer, 3)
    for year in (2014, 2015, 2016):
        report(officer, pk, year)
    create(find("enterprise-title"), officer, enterprise=f"#{pk}", title="high_tech",
           starts_on="2015-12-31", ends_on="2016-12-30")  # fmt: skip

    found = find_source("enterprise").gather(officer, ["high_tech", "gazelle"], ids=[pk])

    held = {row["year"]: (row["high_tech"], row["gazelle"]) for row in found.to_dicts()}
    assert held == {2014: (False, False), 2015: (True, False), 2016: (False, False)}


def test_personal_columns_are_no_facts() -> None:
    terms = find_source("enterprise").terms
    assert {"representative", "phone"}.isdisjoint(terms)
    assert terms["revenue"][1].type == "money"
    assert dict(terms["industry"][1].values)["38"]
