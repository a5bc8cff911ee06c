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
from xianxing.api.records import find_row, register_for
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.rules import find_ruleset, judge, rulesets
from xianxing.rules.asking import must_ask
from xianxing.rules.check import check_text
from xianxing.rules.describe import brief, describe
from xianxing.rules.drafting import line_of
from xianxing.rules.engine import judge_table
from xianxing.rules.explanation import explained
from xianxing.rules.facts import read_facts
from xianxing.rules.sources import SOURCES, Source, find_source, first_source
from xianxing.rules.tables import frame_of, shown
from xianxing.rules.trying import draft_of, plain, trial

__all__ = ["rules"]

MOST_FACTS = 500
MOST_ROWS = 10_000
TOO_MANY = Problem(
    "rule_too_many", _("More facts are given than a rule can have"), _("Send the inputs of the rule only")
)


NO_SOURCE_OF = Problem("no_source_of", _("There are no records “%(value)s”"), _("Choose one of: %(choices)s"))


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
    one = must_ask(ruleset, on, jurisdiction=body.jurisdiction, version=body.version)
    facts = [read_facts(one.version, row.facts) for row in body.rows]
    table = judge_table(one, frame_of(one.version, facts, [row.key for row in body.rows]))
    head = {"ruleset": code, "version": one.version.code, "on": on.isoformat(), "snapshot": table.snapshot}
    return answer(head | {"rows": shown(table.frame, table.measures).to_dicts()})


class Text(Schema):
    """The text of a rule set, as docs/rules.md describes it."""

    text: str = Field(max_length=60_000)


class Trying(Schema):
    """What is to be tried on which records: a draft of the register by its number, or a text."""

    draft: str = Field("", max_length=40, description="Number of a draft, such as GZ2017-001.")
    text: str = Field("", max_length=60_000)
    source: str = Field("", max_length=60, description="Which records; default: the enterprises.")
    year: int | None = Field(None, ge=1900, lt=2200, description="Default: the year before the business date.")
    against: str = Field("", max_length=80, description="Code of a rule set in force: who changes, at what cost.")


class Concerning(Asking):
    """Which records, and which year."""

    source: str = Field("", max_length=60, description="Which records; default: the enterprises.")
    year: int | None = Field(None, ge=1900, lt=2200, description="Default: the year before the business date.")


def _check(request: HttpRequest, body: Text) -> HttpResponse:
    caller(request)
    return answer([{**fault.plain(), "line": line_of(body.text, fault)} for fault in check_text(body.text)])


def _source(code: str) -> Source:
    try:
        return find_source(code or first_source())
    except KeyError as error:
        raise Blocked((Blocker(NO_SOURCE_OF, "source", value=code, params={"choices": list(SOURCES)}),)) from error


def _try(request: HttpRequest, body: Trying) -> HttpResponse:
    context, source = caller(request), _source(body.source)
    text = body.text
    if body.draft:
        text = find_row(register_for(context, "ruleset"), context, body.draft).values["text"]
    day = context.business_date
    against = must_ask(find_ruleset(body.against), day) if body.against else None
    return answer(plain(trial(draft_of(text, day), source, context, body.year or day.year - 1, against)))


def _explain(request: HttpRequest, code: str, record: int, asked: Asked[Concerning]) -> HttpResponse:
    context, source = caller(request), _source(asked.source)
    on = asked.on or context.business_date
    one = must_ask(find_ruleset(code), on, jurisdiction=asked.jurisdiction, version=asked.version)
    found = explained(one, source, context, record, asked.year or context.business_date.year - 1, on)
    return answer(found.plain())


def rules() -> list[Endpoint]:
    """The endpoints of the rules."""
    return [
        Endpoint("GET", "/rules", _rules, "list_rules", "The rule sets", list[dict[str, Any]]),
        Endpoint("GET", "/rules/{code}", _rule, "get_rule", "One rule set, every condition in words", dict[str, Any]),
        Endpoint("POST", "/rules/{code}/table", _table, "judge_table", "Judge many records together", dict[str, Any]),
        Endpoint(
            "POST",
            "/drafting/check",
            _check,
            "check_rule",
            "Every fault of a text, with its line",
            list[dict[str, Any]],
        ),
        Endpoint(
            "POST", "/drafting/try", _try, "try_rule", "Try a draft: how results fall, who changes", dict[str, Any]
        ),
        Endpoint(
            "GET", "/rules/{code}/of/{record}", _explain, "explain_rule", "What a rule says of a record", dict[str, Any]
        ),
        Endpoint("POST", "/rules/{code}/judge", _judge, "judge_rule", "Judge facts, with reasons", dict[str, Any]),
    ]
