"""In whose hands a problem lies: who takes it in, who gets it when it moves, who is told; and whether it was late."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xianxing.kernel import gate
from xianxing.kernel.actions.change import Draft
from xianxing.kernel.actions.kept import keep
from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.context import SYSTEM_ROLE, Context
from xianxing.kernel.flow.flow import Facts, Values
from xianxing.kernel.flow.punctual import Punctual
from xianxing.kernel.kinds import Day
from xianxing.kernel.notices.notify import Message, notify_many
from xianxing.kernel.notices.urging import Above
from xianxing.kernel.parameters.lookup import value
from xianxing.kernel.tick import step
from xianxing.kernel.value import Known
from xianxing.lines.upgrade.visits.flow import PROBLEM_FLOW, SOLVE
from xianxing.lines.upgrade.visits.systems import SYSTEMS_KNOWN

__all__ = ["derive", "given", "hand_on", "mark_late", "own_rating", "published"]

PROBLEMS = "problem"
IN_TIME = Punctual(PROBLEMS, SOLVE)
CONTACT = "enterprise_contact"
GIVEN = gettext_noop("%(what)s: this problem is in the hands of your post")
ANSWERED = gettext_noop("%(what)s: the zone has answered; please rate the answer")
OWN_RATING = Problem(
    "own_rating",
    _("The post that answers a problem does not record its rating"),
    _("Let the enterprise rate it, or another post of the service bureau call back"),
)
LATER = Problem(
    "later_system",
    _("“%(value)s” is in force only from %(day)s"),
    _("Choose a system that was in force when the problem was raised"),
)
# What a problem that goes back loses: it is answered and rated anew.
AFTER_ANSWER: Mapping[str, Any] = {"answer": "", "solved": None, "answered_on": None}
AFTER_RATING: Mapping[str, Any] = {
    "rating": "", "rated_on": None, "rated_how": "", "rated_by": None, "closed_on": None,
}  # fmt: skip


def given(context: Context) -> Mapping[str, Any]:
    """What a new problem has without being told: its system of limits, and the post that takes it in.

    What the enterprise itself enters goes to a service officer of the unit in which its account stands.
    """
    chosen = value("problem.system", context.business_date)
    number = int(chosen.value) if isinstance(chosen, Known) else 1
    found = {"system": next((s.code for s in SYSTEMS_KNOWN if s.number == number), SYSTEMS_KNOWN[0].code)}
    seat = context.seat
    if seat is None or CONTACT not in seat.roles:
        return found | {"intake": seat.post if seat else None}
    posts = gate.all_rows("post", context, role="service_officer", closed_on=None).order_by("id")
    officers = list(posts.values_list("pk", "unit_id"))
    here = [pair for pair in officers if pair[1] == seat.unit] or officers
    post, unit = here[0] if here else (seat.post, seat.unit)
    return found | {"source": "enterprise", "intake": post, "owner": post, "unit": unit}


def derive(values: dict[str, Any], context: Context) -> dict[str, Any]:
    """How a rating came about; no answer and no rating of a problem that has gone back behind them."""
    found: dict[str, Any] = {}
    place = PROBLEM_FLOW.position[values["stage"]]
    if place < PROBLEM_FLOW.position["answered"] and values.get("answered_on"):
        found |= AFTER_ANSWER
    if place < PROBLEM_FLOW.position["rated"]:
        found |= AFTER_RATING if values.get("rated_on") else {}
    elif values["rating"] and not values.get("rated_by") and context.seat and context.seat.post:
        how = "enterprise" if CONTACT in context.seat.roles else "call"
        found |= {"rated_how": how, "rated_by": context.seat.post}
    if values["stage"] == "accepted" and values.get("assigned_on"):
        found |= {"handler": None, "assigned_on": None, "returned_why": context.reason}
    return found


def own_rating(values: Values, facts: Facts, context: Context) -> Iterator[Blocker]:
    """Whoever answers does not also say that the enterprise is content."""
    rated = "rating" in facts["changed"] and values["rating"]
    if rated and context.seat and context.seat.post == values["handler"]:
        yield Blocker(OWN_RATING, field="rating")


def published(values: Values, facts: Facts, context: Context) -> Iterator[Blocker]:
    """A system of limits is not applied to days before it was published."""
    system = next((s for s in SYSTEMS_KNOWN if s.code == values["system"]), None)
    day = values.get("raised_on") or context.business_date
    if system and system.starts_on and "system" in facts["changed"] and day < system.starts_on:
        yield Blocker(LATER, "system", value=str(system.label), params={"day": Day().print(system.starts_on)})


def hand_on(drafts: Sequence[Draft], context: Context) -> None:
    """After a move the problem lies with whom it concerns next, who is told; a missed limit is noted."""
    moved = [d for d in drafts if d.change.verb == "move" or (d.change.verb == "edit" and "handler" in d.changed)]
    if not moved or SYSTEM_ROLE in context.roles:
        return
    hands = _Hands(context, moved)
    missed = IN_TIME.missed(context, [d.id for d in moved if d.result["stage"] == "answered"])
    late: dict[int, Any] = {pk: {"standing": "overdue"} for pk in missed}
    late |= IN_TIME.settled(context, _closed(moved))
    changes = {d.id: hands.next(d) | late.get(d.id, {}) for d in moved}
    keep(PROBLEMS, context, changes, _("in the hands of the next post"))
    _tell(context, moved, changes)


def _closed(drafts: Iterable[Draft]) -> list[int]:
    """Those that end here, unless they stand as stated: of these no limit was watched."""
    return [d.id for d in drafts if d.result["stage"] == "closed" and not d.result["as_stated"]]


class _Hands:
    """The units of the posts named in a batch and who stands above them: three queries."""

    def __init__(self, context: Context, moved: Iterable[Draft]) -> None:
        named = {d.result[name] for d in moved for name in ("handler", "intake")} - {None}
        posts = gate.all_rows("post", context, pk__in=named)
        self.units: dict[int, int] = dict(posts.values_list("pk", "unit_id"))
        self.above = Above.load()

    def next(self, draft: Draft) -> dict[str, Any]:
        """The columns that say who has it now."""
        row, stage = draft.result, draft.result["stage"]
        if stage == "assigned" and draft.change.to == "reopen":
            return self._higher(row)
        if stage == "assigned":
            level = {} if draft.change.verb == "edit" else {"level": "unit"}
            return _with(row["handler"], self.units[row["handler"]]) | level
        if stage == "accepted" and row["intake"]:
            return _with(row["intake"], self.units[row["intake"]])
        return {"owner": row["intake"]} if stage == "answered" and row["intake"] else {}

    def _higher(self, row: Values) -> dict[str, Any]:
        """One level up: the head of the handling unit, then the nearest leader above it."""
        handler, unit = row["handler"], row["unit"]
        heads, leaders = self.above.heads.get(unit, ()), self.above.leaders.get(unit, ())
        if row["level"] == "unit" and heads and handler not in heads:
            return _with(heads[0], unit) | {"handler": heads[0], "level": "head"}
        if leaders:
            return _with(leaders[0], unit) | {"handler": leaders[0], "level": "leader"}
        return _with(handler, unit)


def _with(post: int, unit: int) -> dict[str, Any]:
    return {"owner": post, "unit": unit}


def _tell(context: Context, moved: Sequence[Draft], changes: Mapping[int, Mapping[str, Any]]) -> None:
    """The post that has the problem now; the enterprise, once it is answered."""
    day = context.business_date.isoformat()
    told = [
        Message(changes[d.id]["owner"], "assigned", PROBLEMS, d.id, GIVEN, {}, f"{d.result['stage']}:{day}")
        for d in moved
        if "owner" in changes[d.id] and d.result["stage"] != "answered"
    ]
    answered = {d.id: d.result["enterprise"] for d in moved if d.result["stage"] == "answered"}
    if answered:
        firms = gate.all_rows("enterprise", context, pk__in=set(answered.values())).exclude(account=None)
        accounts = dict(firms.values_list("pk", "account_id"))
        told += [
            Message(accounts[firm], "info", PROBLEMS, pk, ANSWERED, {}, f"answered:{day}")
            for pk, firm in answered.items()
            if firm in accounts
        ]
    notify_many(context, told)


@step("problems")
def mark_late(context: Context) -> int:
    """Note problems whose limit of the answer has passed while they are open: rates count them from then on."""
    return IN_TIME.note(context)
