"""What follows when something is written: sums of houses, amounts frozen at signing, dues, the months of transition."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Count, Max, Sum
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.actions.change import Draft
from xianxing.kernel.actions.kept import keep, record
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.flow.flow import Values
from xianxing.kernel.register import find
from xianxing.kernel.tick import step
from xianxing.lines.serve.resettlement import models as m
from xianxing.lines.serve.resettlement.allowance import Terms, months_of, worth_of
from xianxing.lines.serve.resettlement.compensation import Agreed, agreed

__all__ = ["SIGNED", "house_value", "household_changed", "houses_stand", "open_months"]

UNKNOWN = Problem("amount_unknown", _("The compensation cannot be reckoned: %(missing)s"), _("Enter what is missing"))
SIGNED = Problem(
    "terms_signed", _("%(label)s was agreed and signed"), _("Take the agreement back first, with a reason")
)
CHUNK = 2_000


def house_value(values: dict[str, Any], context: Context) -> Mapping[str, Any]:
    """Area × price, rounded to the fen."""
    del context
    price, area = values.get("price"), values.get("area")
    return {"value": None if price is None or area is None else round(Fraction(price * area, 100))}


def houses_stand(drafts: Sequence[Mapping[str, Any]], context: Context) -> Mapping[int, Blocker]:
    """The houses of a household that has signed are not changed: the agreement rests on them."""
    signed = gate.all_rows("household", context, pk__in={row["household"] for row in drafts}, total__isnull=False)
    fixed = set(signed.values_list("pk", flat=True))
    label = find("household").fields["living_value"].label
    return {place: Blocker(SIGNED, "household", label) for place, row in enumerate(drafts) if row["household"] in fixed}


def household_changed(drafts: Sequence[Draft], context: Context) -> None:
    """Signing freezes the amounts and makes them due; vacating starts the months; a flat makes the difference due."""
    moved = [(d.change.to, {**d.result, "pk": d.id}) for d in drafts if d.change.verb == "move"]
    taken = {to: [row for move, row in moved if move == to] for to, _row in moved}
    fixed = [row for to in ("sign", "compensate") for row in taken.get(to, ()) if row["total"] is None]
    for on, rows_of_day in _by_day(fixed, "signed_on", "compensated_on"):
        _freeze(rows_of_day, on, context)
    for on, rows_of_day in _by_day(taken.get("choose", ()), "chosen_on"):
        _differ(rows_of_day, on, context)
    started = [*taken.get("vacate", ()), *taken.get("settle", ())]
    if started:
        _open(started, context)
    if "reopen" in taken:
        _release([row["pk"] for row in taken["reopen"]], context)


def _by_day(found: Iterable[Values], *names: str) -> list[tuple[date, list[Values]]]:
    """Rows by the day on which it happened: the first of the columns that is filled in."""
    days: dict[date, list[Values]] = {}
    for row in found:
        days.setdefault(next(row[name] for name in names if row[name]), []).append(row)
    return sorted(days.items(), key=lambda pair: pair[0])


def _freeze(signing: Sequence[Values], on: date, context: Context) -> None:
    """The amounts of the agreement or decision, reckoned once, with rule set, version, snapshot; due that day."""
    reckoned = agreed(signing, on)
    lacking = [Blocker(UNKNOWN, params={"missing": found}) for found in reckoned if isinstance(found, str)]
    if lacking:
        raise Blocked(tuple(lacking))
    known = [(row, found) for row, found in zip(signing, reckoned, strict=True) if isinstance(found, Agreed)]
    turns, before = _turns(signing, context), _lines(signing, context)
    frozen = {
        row["pk"]: {
            "rate": a.rate, "business_rate": a.business_rate, "worth": a.worth, "total": a.total, "rules": a.rules,
            "months": a.months if row["months"] is None else row["months"], "turn": turns[row["pk"]],
        }
        for row, a in known
    }  # fmt: skip
    keep("household", context, frozen, _("amounts of the agreement"))
    dues = [(row["pk"], kind, fen) for row, a in known for kind, fen in a.dues.items() if fen]
    _due(context, [(pk, kind, on, fen, f"{before.get(pk, 0)}:{kind}") for pk, kind, fen in dues])


def _lines(found: Iterable[Values], context: Context) -> dict[int, int]:
    """How many lines each household has in the ledger: what is made due anew after taking back is told from before."""
    lines = gate.all_rows("ledger", context, household__in=[row["pk"] for row in found]).values("household_id")
    return dict(lines.annotate(n=Count("pk")).values_list("household_id", "n"))


def _turns(signing: Sequence[Values], context: Context) -> dict[int, int]:
    """Places in the signing order, project by project: as given on paper, else the next free one."""
    projects = {row["project"] for row in signing}
    last = gate.all_rows("household", context, project__in=projects).values("project_id").annotate(last=Max("turn"))
    highest = {project: turn or 0 for project, turn in last.values_list("project_id", "last")}
    turns = {}
    for row in signing:
        if row["turn"] is None:
            highest[row["project"]] += 1
        turns[row["pk"]] = row["turn"] or highest[row["project"]]
    return turns


def _differ(choosing: Sequence[Values], on: date, context: Context) -> None:
    """What the old house is worth less what the new flat is worth (590号令 §21); negative: the household owes it."""
    prices = dict(gate.all_rows("flat", context, pk__in={row["flat"] for row in choosing}).values_list("pk", "price"))
    found = [(row["pk"], row["flat"], (row["worth"] or 0) - prices[row["flat"]]) for row in choosing]
    _due(context, [(pk, m.DIFFERENCE, on, fen, f"{m.DIFFERENCE}:{flat}") for pk, flat, fen in found if fen])


def _release(ids: Sequence[int], context: Context) -> None:
    """An agreement taken back: its amounts are thawed, and what it made due is taken off by a line against it."""
    thawed = {"rate": None, "business_rate": None, "worth": None, "total": None, "rules": ""}
    keep("household", context, dict.fromkeys(ids, thawed), _("agreement taken back"))
    lines = gate.all_rows("ledger", context, household__in=ids).values("household_id", "kind")
    on, before = context.business_date, _lines([{"pk": pk} for pk in ids], context)
    sums = [(row["household_id"], row["kind"], row["all"]) for row in lines.annotate(all=Sum("due")) if row["all"]]
    _due(context, [(pk, kind, on, -fen, f"{before[pk]}:back:{kind}") for pk, kind, fen in sums])


@step("resettlement")
def open_months(context: Context) -> int:
    """The months of transition that have begun and are not in the ledger yet become due, each once."""
    waiting = gate.all_rows("household", context, mode="exchange", vacated_on__lte=context.business_date, back_on=None)
    names = ("pk", "mode", "turnover", "living_area", "rate", "vacated_on", "months", "delay_by", "back_on",
             "business_area", "business_rate")  # fmt: skip
    opened = 0
    households = list(waiting.exclude(status="withdrawn").order_by("pk").values(*names))
    for start in range(0, len(households), CHUNK):
        opened += _open(households[start : start + CHUNK], context)
    return opened


def _open(households: Sequence[Values], context: Context) -> int:
    ids = [row["pk"] for row in households]
    entered = gate.all_rows("ledger", context, household__in=ids, item__startswith="month:")
    # What a month brings is entered at once, so any of its lines tells: in a turnover flat there is none for living.
    known = {(pk, item.rpartition(":")[0]) for pk, item in entered.values_list("household_id", "item")}
    begun = [
        (row["pk"], terms, month)
        for row in households
        for terms in (Terms.of(row),)
        for month in months_of(terms, context.business_date)
        if (row["pk"], f"month:{month.number}") not in known
    ]
    lines: list[tuple[int, str, date, int, str]] = []
    for (pk, _terms, month), worth in zip(begun, worth_of([(t, mo) for _pk, t, mo in begun]), strict=True):
        if worth is None:
            continue
        living, business = worth
        item = f"month:{month.number}"
        lines.append((pk, m.LATE if month.late else m.TRANSITION, month.begins, living, f"{item}:living"))
        lines.append((pk, m.BUSINESS, month.begins, business, f"{item}:business"))
    lines = [line for line in lines if line[3]]
    _due(context, lines)
    return len(lines)


def _due(context: Context, lines: Iterable[tuple[int, str, date, int, str]]) -> None:
    """Enter what is due: household, kind, day, fen, item."""
    names = ("household", "kind", "on", "due", "item")
    record("ledger", context, [dict(zip(names, line)) for line in lines], _("due after the tariff"), name="due")
