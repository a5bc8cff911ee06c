"""Where a light comes from: its links in words, its history, the form by which evidence is linked."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from xianxing.desk.programme import link_url
from xianxing.desk.words import long_day
from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.indicators import INDICATORS
from xianxing.kernel.plan.days import Point, trend
from xianxing.kernel.plan.evaluate import LinkLight, NodeLight
from xianxing.kernel.plan.links import evidence_query
from xianxing.kernel.register import REGISTRY
from xianxing.kernel.value import Known

__all__ = ["history_of", "link_fields", "links_of"]

HISTORY = 180
"""How many stored days of lights the page looks back."""


def links_of(context: Context, lit: NodeLight) -> list[dict[str, Any]]:
    """Where the light comes from: what each link counts, in words, with the list of exactly these records."""
    return [_link(context, link) for link in lit.links]


def _link(context: Context, link: LinkLight) -> dict[str, Any]:
    light = link.light
    base = {
        "id": link.id,
        "light": light.code,
        "reason": light.words(),
        "url": link_url(context, link) or None,
        "invented": link.invented,
        "count": f"{light.reached:,}/{light.total:,}"
        if light.total is not None and light.reached is not None
        else None,
    }
    if link.cases:
        register, query = evidence_query(link.cases, context.business_date)
        stage = register.flow.by_code[link.cases.stage].label if register.flow else link.cases.stage
        asked = Query.read(register, Context.system(context.business_date), filters=link.cases.tokens)
        seen = gate.count(gate.rows(register, context, query)) if register.may(context, "view") else None
        which = _("; ").join(f.sentence(register) for f in asked.filters) or _("all of them")
        least = _("at least %(n)s") % {"n": link.cases.at_least} if link.cases.at_least else _("all")
        return base | {
            "label": _("%(register)s reach “%(stage)s”: %(least)s")
            % {"register": register.label, "stage": stage, "least": least},
            "which": which,
            "seen": str(seen) if seen is not None else None,
        }
    reading = link.reading
    if reading is None:
        return base | {"label": _("an indicator that is not installed"), "which": ""}
    value = f"{reading.value.value:,f}" if isinstance(reading.value, Known) else None
    return base | {
        "label": str(REGISTRY[reading.register].label),
        "which": _("; ").join(f.sentence(REGISTRY[reading.register]) for f in reading.query.filters),
        "count": value,
        "seen": f"{reading.behind:,}",
        "unit": str(reading.unit),
    }


def history_of(context: Context, node: int) -> dict[str, Any]:
    """The stored lights: the course of what was reached, and each change with its reason."""
    points = trend(context, [node], HISTORY).get(node, [])
    changes: list[Point] = []
    for point in points:
        if not changes or changes[-1].light.code != point.light.code:
            changes.append(point)
    entries = [
        {
            "on": long_day(point.day),
            "light": point.light.code,
            "word": str(point.light.label),
            "reason": point.light.words(),
        }
        for point in reversed(changes)
    ]
    course = [point.light.reached for point in points]
    return {
        "entries": entries,
        "course": course if len(set(course)) > 1 else [],
        "days": len(points),
    }


def link_fields(typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """The form by which a plan officer says where the evidence of a measure comes from."""
    stages = [
        {"value": f"{register.code}:{stage.code}", "label": f"{register.label} · {stage.label}"}
        for register in REGISTRY.values()
        if register.flow
        for stage in register.flow.stages
    ]
    indicators = [{"value": code, "label": str(indicator.label)} for code, indicator in INDICATORS.items()]
    operators = [{"value": sign, "label": sign} for sign in ("≥", "=", "≤")]
    fields: list[dict[str, Any]] = [
        {
            "name": "kind",
            "label": _("Evidence by"),
            "kind": "choice",
            "required": True,
            "choices": [
                {"value": "cases", "label": _("cases that reach a stage")},
                {"value": "number", "label": _("an indicator that reaches a number")},
            ],
        },
        {"name": "reach", "label": _("Cases and the stage to reach"), "kind": "choice", "choices": stages},
        {
            "name": "filters",
            "label": _("Which cases"),
            "kind": "textarea",
            "rows": 2,
            "help": _("The address of a filtered list, or filters one a line. Empty: all cases."),
        },
        {"name": "at_least", "label": _("At least how many"), "kind": "number", "help": _("Empty: all of them.")},
        {"name": "indicator", "label": _("Indicator"), "kind": "choice", "choices": indicators},
        {"name": "operator", "label": _("Comparison"), "kind": "choice", "choices": operators},
        {"name": "target", "label": _("Number to reach"), "kind": "number"},
    ]
    return [field | {"id": f"link-{field['name']}", "value": typed.get(field["name"], "")} for field in fields]
