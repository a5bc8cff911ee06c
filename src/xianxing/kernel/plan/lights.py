"""What turns a light: pure functions of stages, numbers and the business date. Nothing typed comes in here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xianxing.kernel.blockers import Label
from xianxing.kernel.light import CODES, Code, Light, Reason, because
from xianxing.kernel.value import Known, Unknown, Value

__all__ = ["CaseFacts", "NumberFacts", "Term", "case_link_light", "counts", "measure_light", "number_link_light"]

NO_LINK = Light("unknown", (Reason(gettext_noop("not yet evidenced")),))


@dataclass(frozen=True, slots=True)
class Term:
    """When something is to be reached, seen from a business date; ``soon_days`` before it counts as near.

    ``began`` is the day from which passed time is reckoned: where the measure has no first day, that of its plan.
    """

    today: date
    due: date | None = None
    starts: date | None = None
    soon_days: int = 30
    began: date | None = None

    @property
    def past(self) -> bool:
        """Whether the date has passed. The last day itself is still in time."""
        return self.due is not None and self.due < self.today

    @property
    def near(self) -> bool:
        """Whether the date comes within the days that count as near."""
        return self.due is not None and not self.past and self.due <= self.today + timedelta(days=self.soon_days)

    @property
    def ahead(self) -> bool:
        """Whether the beginning still lies ahead."""
        return self.starts is not None and self.starts > self.today


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """How the cases behind a link stand.

    ``total`` of them are in the count and ``reached`` have reached the ``stage`` with all evidence standing;
    ``needed`` is the link's "at least", absent for all. ``unproven`` stand at the stage but lack evidence (``missing``
    names it); ``as_stated`` are said to stand there and nobody has checked. ``ended`` are lost or abandoned. ``what``
    tells links of one measure apart.
    """

    stage: Label
    total: int
    reached: int
    needed: int | None = None
    unstated: int = 0
    overdue: int = 0
    near: int = 0
    unproven: int = 0
    as_stated: int = 0
    ended: int = 0
    lost_leaves: bool = True
    what: tuple[Label, ...] = ()
    missing: tuple[Label, ...] = ()
    overdue_names: tuple[str, ...] = ()
    unproven_names: tuple[str, ...] = ()

    @property
    def goal(self) -> int:
        """How many must reach the stage."""
        return self.total if self.needed is None else self.needed


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """A number and what it is to reach. ``since`` is the day from which it adds up; absent for a ratio or a stock."""

    label: Label
    unit: Label
    value: "Value[Decimal]"
    operator: str
    target: Decimal
    since: date | None = None

    @property
    def met(self) -> bool:
        """Whether the number is what it should be; an unknown number is not."""
        if isinstance(self.value, Unknown):
            return False
        number = self.value.value
        return {">=": number >= self.target, "<=": number <= self.target, "=": number == self.target}[self.operator]

    def expected(self, term: Term) -> Decimal | None:
        """Where a number that adds up would stand today on an even course to its target; nothing for any other."""
        if self.since is None or term.due is None or self.operator != ">=" or not self.since <= term.today <= term.due:
            return None
        return self.target * ((term.today - self.since).days + 1) / ((term.due - self.since).days + 1)


def case_link_light(facts: CaseFacts, term: Term) -> Light:
    """The light of a link to cases: done when enough have reached the stage, late past its date or any case's limit."""
    if not facts.total and not (facts.needed and term.past):
        return _counted(
            "unknown", [_headline(facts), because(_("no case stands behind this yet")), *_lost(facts)], facts
        )
    reasons = [_headline(facts)]
    if facts.reached >= facts.goal:
        return _counted("done", [*reasons, *_lost(facts)], facts)
    if facts.total and facts.unstated == facts.total:
        reasons = [
            *_what(facts),
            because(_("present stage not stated (%(count)s)"), count=facts.unstated),
            *_date(term),
        ]
        return _counted("unknown", reasons, facts)
    reasons += [*_date(term), *_limits(facts), *_proofs(facts), *_lost(facts)]
    begun = facts.total > facts.unstated
    return _counted(_code(term, facts.overdue > 0, facts.near > 0, begun), reasons, facts)


def number_link_light(facts: NumberFacts, term: Term) -> Light:
    """The light of a link to an indicator (decision 0016).

    A ceiling that is kept is on course until its date and done after it. What a number has not reached before its date
    is not due yet; on course is only a number that adds up and is not behind an even course.
    """
    if isinstance(facts.value, Unknown):
        missing = because(facts.value.missing, **facts.value.params)
        return Light("unknown", (because(_("%(label)s is unknown"), label=facts.label), missing, *_date(term)))
    reason = because(
        _("%(label)s %(value)s %(unit)s, to be %(operator)s %(target)s"),
        label=facts.label,
        value=_decimal(facts.value.value),
        unit=facts.unit,
        operator=_SIGNS[facts.operator],
        target=_decimal(facts.target),
    )
    if facts.met:
        return Light("ok" if facts.operator == "<=" and not term.past else "done", (reason,))
    expected = facts.expected(term)
    return Light(_number_code(facts, term, expected), (reason, *_date(term), *_course(facts, term, expected)))


def _number_code(facts: NumberFacts, term: Term, expected: Decimal | None) -> Code:
    """The code of a number that is not what it is to be."""
    if term.past or (facts.operator == "<=" and not term.ahead):
        return "late"
    if term.near and not term.ahead:
        return "soon"
    keeps = expected is not None and isinstance(facts.value, Known) and facts.value.value >= expected
    return "ok" if keeps else "waiting"


def _course(facts: NumberFacts, term: Term, expected: Decimal | None) -> list[Reason]:
    """How far the time has gone: for a number that adds up, where an even course would stand."""
    if term.past or term.ahead or facts.operator == "<=":
        return []
    due = because(_("due on %(day)s"), day=term.due) if term.due else because(_("no date set"))
    reasons = [] if term.near else [due]
    if expected is not None:
        return [*reasons, because(_("an even course would stand at %(number)s"), number=_decimal(round(expected, 1)))]
    if term.due is None or term.began is None or not term.began <= term.today:
        return reasons
    share = ((term.today - term.began).days + 1) * 100 // ((term.due - term.began).days + 1)
    return [*reasons, because(_("%(share)s %% of the time has passed"), share=share)]


def measure_light(parts: Sequence[Light]) -> Light:
    """The light of a measure from those of its links: the gravest; done only when all are; without a link unknown."""
    if not parts:
        return NO_LINK
    ordered = sorted(parts, key=lambda light: CODES.index(light.code))
    reasons = tuple(dict.fromkeys(reason for light in ordered for reason in light.reasons))
    counted = [light for light in parts if light.total is not None]
    if len(counted) != len(parts):
        return Light(ordered[0].code, reasons)
    return Light(
        ordered[0].code,
        reasons,
        sum(min(light.reached or 0, light.total or 0) for light in counted),
        sum(light.total or 0 for light in counted),
    )


def counts(lights: Iterable[Light]) -> Mapping[Code, int]:
    """How many of each light, gravest first, all codes present: what a parent shows instead of a light of its own."""
    found: dict[Code, int] = dict.fromkeys(CODES, 0)
    for light in lights:
        found[light.code] += 1
    return found


def _headline(facts: CaseFacts) -> Reason:
    numbers: dict[str, Any] = {"reached": facts.reached, "goal": facts.goal, "stage": facts.stage}
    if facts.what and facts.needed is None:
        return because(_("%(what)s: %(reached)s of %(goal)s at “%(stage)s”"), what=list(facts.what), **numbers)
    if facts.what:
        return because(_("%(what)s: %(reached)s of at least %(goal)s at “%(stage)s”"), what=list(facts.what), **numbers)
    if facts.needed is None:
        return because(_("%(reached)s of %(goal)s at “%(stage)s”"), **numbers)
    return because(_("%(reached)s of at least %(goal)s at “%(stage)s”"), **numbers)


def _what(facts: CaseFacts) -> list[Reason]:
    return [because("%(what)s", what=list(facts.what))] if facts.what else []


_SIGNS: Mapping[str, str] = {">=": "≥", "<=": "≤", "=": "="}


def _code(term: Term, late: bool, near: bool, begun: bool) -> Code:
    if term.past or late:
        return "late"
    if term.ahead and not begun:
        return "waiting"
    return "soon" if term.near or near else "ok"


def _counted(code: Code, reasons: Iterable[Reason], facts: CaseFacts) -> Light:
    return Light(code, tuple(reasons), facts.reached, facts.goal)


def _date(term: Term) -> list[Reason]:
    if term.past:
        return [because(_("the date %(day)s has passed"), day=term.due)]
    if term.ahead:
        return [because(_("begins on %(day)s"), day=term.starts)]
    if term.near and term.due:
        return [because(_("%(count)s days left until %(day)s"), count=(term.due - term.today).days, day=term.due)]
    return []


def _limits(facts: CaseFacts) -> list[Reason]:
    reasons = []
    if facts.overdue:
        reasons.append(because(_("%(count)s past a limit"), facts.overdue_names, count=facts.overdue))
    if facts.near:
        reasons.append(because(_("%(count)s near a limit"), count=facts.near))
    if facts.unstated:
        reasons.append(because(_("present stage not stated (%(count)s)"), count=facts.unstated))
    return reasons


def _proofs(facts: CaseFacts) -> list[Reason]:
    reasons = []
    if facts.unproven and facts.missing:
        words = _("%(count)s not proven, %(proofs)s missing")
        reasons.append(because(words, facts.unproven_names, count=facts.unproven, proofs=list(facts.missing)))
    elif facts.unproven:
        reasons.append(because(_("%(count)s not proven"), facts.unproven_names, count=facts.unproven))
    if facts.as_stated:
        reasons.append(because(_("%(count)s as stated, not verified"), count=facts.as_stated))
    return reasons


def _lost(facts: CaseFacts) -> list[Reason]:
    if not facts.ended:
        return []
    if facts.lost_leaves:
        return [because(_("%(count)s lost or abandoned, out of the count"), count=facts.ended)]
    return [because(_("%(count)s lost or abandoned"), count=facts.ended)]


def _decimal(number: Decimal) -> str:
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
