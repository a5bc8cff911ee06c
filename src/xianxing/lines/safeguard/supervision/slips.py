"""Coloured slips (督办单): the tick issues them by the matter's scheme, each colour once for a limit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xianxing.kernel import gate
from xianxing.kernel.actions.change import Draft
from xianxing.kernel.actions.kept import keep, record
from xianxing.kernel.blockers import Label
from xianxing.kernel.calendar.workdays import WorkingDays
from xianxing.kernel.context import Context
from xianxing.kernel.notices.notify import Message, notify_many
from xianxing.kernel.parameters.lookup import value
from xianxing.kernel.tick import step
from xianxing.kernel.value import Known
from xianxing.lines.safeguard.supervision.flow import OPEN
from xianxing.lines.safeguard.supervision.handing import MATTERS
from xianxing.lines.safeguard.supervision.schemes import KNOWN, SlipKind

__all__ = ["SLIPS", "answer_days", "follow_reports", "issue", "raised", "slip"]

SLIPS = "matter-slip"
ISSUED = gettext_noop("%(what)s: a slip was issued (%(colour)s)")
WHY = {
    "near": _("The limit is %(day)s"),
    "behind": _("The progress was reported as behind"),
    "overdue": _("The limit of %(day)s has passed"),
    "lapsed": _("The slip before was not answered in time"),
    "person": _("Issued by the supervisor"),
}


@dataclass(frozen=True)
class Standing:
    """What a ladder asks of a matter: days of its limit, what was reported, the slips of that limit so far."""

    limit: date | None
    near_from: date | None
    behind: bool
    issued: Mapping[str, Mapping[str, Any]]

    def calls_for(self, ladder: Sequence[SlipKind], today: date) -> SlipKind | None:
        """The gravest colour whose condition holds and that was not issued about this limit."""
        due = [kind for place, kind in enumerate(ladder) if self._holds(ladder, place, today)]
        new = [kind for kind in due if kind.colour not in self.issued]
        return new[-1] if new and new[-1] is due[-1] else None

    def _holds(self, ladder: Sequence[SlipKind], place: int, today: date) -> bool:
        on = ladder[place].on
        if on == "lapsed":
            before = self.issued.get(ladder[place - 1].colour) if place else None
            return bool(before and not before["answered_on"] and before["answer_by"] and before["answer_by"] < today)
        if on == "behind":
            return self.behind
        if self.limit is None or self.near_from is None:
            return False
        return (on == "overdue" and self.limit < today) or (on == "near" and self.near_from <= today <= self.limit)


@step("slips")
def issue(context: Context) -> int:
    """Issue the slips that the day calls for; how many there were. Three queries, whatever the number of matters."""
    rows = gate.all_rows(MATTERS, context, stage__in=OPEN, status="").exclude(handler=None)
    names = ("pk", "handler_id", "scheme", "behind", "due_on", "invented")
    matters = list(rows.values(*names))
    days, today = WorkingDays.load(), context.business_date
    ahead = _number("supervision.near_days", context, 3)
    issued = _issued(context, [matter["pk"] for matter in matters])
    found = []
    for matter in matters:
        limit = matter["due_on"]
        scheme = KNOWN.get(matter["scheme"])
        if scheme is None:
            continue
        about = {s["colour"]: s for s in issued.get(matter["pk"], ()) if s["limit_on"] == limit}
        near = _before(days, limit, ahead) if limit else None
        kind = Standing(limit, near, matter["behind"], about).calls_for(scheme.slips, today)
        if kind is not None:
            found.append((matter, kind))
    return slip(context, found, days)


def slip(
    context: Context, found: Iterable[tuple[Mapping[str, Any], SlipKind]], days: WorkingDays, why: Label = ""
) -> int:
    """Issue one slip for each matter: written, shown on the matter, told to the post that has it."""
    pairs = list(found)
    today = context.business_date
    answer_by = days.after(today, answer_days(context))
    rows = [
        {
            "matter": matter["pk"], "colour": kind.colour, "means": str(kind.means), "post": matter["handler_id"],
            "why": str(why or WHY[kind.on] % {"day": matter["due_on"]}), "issued_on": today,
            "answer_by": None if kind.praises else answer_by, "limit_on": matter["due_on"],
        }
        for matter, kind in pairs
    ]  # fmt: skip
    record(SLIPS, context, rows, _("slip by the scheme"), name="slip")
    keep(MATTERS, context, {m["pk"]: {"colour": k.colour} for m, k in pairs if not k.praises}, _("slip by the scheme"))
    notify_many(
        context,
        [
            Message(
                m["handler_id"], "urge", MATTERS, m["pk"], ISSUED, {"colour": k.colour}, f"{k.colour}:{m['due_on']}"
            )
            for m, k in pairs
        ],
    )
    return len(pairs)


def answer_days(context: Context) -> int:
    """Working days in which a slip or a question is answered."""
    return _number("supervision.answer_days", context, 3)


def follow_reports(drafts: Sequence[Draft], context: Context) -> None:
    """The last report says whether a matter is behind."""
    matters = {d.result["matter"] for d in drafts}
    last = gate.all_rows("matter-report", context, matter__in=matters).order_by("matter_id", "told_on", "pk")
    said = dict(last.values_list("matter_id", "behind"))
    keep(MATTERS, context, {pk: {"behind": said.get(pk, False)} for pk in matters}, _("as reported"))


def raised(drafts: Sequence[Draft], context: Context) -> None:
    """A leader who raises a matter makes it a key matter, and the next colour of its scheme is issued at once."""
    ids = {d.result["matter"] for d in drafts if d.change.verb == "create" and d.result["says"] == "raise"}
    if not ids:
        return
    found = gate.all_rows(MATTERS, context, pk__in=ids)
    matters = list(found.values("pk", "handler_id", "scheme", "colour", "due_on", "stage"))
    keep(MATTERS, context, {matter["pk"]: {"key": True} for matter in matters}, _("raised by a leader"))
    pairs = [(matter, kind) for matter in matters if matter["handler_id"] and (kind := _next(matter)) is not None]
    slip(context, pairs, WorkingDays.load(), _("Raised by a leader"))


def _next(matter: Mapping[str, Any]) -> SlipKind | None:
    """The colour after the one that stands; the gravest where it stands already."""
    ladder = [kind for kind in KNOWN[matter["scheme"]].slips if not kind.praises] if matter["scheme"] in KNOWN else []
    places = [place for place, kind in enumerate(ladder) if kind.colour == matter["colour"]]
    following = places[0] + 1 if places else 0
    return ladder[min(following, len(ladder) - 1)] if ladder and matter["stage"] in OPEN else None


def _issued(context: Context, matters: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    names = ("matter_id", "colour", "limit_on", "answer_by", "answered_on")
    found: dict[int, list[dict[str, Any]]] = {}
    for row in gate.all_rows(SLIPS, context, matter__in=matters).values(*names):
        found.setdefault(row["matter_id"], []).append(row)
    return found


def _before(days: WorkingDays, limit: date, ahead: int) -> date:
    """The first day on which a limit is near: ``ahead`` working days before it."""
    day = limit
    while ahead > 0:
        day -= timedelta(days=1)
        ahead -= days.works(day)
    return day


def _number(parameter: str, context: Context, otherwise: int) -> int:
    found = value(parameter, context.business_date)
    return int(found.value) if isinstance(found, Known) else otherwise
