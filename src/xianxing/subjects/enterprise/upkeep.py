"""What the enterprise file keeps by itself: former names, the section of industry; and what must hold of its parts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change, Draft
from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.flow.flow import Facts, Values
from xianxing.kernel.register import find
from xianxing.subjects.enterprise.industry import section_of

__all__ = ["accounts", "classified", "held", "names_changed", "no_loops", "remembered", "renamed", "spans", "years"]

Rows = Sequence[Mapping[str, Any]]

NO_HOLDER = Problem("no_holder", _("The tie names no holder"), _("Choose an enterprise on file, or write its name"))
TWO_HOLDERS = Problem("two_holders", _("The tie names two holders"), _("Keep the enterprise on file, or the name"))
LOOP = Problem("group_loop", _("The enterprise would stand above itself"), _("Correct the holder, or end a former tie"))
BACKWARDS = Problem("backwards", _("“until” lies before “from”"), _("Correct one of the two days"))
NO_YEAR = Problem("no_year", _("The year %(value)s is not over"), _("Enter the return when the year is over"))
TOO_MUCH = Problem("too_much", _("%(label)s is more than 100%%"), _("Correct the share"))
NO_ACCOUNT = Problem(
    "no_account",
    _("The post is not one of a contact of an enterprise"),
    _("Choose a post with the role “contact of an enterprise”"),
)


def classified(values: dict[str, Any], context: Context) -> dict[str, Any]:
    """The section follows from the division."""
    del context
    return {"section": section_of(values.get("industry") or "")}


def remembered(drafts: Sequence[Draft], context: Context) -> None:
    """A changed name joins the former names in the very write that changes it, so that search finds by it at once."""
    del context
    for draft in drafts:
        if _renames(draft):
            draft.values["former"] = _joined([draft.current.get("former") or "", draft.current["name"]])


def _renames(draft: Draft) -> bool:
    return draft.change.verb == "edit" and "name" in draft.changed


def _joined(names: Iterable[str]) -> str:
    return "、".join(name for name in names if name)[:1000]


def renamed(drafts: Sequence[Draft], context: Context) -> None:
    """A changed name is kept among the former names, borne until the day of the change."""
    old = [(d.id, d.current["name"]) for d in drafts if _renames(d)]
    if old:
        fields = [{"enterprise": f"#{pk}", "name": name, "ends_on": context.business_date} for pk, name in old]
        system = Context.system(context.business_date, context.surface, str(_("the enterprise changed its name")))
        act(find("enterprise-name"), system, [Change("create", fields=f) for f in fields]).must()


def names_changed(drafts: Sequence[Draft], context: Context) -> None:
    """The enterprise holds its former names in one column, which search reads."""
    system = Context.system(context.business_date, context.surface, str(_("former names")))
    ids = {d.result["enterprise"] for d in drafts} | {d.current["enterprise"] for d in drafts if d.current}
    known: dict[int, list[str]] = {pk: [] for pk in ids}
    rows: Any = gate.rows(find("enterprise-name"), system)
    rows = rows.filter(enterprise__in=sorted(ids)).order_by("ends_on", "id")
    for pk, name in rows.values_list("enterprise_id", "name"):
        known[pk].append(name)
    enterprises: Any = gate.rows(find("enterprise"), system)
    held = dict(enterprises.filter(pk__in=sorted(ids)).values_list("pk", "former"))
    changes = [
        Change("edit", pk, fields={"former": _joined(names)})
        for pk, names in known.items()
        if pk in held and held[pk] != _joined(names)
    ]
    if changes:
        act(find("enterprise"), system, changes).must()


def held(values: Values, facts: Facts, context: Context) -> Iterator[Blocker]:
    """A tie names one holder, and a share that there can be."""
    del facts, context
    if not values["holder"] and not values["holder_name"]:
        yield Blocker(NO_HOLDER, field="holder")
    if values["holder"] and values["holder_name"]:
        yield Blocker(TWO_HOLDERS, field="holder_name")
    if (values["share"] or 0) > 100_00:
        yield Blocker(TOO_MUCH, field="share", label=_("share"))


def spans(values: Values, facts: Facts, context: Context) -> Iterator[Blocker]:
    """The last day does not lie before the first."""
    del facts, context
    if values["starts_on"] and values["ends_on"] and values["ends_on"] < values["starts_on"]:
        yield Blocker(BACKWARDS, field="ends_on")


def years(values: Values, facts: Facts, context: Context) -> Iterator[Blocker]:
    """A return is made for a year that is over."""
    if "year" in facts["changed"] and values["year"] and values["year"] >= context.business_date.year:
        yield Blocker(NO_YEAR, field="year", value=str(values["year"]))


def no_loops(rows: Rows, context: Context) -> Mapping[int, Blocker]:
    """Nobody stands above itself, through whatever chain of ties that hold today."""
    system, today = Context.system(context.business_date), context.business_date
    changing = {row["id"] for row in rows}
    above: dict[int, set[int]] = {}
    found: Any = gate.rows(find("enterprise-tie"), system).order_by()
    for pk, below, holder, ends in found.exclude(holder=None).values_list(
        "pk", "enterprise_id", "holder_id", "ends_on"
    ):
        if pk not in changing and (ends is None or ends >= today):
            above.setdefault(below, set()).add(holder)
    blocked = {}
    for position, row in enumerate(rows):
        if not row["holder"] or (row["ends_on"] and row["ends_on"] < today):
            continue
        above.setdefault(row["enterprise"], set()).add(row["holder"])
        if row["enterprise"] in _upwards(row["enterprise"], above):
            blocked[position] = Blocker(LOOP, field="holder")
            above[row["enterprise"]].discard(row["holder"])
    return blocked


def _upwards(start: int, above: Mapping[int, Iterable[int]]) -> set[int]:
    """Everybody above an enterprise."""
    seen: set[int] = set()
    queue = list(above.get(start, ()))
    while queue:
        here = queue.pop()
        if here not in seen:
            seen.add(here)
            queue.extend(above.get(here, ()))
    return seen


def accounts(rows: Rows, context: Context) -> Mapping[int, Blocker]:
    """An account is a post whose only role is that of an enterprise's contact: no official sees a file through it."""
    wanted = {row["account"] for row in rows if "account" in row["changed"] and row["account"]}
    if not wanted:
        return {}
    posts: Any = gate.rows(find("post"), Context.system(context.business_date)).order_by()
    fit = set(posts.filter(pk__in=wanted, role="enterprise_contact", closed_on=None).values_list("pk", flat=True))
    return {
        place: Blocker(NO_ACCOUNT, field="account", label=_("account of the enterprise"))
        for place, row in enumerate(rows)
        if "account" in row["changed"] and row["account"] and row["account"] not in fit
    }
