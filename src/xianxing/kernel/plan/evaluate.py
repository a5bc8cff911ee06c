"""The lights of a plan on a day, reckoned from the records as they stand: a constant number of queries per register."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_noop

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.indicators.indicator import INDICATORS
from xianxing.kernel.indicators.read import read
from xianxing.kernel.light import Light, Reason
from xianxing.kernel.plan.lights import NumberFacts, Term, case_link_light, measure_light, number_link_light
from xianxing.kernel.plan.links import CaseLink, case_facts
from xianxing.kernel.plan.number import decimal_of
from xianxing.kernel.plan.soon import near
from xianxing.kernel.register import find
from xianxing.kernel.value import Reading

__all__ = ["LinkLight", "NodeLight", "evaluate"]

Raw = Mapping[str, Any]
UNREADABLE = Light("unknown", (Reason(gettext_noop("the link's register or filter no longer exists")),))


@dataclass(frozen=True, slots=True)
class LinkLight:
    """The light of one link, and what it counted: a link to cases, or the reading of an indicator."""

    id: int
    light: Light
    cases: CaseLink | None = None
    reading: Reading | None = None
    invented: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class NodeLight:
    """The light of a measure or task with those of its links."""

    node: int
    light: Light
    links: tuple[LinkLight, ...] = ()

    @property
    def invented(self) -> bool:
        """Whether demo data stands behind the light."""
        return any(link.invented for link in self.links)


def evaluate(context: Context, nodes: Iterable[int], day: date | None = None) -> dict[int, NodeLight]:
    """The lights of nodes by id. Everybody sees the same light; names in its reason are those the caller may see."""
    day = day or context.business_date
    wanted = list(nodes)
    soon = near(day)
    links = _links(context, wanted)
    cases = [_case_link(raw) for raw in links if raw["kind"] == "cases"]
    facts = case_facts(cases, context, day, soon.limit)
    readings = _readings({_read_on(raw, day) for raw in links if raw["kind"] == "number"})
    by_node: dict[int, list[LinkLight]] = {}
    for raw in links:
        began = raw["starts_on"] or raw["plan_starts_on"]
        term = Term(day, raw["by"] or raw["due_on"], raw["starts_on"], soon.days, began)
        lit = _number_light(raw, term, readings) if raw["kind"] == "number" else _case_light(raw, term, facts)
        by_node.setdefault(raw["node_id"], []).append(lit)
    return {
        node: NodeLight(node, measure_light([lit.light for lit in by_node.get(node, ())]), tuple(by_node.get(node, ())))
        for node in wanted
    }


def _links(context: Context, nodes: list[int]) -> list[Raw]:
    system = Context.system(context.business_date)
    rows: Any = gate.rows(find("plan-link"), system)
    return list(
        rows.filter(node__in=nodes, node__deleted_at=None).values(
            "id", "node_id", "kind", "register", "filters", "stage", "at_least", "lost_leaves", "indicator", "operator",
            "target", "by", "own", due_on=F("node__due_on"), starts_on=F("node__starts_on"),
            plan_starts_on=F("node__plan__starts_on"),
        )
    )  # fmt: skip


def _case_link(raw: Raw) -> CaseLink:
    return CaseLink(raw["id"], raw["register"], raw["filters"], raw["stage"], raw["at_least"], raw["lost_leaves"])


def _case_light(raw: Raw, term: Term, facts: Mapping[int, Any]) -> LinkLight:
    if raw["id"] not in facts:
        return LinkLight(raw["id"], UNREADABLE, own=raw["own"])
    counted, invented = facts[raw["id"]]
    lit = case_link_light(counted, term)
    return LinkLight(raw["id"], lit, cases=_case_link(raw), invented=invented, own=raw["own"])


def _read_on(raw: Raw, day: date) -> tuple[str, date]:
    """Which indicator is read on which day: one of a year or month as it stood on the date, once that has passed."""
    code, due = raw["indicator"], raw["by"] or raw["due_on"]
    of_period = code in INDICATORS and INDICATORS[code].period != "stock"
    return code, min(day, due) if due and of_period else day


def _readings(wanted: Iterable[tuple[str, date]]) -> dict[tuple[str, date], Reading]:
    return {(code, on): read(Context.public(on), INDICATORS[code], on) for code, on in wanted if code in INDICATORS}


def _number_light(raw: Raw, term: Term, readings: Mapping[tuple[str, date], Reading]) -> LinkLight:
    reading = readings.get(_read_on(raw, term.today))
    if reading is None or raw["target"] is None:
        return LinkLight(raw["id"], UNREADABLE, own=raw["own"])
    indicator = INDICATORS[raw["indicator"]]
    since = indicator.adds_up_from(term.today, term.due)
    goal = decimal_of(raw["target"])
    facts = NumberFacts(indicator.label, indicator.unit, reading.value, raw["operator"], goal, since)
    lit = number_link_light(facts, term)
    return LinkLight(raw["id"], lit, reading=reading, invented=reading.invented, own=raw["own"])
