"""Collecting: who is in a round, with which numbers of the annual returns; and asking the enterprises to check."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xianxing.kernel import gate
from xianxing.kernel.actions.kept import keep, record
from xianxing.kernel.context import Context
from xianxing.kernel.notices.notify import Message, notify_many
from xianxing.lines.upgrade.classification.models import FACTS

__all__ = ["ENTRIES", "collect", "population", "tell"]

ENTRIES, RETURNS = "evaluation-entry", "enterprise-return"
INDUSTRY, UTILITIES = ("B", "C", "D"), "D"  # sections of GB/T 4754-2017; D: electricity, heat, gas, water
TRACKS: Mapping[str, Mapping[str, Any]] = {"above": {"above_scale": True}, "below": {"above_scale": False}, "all": {}}
CHECK = gettext_noop("%(what)s: please check your numbers and confirm or question them")
PUBLIC = gettext_noop("%(what)s: the result is on public notice; you may appeal")


def population(row: Mapping[str, Any]) -> dict[str, Any]:
    """The condition on annual returns that a round states."""
    where: dict[str, Any] = {"year": row["year"], **TRACKS[row["track"]]}
    if row["industrial"]:
        where["enterprise__section__in"] = INDUSTRY
    if row["least_land"]:
        where["land__gte"] = row["least_land"]
    return where


def collect(row: Mapping[str, Any], context: Context) -> None:
    """Enter who is not there yet; the numbers of those who have said nothing follow their returns."""
    found = gate.all_rows(RETURNS, context, **population(row))
    returns = {r["enterprise_id"]: r for r in found.values("enterprise_id", "year", "enterprise__section", *FACTS)}
    standing = gate.all_rows(ENTRIES, context, evaluation=row["id"]).values_list("enterprise_id", "pk", "said")
    there = {firm: (pk, said) for firm, pk, said in standing}
    new = [_entry(row["id"], told) for firm, told in returns.items() if firm not in there]
    reason = _("collected from the annual returns")
    record(ENTRIES, context, new, reason, name="collect")
    again = {pk: _facts(returns[firm]) for firm, (pk, said) in there.items() if firm in returns and not said}
    keep(ENTRIES, context, again, reason)


def _facts(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in FACTS}


def _entry(evaluation: int, told: Mapping[str, Any]) -> dict[str, Any]:
    given = {"evaluation": evaluation, "enterprise": told["enterprise_id"], "year": told["year"], **_facts(told)}
    return given | {"utility": told["enterprise__section"] == UTILITIES}


def tell(row: Mapping[str, Any], context: Context, message: str = CHECK) -> None:
    """Tell the accounts of all enterprises of a round; who is asked to check has the day noted."""
    entries = gate.all_rows(ENTRIES, context, evaluation=row["id"])
    if message == CHECK:
        asked = {"asked_on": context.business_date}
        keep(ENTRIES, context, dict.fromkeys(entries.values_list("pk", flat=True), asked), _("asked to check"))
    accounts = entries.exclude(enterprise__account=None).values_list("enterprise__account_id", "pk")
    key = f"{row['stage']}:{context.business_date}"
    notify_many(context, [Message(post, "info", ENTRIES, pk, message, {}, key) for post, pk in accounts])
