"""The ledger: who may write which line of it, and that nothing is paid beyond what is due without a reason."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.flow.flow import Facts, Values
from xianxing.kernel.kinds import Money
from xianxing.lines.serve.resettlement.facts import ledger_sums
from xianxing.lines.serve.resettlement.models import OTHER

__all__ = ["entry_sound", "never_beyond_due"]

ONE_SIDE = Problem("one_side", _("A line says either what is due or what was paid"), _("Fill in one of the two"))
NO_VOUCHER = Problem("no_voucher", _("A payment needs its voucher"), _("Enter the number of the voucher"))
BY_RULE = Problem(
    "due_by_rule",
    _("What is due after the tariff is entered by the system"),
    _("Enter it as other compensation with its basis, or correct the household"),
)
NO_BASIS = Problem("no_basis", _("Other compensation needs its basis"), _("Write the basis into the note"))
BEYOND = Problem(
    "beyond_due",
    _("%(paid)s yuan would be paid where %(due)s yuan are due"),
    _("Correct the amount, or write the reason into the note"),
)


def entry_sound(values: Values, facts: Facts, context: Context) -> Iterable[Blocker]:
    """One side, and its papers. What follows from the tariff only the system makes due."""
    del facts, context
    if not {"due", "paid"} <= values.keys():
        return
    if bool(values["due"]) == bool(values["paid"]):
        yield Blocker(ONE_SIDE, "due")
    if values["paid"] and not values["voucher"]:
        yield Blocker(NO_VOUCHER, "voucher")
    if values["due"] and not values["item"]:
        if values["kind"] != OTHER:
            yield Blocker(BY_RULE, "kind")
        elif not values["note"]:
            yield Blocker(NO_BASIS, "note")


def never_beyond_due(drafts: Sequence[Mapping[str, Any]], context: Context) -> Mapping[int, Blocker]:
    """Per household and kind: payments up to and with this batch never exceed what is due, unless the line says why."""
    paying = [(place, row) for place, row in enumerate(drafts) if row["paid"] and "paid" in row["changed"]]
    if not paying:
        return {}
    sums = ledger_sums(context, household__in={row["household"] for _place, row in paying})
    refused, money = {}, Money(shown="元", signed=True)
    for place, row in paying:
        kinds = sums.setdefault(row["household"], {})
        due, paid = kinds.get(row["kind"], (0, 0))
        paid += row["paid"]
        kinds[row["kind"]] = (due, paid)
        if abs(paid) > abs(due) and not row["note"]:
            refused[place] = Blocker(BEYOND, "paid", params={"paid": money.print(paid), "due": money.print(due)})
    return refused
