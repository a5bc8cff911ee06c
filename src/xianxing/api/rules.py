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
from xianxing.rules.facts import read_facts

__all__ = ["rules"]

MOST_FACTS = 500
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


def rules() -> list[Endpoint]:
    """The endpoints of the rules."""
    return [
        Endpoint("GET", "/rules", _rules, "list_rules", "The rule sets", list[dict[str, Any]]),
        Endpoint("GET", "/rules/{code}", _rule, "get_rule", "One rule set, every condition in words", dict[str, Any]),
        Endpoint("POST", "/rules/{code}/judge", _judge, "judge_rule", "Judge facts, with reasons", dict[str, Any]),
    ]
