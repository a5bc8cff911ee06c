"""Opening warnings: the one thing the system does by itself. Everything after that is a person's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.notices.notify import Message, notify_many
from xianxing.kernel.register import find
from xianxing.lines.safeguard.bottomlines.models import CLOSED, DISMISSED

__all__ = ["Breach", "acting", "one_open", "warn"]

WARNINGS, STEPS = "bottom-warning", "bottom-step"
STANDS = Problem(
    "warning_stands",
    _("A warning on this indicator is open at this place already: %(code)s"),
    _("Add what you know to that one"),
)
OPENED = gettext_noop("%(what)s: a warning was opened (%(level)s)")
WORSE = gettext_noop("%(what)s: it has become worse (%(level)s)")
Key = tuple[int, int | None]


@dataclass(frozen=True)
class Breach:
    """A judgement that opens a warning, or worsens the one that is open. ``rank`` 1 is the gravest colour."""

    observation: int
    indicator: Mapping[str, Any]
    place: int | None
    on: date
    value: str
    level: str
    rank: int
    word: str
    name: str
    name_en: str

    @property
    def key(self) -> Key:
        return self.indicator["id"], self.place


def acting(context: Context, reason: str) -> Context:
    """The system, in the course of what a caller does: same day, instant, surface and request."""
    system = Context.system(context.business_date, context.surface, reason)
    return replace(system, instant=context.instant, request=context.request)


def standing(context: Context, indicators: Sequence[int]) -> dict[Key, tuple[int, str, str]]:
    """The open warnings of indicators: id, colour and code by indicator and place. One query."""
    query = Query(filters=(Filter("stage", "is_not", (CLOSED,)), Filter("status", "is_not", (DISMISSED,))))
    rows: Any = gate.rows(find(WARNINGS), Context.system(context.business_date), query)
    found = rows.filter(indicator__in=sorted(set(indicators))).order_by()
    names = ("pk", "indicator_id", "place_id", "level", "code")
    return {(i, place): (pk, level, code) for pk, i, place, level, code in found.values_list(*names)}


def one_open(rows: Sequence[Mapping[str, Any]], context: Context) -> dict[int, Blocker]:
    """One open warning per indicator and place; the store's constraint says the same."""
    asked = {
        at: row
        for at, row in enumerate(rows)
        if row["verb"] in {"create", "restore"}
        or (row["verb"] == "status" and row["to"] != DISMISSED)
        or (row["verb"] == "edit" and row["changed"] & {"indicator", "place"})
    }
    stand = standing(context, [row["indicator"] for row in asked.values()]) if asked else {}
    found = {}
    for at, row in asked.items():
        pk, _level, code = stand.get((row["indicator"], row["place"]), (row["id"], "", ""))
        if pk != row["id"]:
            found[at] = Blocker(STANDS, field="indicator", params={"code": code})
    return found


def warn(breaches: Sequence[Breach], ranks: Mapping[tuple[str, str], int], context: Context) -> None:
    """Open a warning for each indicator and place that has none; append to those that stand, and tell their holders.

    ``ranks`` gives the gravity of a colour by scheme and level. A value that became better changes nothing.
    """
    if not breaches:
        return
    system = acting(context, str(_("judgement of the bottom lines")))
    stand = {
        key: (pk, level) for key, (pk, level, _c) in standing(context, [b.indicator["id"] for b in breaches]).items()
    }
    firsts = {b.key: b for b in sorted(breaches, key=lambda b: b.on, reverse=True) if b.key not in stand}
    opened = act(find(WARNINGS), system, [Change("create", fields=_fields(b)) for b in firsts.values()], name="warn")
    stand |= {key: (pk, b.level) for (key, b), pk in zip(firsts.items(), opened.must().records, strict=True)}
    levels = {key: level for key, (_pk, level) in stand.items()}
    steps, told = [], []
    for breach in sorted(breaches, key=lambda b: (b.on, b.observation)):
        key, first = breach.key, firsts.get(breach.key) is breach
        worse = breach.rank < ranks.get((breach.indicator["scheme"], levels[key]), breach.rank + 1)
        if worse:
            levels[key] = breach.level
        steps.append(_step(breach, stand[key][0], worse and not first))
        if first or worse:
            told.append(_told(breach, stand[key][0], OPENED if first else WORSE))
    worsened = {stand[key][0]: level for key, level in levels.items() if level != stand[key][1]}
    act(find(WARNINGS), system, [Change("edit", pk, fields={"level": lvl}) for pk, lvl in worsened.items()]).must()
    act(find(STEPS), system, [Change("create", fields=step) for step in steps]).must()
    notify_many(context, told)


def _fields(breach: Breach) -> dict[str, Any]:
    return {
        "name": breach.name,
        "name_en": breach.name_en,
        "indicator": f"#{breach.indicator['id']}",
        "place": f"#{breach.place}" if breach.place else "",
        "level": breach.level,
        "unit": f"#{breach.indicator['unit_id']}",
        "owner": f"#{breach.indicator['owner_id']}",
    }


def _step(breach: Breach, warning: int, worse: bool) -> dict[str, Any]:
    return {
        "warning": f"#{warning}",
        "observation": f"#{breach.observation}",
        "observed_on": breach.on,
        "value": breach.value,
        "level": breach.level,
        "worse": "yes" if worse else "no",
    }


def _told(breach: Breach, warning: int, message: str) -> Message:
    params = {"level": breach.word}
    return Message(
        breach.indicator["owner_id"], "assigned", WARNINGS, warning, message, params, key=f"{breach.observation}"
    )
