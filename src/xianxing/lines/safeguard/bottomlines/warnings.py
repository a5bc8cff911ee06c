"""Opening warnings: the one thing the system does by itself. Everything after that is a person's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xianxing.kernel import gate
from xianxing.kernel.actions.kept import keep, record
from xianxing.kernel.blockers import Problem
from xianxing.kernel.context import Context
from xianxing.kernel.notices.notify import Message, notify_many
from xianxing.lines.safeguard.bottomlines.models import OPEN

__all__ = ["STANDS", "Breach", "warn"]

WARNINGS, STEPS = "bottom-warning", "bottom-step"
STANDS = Problem(
    "warning_stands",
    _("A warning on this indicator is open at this place already: %(entry)s"),
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
    value: int | None
    level: str
    rank: int
    word: str
    name: str
    name_en: str

    @property
    def key(self) -> Key:
        return self.indicator["id"], self.place


def standing(context: Context, indicators: Sequence[int]) -> dict[Key, tuple[int, str]]:
    """The open warnings of indicators: id and colour by indicator and place. One query."""
    found = gate.all_rows(WARNINGS, context, indicator__in=sorted(set(indicators))).filter(OPEN)
    names = ("pk", "indicator_id", "place_id", "level")
    return {(i, place): (pk, level) for pk, i, place, level in found.values_list(*names)}


def warn(breaches: Sequence[Breach], ranks: Mapping[tuple[str, str], int], context: Context) -> None:
    """Open a warning for each indicator and place that has none; append to those that stand, and tell their holders.

    ``ranks`` gives the gravity of a colour by scheme and level. A value that became better changes nothing.
    """
    if not breaches:
        return
    reason = _("judgement of the bottom lines")
    stand = standing(context, [b.indicator["id"] for b in breaches])
    firsts = {b.key: b for b in sorted(breaches, key=lambda b: b.on, reverse=True) if b.key not in stand}
    opened = record(WARNINGS, context, [_fields(b) for b in firsts.values()], reason, name="warn")
    stand |= {key: (pk, b.level) for (key, b), pk in zip(firsts.items(), opened, strict=True)}
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
    worsened = {stand[key][0]: {"level": level} for key, level in levels.items() if level != stand[key][1]}
    keep(WARNINGS, context, worsened, reason)
    record(STEPS, context, steps, reason)
    notify_many(context, told)


def _fields(breach: Breach) -> dict[str, Any]:
    return {
        "name": breach.name,
        "name_en": breach.name_en,
        "indicator": breach.indicator["id"],
        "place": breach.place,
        "level": breach.level,
        "unit": breach.indicator["unit_id"],
        "owner": breach.indicator["owner_id"],
    }


def _step(breach: Breach, warning: int, worse: bool) -> dict[str, Any]:
    return {
        "warning": warning,
        "observation": breach.observation,
        "observed_on": breach.on,
        "value": breach.value,
        "level": breach.level,
        "worse": worse,
    }


def _told(breach: Breach, warning: int, message: str) -> Message:
    params = {"level": breach.word}
    return Message(
        breach.indicator["owner_id"], "assigned", WARNINGS, warning, message, params, key=f"{breach.observation}"
    )
