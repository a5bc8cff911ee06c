"""The deeds of the organisation's administrators as data, and the one way in which page, API and terminal do them.

A deed is something done to a unit, a post or a person in a post. Its fields are columns of registers, so that each
surface asks for them, reads them and refuses them like any other value.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.actions.change import Outcome
from xianxing.kernel.actions.prepare import MAY_NOT, NO_FIELD, REQUIRED, STALE
from xianxing.kernel.blockers import Blocked, Blocker, Label
from xianxing.kernel.context import Context
from xianxing.kernel.kinds import is_empty
from xianxing.kernel.register import Column, find
from xianxing.kernel.units import actions

__all__ = ["DEEDS", "Deed", "columns_of", "deeds_for", "do", "find_deed", "lives"]

Given: TypeAlias = Mapping[str, Any]
Field: TypeAlias = tuple[str, str, Label, bool]
"""Name, the column it is read like, label, whether it is required."""

MOST_POSTS = 6
"""How many posts one split asks for; more follow by editing their unit."""


@dataclass(frozen=True)
class Deed:
    """Something done to a record of ``register``; the right for it is ``right`` (register, verb)."""

    code: str
    register: str
    label: Label
    note: Label
    fields: tuple[Field, ...]
    carry_out: Callable[[Context, int, Given], Outcome]
    danger: bool = False
    right: tuple[str, str] = ("", "edit")

    def may(self, context: Context) -> bool:
        """Whether the caller may do this to anything at all."""
        register, verb = self.right
        return find(register or self.register).may(context, verb)


def columns_of(deed: Deed) -> dict[str, Column]:
    """The deed's fields as columns."""
    found = {}
    for name, like, label, required in deed.fields:
        register, _dot, column = like.partition(".")
        found[name] = replace(find(register).fields[column], name=name, label=label, required=required, help="")
    return found


def deeds_for(register: str, context: Context) -> list[Deed]:
    """The deeds the caller may do to something of a register."""
    return [deed for deed in DEEDS if deed.register == register and deed.may(context)]


def find_deed(code: str) -> Deed:
    """The deed of that code; raises ``LookupError``."""
    for deed in DEEDS:
        if deed.code == code:
            return deed
    raise LookupError(code)


def lives(row: gate.Row) -> bool:
    """Whether a unit, post or holding has not ended, so that something can be done to it."""
    return not (row.values.get("closed_on") or row.values.get("ends_on"))


def do(
    deed: Deed, context: Context, pk: int, raws: Mapping[str, Any], *, version: int | None = None, dry: bool = False
) -> Outcome:
    """Do a deed to a record with values as somebody typed or sent them: all of it or nothing.

    ``version`` is the one the caller saw, where it saw one; ``dry`` does everything and takes it back.
    """
    register = find(deed.register)
    if not deed.may(context):
        return Outcome("blocked", blockers=(Blocker(MAY_NOT, params={"register": register.label}),))
    try:
        row = gate.get(register, context, pk)
    except Blocked as error:
        return Outcome("blocked", blockers=error.blockers)
    if version is not None and row.version != version:
        return Outcome("stale", (pk,), (Blocker(STALE),))
    given, faults = _read(deed, context, raws)
    if faults:
        return Outcome("blocked", blockers=tuple(faults))
    with transaction.atomic():
        outcome = deed.carry_out(context, pk, given)
        if dry:
            transaction.set_rollback(True)
    return replace(outcome, records=(pk,), entry=None) if dry and outcome.done else outcome


def _read(deed: Deed, context: Context, raws: Mapping[str, Any]) -> tuple[dict[str, Any], list[Blocker]]:
    """The values as their kinds read them, what is absent as empty; and what is wrong with them."""
    columns = columns_of(deed)
    unknown = [name for name in raws if name not in columns]
    faults = [Blocker(NO_FIELD, name, params={"register": deed.label, "field": name}) for name in unknown]
    given: dict[str, Any] = {}
    for name, column in columns.items():
        raw = raws.get(name)
        parsed, refused = column.kind.parse_column([raw], context)
        given[name] = parsed[0]
        if refused:
            said = "" if raw is None else str(raw)
            faults.append(Blocker(refused[0].problem, name, column.label, said, refused[0].params))
        elif column.required and is_empty(given[name]):
            faults.append(Blocker(REQUIRED, name, column.label))
    return given, faults


def _rename(context: Context, pk: int, given: Given) -> Outcome:
    name_en = given["name_en"] or ""
    return actions.rename(context, pk, given["name"], name_en, on=given["on"], basis=given["basis"] or "")


def _move(context: Context, pk: int, given: Given) -> Outcome:
    return actions.move(context, pk, given["parent"], on=given["on"], basis=given["basis"] or "")


def _merge(context: Context, pk: int, given: Given) -> Outcome:
    return actions.merge(context, pk, given["into"], on=given["on"], basis=given["basis"] or "")


def _dissolve(context: Context, pk: int, given: Given) -> Outcome:
    return actions.dissolve(context, pk, on=given["on"], heir=given["heir"], basis=given["basis"] or "")


def _split(context: Context, pk: int, given: Given) -> Outcome:
    posts = [given[name] for name, *_rest in ALONG if given[name]]
    names = {"code": given["code"], "name": given["name"], "name_en": given["name_en"] or ""}
    return actions.split(context, pk, posts, on=given["on"], basis=given["basis"] or "", **names)


def _close(context: Context, pk: int, given: Given) -> Outcome:
    return actions.close_post(context, pk, on=given["on"], heir=given["heir"])


def _hand_over(context: Context, pk: int, given: Given) -> Outcome:
    return actions.hand_over_tasks(context, pk, given["heir"])


def _delegate(context: Context, pk: int, given: Given) -> Outcome:
    return actions.delegate(context, pk, given["person"], given["starts_on"], given["ends_on"], given["reason"])


def _leave(context: Context, pk: int, given: Given) -> Outcome:
    return actions.end_holding(context, pk, given["last"], heir=given["heir"])


ON: Field = ("on", "unit.opened_on", _("takes effect on"), False)
BASIS: Field = ("basis", "unit-event.basis", _("basis"), False)
HEIR: Field = ("heir", "holding.post", _("tasks go to the post"), False)
NAME: Field = ("name", "unit.name", _("new name"), True)
NAME_EN: Field = ("name_en", "unit.name_en", _("new name in English"), False)
ALONG: tuple[Field, ...] = (
    ("post", "holding.post", _("post that goes along"), True),
    *((f"post{place}", "holding.post", _("another post"), False) for place in range(2, MOST_POSTS + 1)),
)
NO_ORPHANS = _("No task may be left without an owner: name the post that takes them over.")

DEEDS: tuple[Deed, ...] = (
    Deed(
        "rename", "unit", _("Rename"), _("The former name stays in its history."), (NAME, NAME_EN, ON, BASIS), _rename
    ),
    Deed(
        "move",
        "unit",
        _("Put under another unit"),
        _("Its posts and tasks move with it."),
        (("parent", "unit.parent", _("superior unit"), False), ON, BASIS),
        _move,
    ),
    Deed(
        "merge",
        "unit",
        _("Merge"),
        _("Posts, people and tasks go to the other unit; this one ends."),
        (("into", "unit.parent", _("into the unit"), True), ON, BASIS),
        _merge,
        danger=True,
    ),
    Deed(
        "split",
        "unit",
        _("Split"),
        _("The posts named go to a new unit with their people and tasks."),
        (
            ("code", "unit.code", _("code of the new unit"), True),
            ("name", "unit.name", _("name of the new unit"), True),
            NAME_EN,
            *ALONG,
            ON,
            BASIS,
        ),
        _split,
    ),
    Deed("dissolve", "unit", _("Dissolve"), NO_ORPHANS, (HEIR, ON, BASIS), _dissolve, danger=True),
    Deed(
        "hand-over",
        "post",
        _("Hand tasks over"),
        _("Everything the post answers for goes to the other post, which is told."),
        (("heir", "holding.post", _("to the post"), True),),
        _hand_over,
    ),
    Deed(
        "delegate",
        "post",
        _("Stand-in"),
        _("Somebody fills in while the holder is away."),
        (
            ("person", "holding.person", _("stand-in"), True),
            ("starts_on", "delegation.starts_on", _("from"), True),
            ("ends_on", "delegation.ends_on", _("until"), True),
            ("reason", "delegation.reason", _("reason"), True),
        ),
        _delegate,
        right=("delegation", "create"),
    ),
    Deed("close-post", "post", _("Close the post"), NO_ORPHANS, (HEIR, ON), _close, danger=True),
    Deed(
        "end-holding",
        "holding",
        _("Leave the post"),
        _("If nobody is left in the post, name the one that takes its tasks over."),
        (("last", "holding.starts_on", _("last day"), True), HEIR),
        _leave,
        danger=True,
    ),
)
