"""What happens to an application: judged when made and when reviewed, booked in its fund, noted when late."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change, Draft, Outcome
from xianxing.kernel.actions.kept import keep, record
from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.flow.flow import Facts, Values
from xianxing.kernel.flow.punctual import Punctual
from xianxing.kernel.kinds import Day, Money
from xianxing.kernel.register import find
from xianxing.kernel.tick import step
from xianxing.lines.upgrade.policies.classes import CLASS, final_classes
from xianxing.lines.upgrade.policies.facts import gather, rows_of, ruleset_of
from xianxing.lines.upgrade.policies.flow import APPLICATION_FLOW, FAST, booked
from xianxing.lines.upgrade.policies.kept import judged_now
from xianxing.lines.upgrade.policies.matching import (
    AMOUNT,
    ELIGIBLE,
    Matched,
    Standing,
    lacking,
    match,
    standing,
    year_of,
)
from xianxing.rules.judgement import Judgement

__all__ = [
    "acceptable", "book", "covered", "judged", "known_rule", "make_direct", "recount", "settled", "waiting",
]  # fmt: skip

APPLICATIONS, POLICIES, ENTRIES = "application", "policy", "fund-entry"
KINDS = {"commit": ("commit", "release"), "pay": ("pay", "pay"), "recover": ("recover", "recover")}
LONGEST = 500
IN_TIME = Punctual(APPLICATIONS, (FAST,))
COUNTS = ("judged", "eligible", "doubtful", "applied")

NOT_OPEN = Problem(
    "policy_not_open",
    _("“%(value)s” takes no applications on %(day)s"),
    _("Apply by a policy that is published, in force and within its days"),
)
DOUBLE = Problem(
    "double_funding",
    _("The enterprise is funded for this in this year already: %(entry)s"),
    _("Withdraw the one or the other: nothing is funded twice"),
)
LOCKED = Problem(
    "amount_locked", _("The amount and the fund stand once the payment is approved"), _("Recover it, with a reason")
)
OVERDRAWN = Problem(
    "fund_overdrawn",
    _("%(value)s are approved, the budget is %(budget)s (10,000 yuan)"),
    _("Raise the budget, or grant less"),
)
NO_RULE = Problem(
    "no_policy_rule", _("There is no rule set “%(value)s” that says who is eligible"), _("Choose one of the rules")
)


def known_rule(values: Values, facts: Facts, context: Context) -> Iterator[Blocker]:
    """A policy names a rule set that has the output ``eligible``."""
    del context
    if "ruleset" in facts["changed"] and values["ruleset"]:
        found = ruleset_of(values["ruleset"])
        if found is None or ELIGIBLE not in found.outputs:
            yield Blocker(NO_RULE, "ruleset", value=values["ruleset"])


def covered(values: Values, facts: Facts, context: Context) -> Iterator[Blocker]:
    """Nothing is approved beyond the budget."""
    del facts, context
    committed, budget = values.get("committed") or 0, values.get("budget")
    if budget is not None and committed > budget:
        money = Money(shown="万元")
        yield Blocker(OVERDRAWN, "budget", value=money.print(committed), params={"budget": money.print(budget)})


def settled(values: Values, facts: Facts, context: Context) -> Iterator[Blocker]:
    """What was approved is not changed behind the fund's back."""
    del context
    done = APPLICATION_FLOW.position[values.get("stage") or ""] >= APPLICATION_FLOW.position["approved"]
    if facts["verb"] == "edit" and done and {"approved", "fund", "recovered"} & set(facts["changed"]):
        yield Blocker(LOCKED, "approved")


def _policies(context: Context, ids: Iterable[int]) -> dict[int, Standing]:
    """Policies as the system sees them."""
    system = Context.system(context.business_date)
    return {one.id: one for one in standing(system, context.business_date, pk__in=set(ids))}


def acceptable(rows: Sequence[Mapping[str, Any]], context: Context) -> dict[int, Blocker]:
    """An application is made by an open policy, and for nothing that is funded already."""
    new = {at: row for at, row in enumerate(rows) if row["verb"] == "create" and row["policy"]}
    policies, day = _policies(context, (row["policy"] for row in new.values())), context.business_date
    found: dict[int, Blocker] = {}
    for at, row in new.items():
        one = policies[row["policy"]]
        first, last = one.row["from_on"] or date.min, one.row["until_on"] or date.max
        if not row.get("as_stated") and not (one.open and first <= day <= last):
            said = {"day": Day().print(day)}
            found[at] = Blocker(NOT_OPEN, "policy", value=one.called, params=said)
    taken = _funded(context, {row["enterprise"] for row in new.values()})
    for at, row in new.items():
        claim = (row["enterprise"], row["year"], policies[row["policy"]].row["matter"])
        if claim[2] and claim in taken:
            found.setdefault(at, Blocker(DOUBLE, "policy", params={"entry": taken[claim]}))
        taken.setdefault(claim, "")
    return found


def _funded(context: Context, firms: Iterable[int]) -> dict[tuple[int, int, str], str]:
    """What is applied for already, by enterprise, year and matter; those in the bin apart."""
    rows = gate.all_rows(APPLICATIONS, context, enterprise__in=set(firms))
    names = ("enterprise_id", "year", "matter", "code")
    return {(firm, year, matter): code for firm, year, matter, code in rows.values_list(*names)}


def judged(drafts: Sequence[Draft], context: Context) -> None:
    """Judge new applications, and again those that are reviewed; keep all that decided."""
    new = [d for d in drafts if d.change.verb == "create"]
    again = [d for d in drafts if d.change.verb == "move" and d.change.to == "review"]
    if not new and not again:
        return
    policies = _policies(context, (d.result["policy"] for d in (*new, *again)))
    for draft in new:
        row = policies[draft.result["policy"]].row
        by_office = bool(context.roles & {"finance_officer"}) and row["direct"]
        draft.values |= {
            "matter": row["matter"], "direct": by_office, "fund": draft.values.get("fund") or row["fund_id"],
            "unit": row["unit_id"], "owner": row["owner_id"],
        }  # fmt: skip
    for draft in again:
        draft.values["reviewer"] = context.seat.post if context.seat else None
    groups: dict[tuple[int, int], list[Draft]] = {}
    for draft in (*new, *again):
        groups.setdefault((draft.result["policy"], draft.result["year"]), []).append(draft)
    for (policy, year), some in groups.items():
        _judge(policies[policy], year, some, context)


def _judge(policy: Standing, year: int, drafts: Sequence[Draft], context: Context) -> None:
    """Judge the applications of one policy and year: facts in one reading, each frozen by itself."""
    if policy.one is None:
        return
    version = policy.one.version
    firms = [draft.result["enterprise"] for draft in drafts]
    facts = gather(Context.system(context.business_date), [version], year, firms)
    rows = rows_of(facts, version, year)
    final = final_classes(context, [year], firms) if CLASS in version.inputs else {}
    for draft, firm in zip(drafts, firms):
        own = rows.get(firm, [])
        if not own or own[-1].get("year", year) != year:
            own = [*own, {"key": "", "year": year}]
        found, kept = judged_now(
            policy.one, own, context.business_date, str(firm), final.get((firm, year), ("", ""))[1]
        )
        draft.values |= _verdict(found) | {"frozen": kept}


def _verdict(found: Judgement) -> dict[str, Any]:
    gets = found.known(ELIGIBLE)
    due = found.known(AMOUNT) if AMOUNT in found.values else None
    said = "; ".join(str(clause.label) for clause in lacking(found))
    return {
        "verdict": "unknown" if gets is None else "eligible" if gets else "not_eligible",
        "due": due if gets else 0 if gets is False and AMOUNT in found.values else None,
        "missing": (found.missing(ELIGIBLE) or said)[:LONGEST],
        "rules": f"{found.ruleset} {found.version} {found.snapshot}"[:200],
    }


def book(drafts: Sequence[Draft], context: Context) -> None:
    """What an application takes from its fund is booked as it changes; whether it was paid in time is noted."""
    entries = [entry for draft in drafts for entry in _entries(draft, context)]
    record(ENTRIES, context, entries, _("booked with the application"))
    paid = [d.id for d in drafts if d.change.verb == "move" and d.change.to == "pay"]
    keep(APPLICATIONS, context, IN_TIME.settled(context, paid), _("paid"))


def _entries(draft: Draft, context: Context) -> Iterator[dict[str, Any]]:
    before = booked(draft.current) if draft.current and draft.change.verb != "restore" else {}
    after = booked(draft.result) if draft.change.verb != "delete" else {}
    for column, (more, less) in KINDS.items():
        change = after.get(column, 0) - before.get(column, 0)
        fund = draft.result["fund"]
        if change and fund:
            yield {
                "fund": fund, "application": draft.id, "kind": more if change > 0 else less, "amount": change,
                "on": context.business_date,
            }  # fmt: skip


def waiting(context: Context, found: Matched) -> list[tuple[Standing, int, int]]:
    """Who is to be paid without applying and has not been entered yet: policy, enterprise, fen."""
    due = list(found.without_applying())
    rows: Any = gate.rows(find(APPLICATIONS), context)
    rows = rows.order_by().filter(year=found.year)
    names = ("enterprise_id", "policy_id", "matter")
    stand = {pair for firm, policy, matter in rows.values_list(*names) for pair in ((firm, policy), (firm, matter))}
    return [
        (policy, firm, fen)
        for policy, firm, fen in due
        if (firm, policy.id) not in stand and (not policy.row["matter"] or (firm, policy.row["matter"]) not in stand)
    ]


def make_direct(context: Context, year: int) -> Outcome:
    """Enter applications for all that are to be paid without applying: one deed."""
    found = match(context, year, standing(context, context.business_date, stage="issued", direct=True))
    changes = [
        Change("create", fields={"policy": f"#{policy.id}", "enterprise": f"#{firm}", "year": year})
        for policy, firm, _fen in waiting(context, found)
    ]
    return act(find(APPLICATIONS), context, changes, name="direct") if changes else Outcome("done")


@step("policies")
def recount(context: Context) -> int:
    """Note applications that are late, and how far each published policy reaches."""
    noted = IN_TIME.note(context)
    year = year_of(context.business_date)
    published = standing(context, context.business_date, stage="issued")
    found = match(context, year, published) if published else None
    asked = gate.all_rows(APPLICATIONS, context, year=year).exclude(status__in=APPLICATION_FLOW.ending)
    applied: dict[int, set[int]] = {}
    for policy, firm in asked.values_list("policy_id", "enterprise_id"):
        applied.setdefault(policy, set()).add(firm)
    now = {one.id: _counted(found, one, len(applied.get(one.id, ()))) for one in found.policies} if found else {}
    stand = {row["pk"]: row for row in gate.all_rows(POLICIES, context, pk__in=now).values("pk", *COUNTS)}
    moved = {pk: row for pk, row in now.items() if any(stand[pk][name] != row[name] for name in COUNTS)}
    keep(POLICIES, context, {pk: {**row, "judged_on": context.business_date} for pk, row in moved.items()}, _("judged"))
    return noted + len(moved)


def _counted(found: Matched, one: Standing, applied: int) -> dict[str, int]:
    """How far a policy reaches, as its record keeps it."""
    gets, doubtful = found.count(one, verdict=True), found.count(one, verdict=None)
    return dict(zip(COUNTS, (len(found.ids), gets, doubtful, applied)))
