"""The light of one case: a pure function of where it stands, its status, its nearest limit and the business date."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Label
from xianxing.kernel.calendar.workdays import UnknownYear, WorkingDays
from xianxing.kernel.flow.flow import Flow, Values
from xianxing.kernel.light import Code, Light, Reason, because

__all__ = ["SOON_DAYS", "case_light"]

SOON_DAYS = 3
"""Working days before a limit that count as near: as many as the first reminder takes (parameter clock.remind_days)."""

_ONE_LEFT, _LEFT = (
    _("one working day to the limit “%(what)s”"),
    _("%(days)s working days to the limit “%(what)s”"),
)
_ONE_PAST, _PAST = (
    _("one working day past the limit “%(what)s”"),
    _("%(days)s working days past the limit “%(what)s”"),
)


def case_light(
    flow: Flow,
    values: Values,
    today: date,
    days: WorkingDays,
    *,
    missing: Sequence[Label] = (),
    soon: int = SOON_DAYS,
) -> Light:
    """The light of a case from ``stage``, ``proven``, ``status``, ``due_on`` and ``due_what``.

    A stage that is not stated is unknown. A closed case, or one whose last stage is proven, is done; a suspended one
    waits. Otherwise the nearest limit decides, and a status beside the stage speaks first. ``missing`` names what the
    next step still lacks; it follows the reason.
    """
    stage, known = values["stage"], next((s for s in flow.statuses if s.code == values["status"]), None)
    lacks = (because(_("missing: %(what)s"), what=list(missing)),) if missing else ()
    if not stage:
        return Light("unknown", (because(_("stage not stated")),))
    if known and (known.ends or known.pauses):
        return Light("done" if known.ends else "waiting", (because(known.label),))
    if stage == flow.stages[-1].code and values["proven"] == stage:
        return Light("done", (because(flow.by_code[stage].label),))
    code, reasons = _limit(values, today, days, soon)
    if values["proven"] != stage:
        reasons = (*reasons, because(_("“%(stage)s” is not proven"), stage=flow.by_code[stage].label))
    if known:
        code, reasons = ("soon" if code == "ok" else code), (because(known.label), *reasons)
    return Light(code, (*reasons, *lacks))


def _limit(values: Values, today: date, days: WorkingDays, soon: int) -> tuple[Code, tuple[Reason, ...]]:
    """What the nearest limit says; a case without one is on course. Names of limits are stored as message ids."""
    due, what = values["due_on"], values["due_what"]
    if due is None:
        return "ok", (because(_("no limit is running")),)
    try:
        left = days.between(today, due)
    except UnknownYear as error:
        late: Code = "late" if due < today else "unknown"
        return late, (because(_("the official calendar of %(year)s is not known"), year=str(error.year)),)
    name = gettext_lazy(what) if what else _("time limit")
    if due < today:
        return "late", (_counted(max(-left, 1), _ONE_PAST, _PAST, name),)
    if due == today:
        return "soon", (because(_("today is the last day of the limit “%(what)s”"), what=name),)
    return "soon" if left <= soon else "ok", (_counted(left, _ONE_LEFT, _LEFT, name),)


def _counted(number: int, one: Label, many: Label, what: Label) -> Reason:
    """Messages with a number are stored, so singular and plural are two of them."""
    return because(one, what=what) if number == 1 else because(many, days=number, what=what)
