"""Duplicate claims (撞单): two units that pursue one lead or one investor.

Two claims collide when their normalised investors are the same and their units are not, or when their normalised
names are the same; within one unit the same name is a duplicate only where the investors do not differ. A case that
is lost, abandoned or terminated holds no claim. An agreed joint claim (``joint_with``) of either side lets both
stand. The refusal names the other unit, whoever asks, and nothing else of the other case.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xianxing.kernel import gate
from xianxing.kernel.actions.change import Draft
from xianxing.kernel.blockers import Blocker, Label, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.notices.notify import Message, notify_many
from xianxing.kernel.register import find, register_of
from xianxing.kernel.units.models import Unit
from xianxing.lines.attract.projects.flow import BROKEN

__all__ = ["claims", "collisions", "normalise", "tell_partners"]

CLAIMED = Problem(
    "duplicate_claim",
    _("“%(value)s” is already pursued by %(unit)s"),
    _("Agree with %(unit)s and enter it as agreed joint claim, or leave the lead to it"),
)
REGISTERED = Problem(
    "already_registered", _("Your unit has already registered “%(value)s”"), _("Open the entry that is there")
)
AGREED = gettext_noop("%(unit)s has entered a claim as agreed with your unit")
CHUNK = 5_000
_WORDS = re.compile(r"\b(company|co|corporation|corp|incorporated|inc|limited|ltd|llc|plc|group|holdings?)\b")
_FORMS = re.compile(r"(股份)?有限(责任)?公司|(总|分|子)?公司|集团|控股|股份")
_OTHER = re.compile(r"[\W_]+")


def normalise(name: str | None) -> str:
    """A name as claims compare it: half-width, lower case, without blanks, brackets and legal form.

    A name that is nothing but a legal form stays as it is.
    """
    plain = unicodedata.normalize("NFKC", name or "").lower()
    bare = _FORMS.sub("", _OTHER.sub("", _WORDS.sub("", plain)))
    return bare or _OTHER.sub("", plain)


def claims(values: Mapping[str, Any], context: Context | None = None) -> dict[str, str]:
    """What the store keeps of a case's names for the check."""
    del context
    return {"claim_name": normalise(values.get("name")), "claim_investor": normalise(values.get("investor"))}


@dataclass(frozen=True)
class Claim:
    """One case's claim: who pursues which lead and investor, and with whom that is agreed."""

    id: int
    unit: int | None
    joint: int | None
    name: str
    investor: str
    unit_name: Label = ""

    def collides(self, other: "Claim") -> str:
        """The column in which two claims collide, or nothing."""
        agreed = self.joint == other.unit or other.joint == self.unit
        foreign = self.unit != other.unit
        if (self.id and self.id == other.id) or (foreign and agreed):
            return ""
        if self.name and self.name == other.name:
            compatible = not self.investor or not other.investor or self.investor == other.investor
            return "name" if foreign or compatible else ""
        return "investor" if foreign and self.investor and self.investor == other.investor else ""


def collisions(rows: Sequence[Mapping[str, Any]], context: Context) -> Mapping[int, Blocker]:
    """The batch check: position in the batch → refusal. Two reads per 5,000 names, however large the register."""
    asked = {place: _claim(row) for place, row in enumerate(rows) if _asks(row)}
    standing = _Standing()
    for claim in _recorded(asked.values(), context):
        standing.add(claim)
    units = _unit_names({claim.unit for claim in asked.values()}, context)
    found: dict[int, Blocker] = {}
    for place, claim in asked.items():
        hit = standing.against(claim)
        if hit:
            column, other = hit
            found[place] = _refusal(rows[place], column, claim, other)
        named = replace(claim, id=claim.id or -place - 1, unit_name=units.get(claim.unit, ""))
        standing.add(named)
    return found


def _asks(row: Mapping[str, Any]) -> bool:
    """Whether a change stakes a claim: a new one, another name, or one that comes back to life."""
    match row["verb"]:
        case "restore":
            return row["status"] not in BROKEN
        case "status":
            return row["status"] in BROKEN and row["to"] not in BROKEN
    return row["status"] not in BROKEN and bool(row["changed"] & {"name", "investor", "unit", "joint_with"})


def _claim(row: Mapping[str, Any]) -> Claim:
    stored = claims(row)
    return Claim(row["id"], row["unit"], row.get("joint_with"), stored["claim_name"], stored["claim_investor"])


def _refusal(row: Mapping[str, Any], column: str, claim: Claim, other: Claim) -> Blocker:
    label = find("attraction").fields[column].label
    problem = REGISTERED if claim.unit == other.unit else CLAIMED
    return Blocker(problem, column, label, str(row[column]), {"unit": other.unit_name})


class _Standing:
    """Claims by name and by investor."""

    def __init__(self) -> None:
        self.by: dict[tuple[str, str], dict[int, Claim]] = {}

    def add(self, claim: Claim) -> None:
        for key in (("name", claim.name), ("investor", claim.investor)):
            if key[1]:
                self.by.setdefault(key, {})[claim.id] = claim

    def against(self, claim: Claim) -> tuple[str, Claim] | None:
        for key in (("name", claim.name), ("investor", claim.investor)):
            for other in self.by.get(key, {}).values():
                column = claim.collides(other)
                if column:
                    return column, other
        return None


def _recorded(asked: Iterable[Claim], context: Context) -> Iterator[Claim]:
    """All open cases that share a name or an investor, read by the system: the caller may not see them."""
    asked = list(asked)
    cases = find("attraction")
    seen: set[int] = set()
    unit_name = register_of(Unit).title_seen("unit__")
    for column, wanted in (
        ("claim_name", sorted({claim.name for claim in asked} - {""})),
        ("claim_investor", sorted({claim.investor for claim in asked} - {""})),
    ):
        for start in range(0, len(wanted), CHUNK):
            found: Any = gate.rows(cases, Context.system(context.business_date)).order_by()
            part = found.filter(**{f"{column}__in": wanted[start : start + CHUNK]}).exclude(status__in=BROKEN)
            for pk, unit, joint, name, investor, label in part.values_list(
                "pk", "unit_id", "joint_with_id", "claim_name", "claim_investor", unit_name
            ):
                if pk not in seen:
                    seen.add(pk)
                    yield Claim(pk, unit, joint, name, investor, label)


def _unit_names(ids: Iterable[int | None], context: Context) -> dict[int | None, str]:
    units = register_of(Unit)
    found = gate.rows(units, Context.system(context.business_date)).filter(pk__in=[pk for pk in ids if pk])
    return dict(found.order_by().values_list("pk", units.title_seen()))


def tell_partners(drafts: Sequence[Draft], context: Context) -> None:
    """A claim entered as agreed with another unit is told to that unit, so that nobody agrees in its name."""
    joint = [d for d in drafts if d.change.verb in {"create", "edit"} and "joint_with" in d.changed]
    partners = {d.result["joint_with"] for d in joint} - {None}
    if not partners:
        return
    posts: Any = gate.rows(find("post"), Context.system(context.business_date)).order_by()
    heads: dict[int, list[int]] = {}
    for post, unit in posts.filter(unit__in=partners, role="unit_head", closed_on=None).values_list("pk", "unit_id"):
        heads.setdefault(unit, []).append(post)
    names = _unit_names({d.result["unit"] for d in joint}, context)
    messages = [
        Message(post, "info", "attraction", d.id, AGREED, {"unit": names[d.result["unit"]]}, key=str(d.result["unit"]))
        for d in joint
        for post in heads.get(d.result["joint_with"], ())
    ]
    notify_many(context, messages)
