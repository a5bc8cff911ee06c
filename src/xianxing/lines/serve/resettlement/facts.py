"""What guards and checks read, once per batch: counts of a project's households, ledgers, flats, the signing order."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Min, Q, Sum

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.flow.flow import Facts

__all__ = ["household_facts", "ledger_sums", "project_facts"]

Sums = dict[int, dict[str, tuple[int, int]]]


def project_facts(ids: Sequence[int], context: Context) -> Mapping[int, Facts]:
    """Of each project: its households, how many have signed, how many are settled."""
    shared = {"households": 0, "signed": 0, "settled": 0}
    found: dict[int, Facts] = dict.fromkeys(ids, shared)
    affected = gate.all_rows("household", context, project__in=ids).exclude(status="withdrawn")
    for row in affected.values("project_id").annotate(
        households=Count("pk"), signed=Count("signed_on"), settled=Count("pk", filter=Q(stage="settled"))
    ):
        found[row.pop("project_id")] = {**shared, **row}
    return found


def household_facts(ids: Sequence[int], context: Context) -> Mapping[int, Facts]:
    """Of each household: its project's stage and time for signing, its ledger by kind, who chooses next, free flats."""
    places = dict(gate.all_rows("household", context, pk__in=ids).values_list("pk", "project_id"))
    found = gate.all_rows("resettlement", context, pk__in=set(places.values())).values("pk", "stage", "signing_until")
    projects = {row["pk"]: row for row in found}
    waiting = gate.all_rows("household", context, project__in=projects, mode="exchange", flat=None)
    order = waiting.exclude(signed_on=None).exclude(status="withdrawn").values("project_id").annotate(turn=Min("turn"))
    turns = dict(order.values_list("project_id", "turn"))
    flats: dict[int, set[int]] = {}
    for flat, project in gate.all_rows("flat", context, project__in=projects).values_list("pk", "project_id"):
        flats.setdefault(project, set()).add(flat)
    ledger = ledger_sums(context, household__in=ids)
    return {
        pk: {
            "project": projects[project],
            "ledger": ledger.get(pk, {}),
            "next": turns.get(project),
            "flats": flats.get(project, set()),
        }
        for pk, project in places.items()
    }


def ledger_sums(context: Context, **conditions: Any) -> Sums:
    """Due and paid by household and kind, in fen."""
    found: Sums = {}
    grouped = gate.all_rows("ledger", context, **conditions).values("household_id", "kind")
    for row in grouped.annotate(all_due=Sum("due"), all_paid=Sum("paid")):
        found.setdefault(row["household_id"], {})[row["kind"]] = (row["all_due"], row["all_paid"])
    return found
