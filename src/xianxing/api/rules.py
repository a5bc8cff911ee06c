"""Rule sets: what is published, and what a rule says of facts that are sent."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query as Asked
from ninja import Schema
from pydantic import Field

from xianxing.api.answers import answer
from xianxing.api.callers import caller
from xianxing.api.endpoint import Endpoint
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.rules import find_ruleset, judge, rulesets
from xianxing.rules.describe import brief, describe
from xianxing.rules.engine import asked, judge_table
from xianxing.rules.facts import read_facts
from xianxing.rules.faults import NOT_IN_FORCE
from xianxing.rules.tables import frame_of, shown

__all__ = ["rules"]

MOST_FACTS = 500
MOST_ROWS = 10_000
TOO_MANY = Problem(
    "rule_too_many", _("More facts are given than a rule can have"), _("Send the inputs of the rule only")
)


class Asking(Schema):
    """Which day, jurisdiction and version."""

    on: date | None = Field(None, ge=date(1900, 1, 1), lt=date(2200, 1, 1), description="Default: the business date.")
    jurisdiction: str = Field("", max_length=60, description="Asked for before the rule set's own.")
    version: str = Field("", max_length=60, description="A version by code, also a draft, whatever is in force.")


class Judging(Asking):
    """Facts to be judged: by input, as written in its unit; null or absent is unknown."""

    facts: dict[str, str | int | bool | None] = Field(description="Numbers as text, in the unit of the input.")
    key: str = Field("", max_length=200, description="What the judgement is about; returned as it is.")


class Row(Schema):
    """One record: its key, and its facts as they are judged alone."""

    key: str = Field(max_length=200, min_length=1)
    facts: dict[str, str | int | bool | None]


class Population(Asking):
    """Records to be judged together; where the rule compares records, these are all there are."""

    rows: list[Row] = Field(max_length=MOST_ROWS, min_length=1)


def _rules(request: HttpRequest, asked: Asked[Asking]) -> HttpResponse:
    on = asked.on or caller(request).business_date
    return answer([brief(ruleset, on) for ruleset in rulesets()])


def _rule(request: HttpRequest, code: str, asked: Asked[Asking]) -> HttpResponse:
    on, ruleset = asked.on or caller(request).business_date, find_ruleset(code)
    return answer(describe(ruleset, on, ruleset.chosen(on, asked.jurisdiction, asked.version)))


def _judge(request: HttpRequest, code: str, body: Judging) -> HttpResponse:
    on, ruleset = body.on or caller(request).business_date, find_ruleset(code)
    if len(body.facts) > MOST_FACTS:
        raise Blocked((Blocker(TOO_MANY, "facts"),))
    facts = read_facts(ruleset.chosen(on, body.jurisdiction, body.version), body.facts)
    found = judge(code, facts, on, key=body.key, jurisdiction=body.jurisdiction, version=body.version)
    return answer(found.plain())


def _table(request: HttpRequest, code: str, body: Population) -> HttpResponse:
    on, ruleset = body.on or caller(request).business_date, find_ruleset(code)
    one = asked(ruleset, on, jurisdiction=body.jurisdiction, version=body.version)
    if one is None:
        raise Blocked((Blocker(NOT_IN_FORCE, "on", ruleset.title, params={"day": on.isoformat()}),))
    facts = [read_facts(one.version, row.facts) for row in body.rows]
    table = judge_table(one, frame_of(one.version, facts, [row.key for row in body.rows]))
    head = {"ruleset": code, "version": one.version.code, "on": on.isoformat(), "snapshot": table.snapshot}
    return answer(head | {"rows": shown(table.frame, table.measures).to_dicts()})


def rules() -> list[Endpoint]:
    """The endpoints of the rules."""
    return [
        Endpoint("GET", "/rules", _rules, "list_rules", "The rule sets", list[dict[str, Any]]),
        Endpoint("GET", "/rules/{code}", _rule, "get_rule", "One rule set, every condition in words", dict[str, Any]),
        Endpoint("POST", "/rules/{code}/table", _table, "judge_table", "Judge many records together", dict[str, Any]),
        Endpoint("POST", "/rules/{code}/judge", _judge, "judge_rule", "Judge facts, with reasons", dict[str, Any]),
    ]
