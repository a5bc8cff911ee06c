"""The deeds of the organisation's administrators as data: what each asks for and which kernel action carries it out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.actions.change import Outcome
from xianxing.kernel.blockers import Label
from xianxing.kernel.context import Context
from xianxing.kernel.register import Column, find
from xianxing.kernel.units import actions as units

__all__ = ["DEEDS", "Deed", "columns_of"]

Given = Mapping[str, Any]


@dataclass(frozen=True)
class Deed:
    """Something done to a unit, a post or a person in a post.

    ``fields`` holds (name, column it is read like, label, required) for each value it asks for.
    """

    code: str
    label: Label
    note: Label
    fields: tuple[tuple[str, str, Label, bool], ...]
    carry_out: Callable[[Context, int, Given], Outcome]
    danger: bool = False


ON = ("on", "unit.opened_on", _("from"), False)
BASIS = ("basis", "unit-event.basis", _("basis"), False)
HEIR = ("heir", "holding.post", _("tasks go to the post"), False)


def columns_of(deed: Deed) -> dict[str, Column]:
    """The deed's fields as columns, so that they are asked for, read and refused like any other value."""
    found = {}
    for name, like, label, required in deed.fields:
        register, _dot, column = like.partition(".")
        found[name] = replace(find(register).fields[column], name=name, label=label, required=required, help="")
    return found


def _rename(context: Context, pk: int, given: Given) -> Outcome:
    return units.rename(context, pk, given["name"], given["name_en"] or "", on=given["on"], basis=given["basis"] or "")


def _move(context: Context, pk: int, given: Given) -> Outcome:
    return units.move(context, pk, given["parent"], on=given["on"], basis=given["basis"] or "")


def _merge(context: Context, pk: int, given: Given) -> Outcome:
    return units.merge(context, pk, given["into"], on=given["on"], basis=given["basis"] or "")


def _dissolve(context: Context, pk: int, given: Given) -> Outcome:
    return units.dissolve(context, pk, on=given["on"], heir=given["heir"], basis=given["basis"] or "")


def _split(context: Context, pk: int, given: Given) -> Outcome:
    posts = [post for post in (given["post"], given["post2"], given["post3"]) if post]
    names = {"code": given["code"], "name": given["name"], "name_en": given["name_en"] or ""}
    return units.split(context, pk, posts, on=given["on"], basis=given["basis"] or "", **names)


def _close(context: Context, pk: int, given: Given) -> Outcome:
    return units.close_post(context, pk, on=given["on"], heir=given["heir"])


def _hand_over(context: Context, pk: int, given: Given) -> Outcome:
    return units.hand_over_tasks(context, pk, given["heir"])


def _delegate(context: Context, pk: int, given: Given) -> Outcome:
    return units.delegate(context, pk, given["person"], given["starts_on"], given["ends_on"], given["reason"])


def _leave(context: Context, pk: int, given: Given) -> Outcome:
    return units.end_holding(context, pk, given["last"], heir=given["heir"])


NAME = ("name", "unit.name", _("new name"), True)
NAME_EN = ("name_en", "unit.name_en", _("new name in English"), False)

DEEDS: dict[str, tuple[Deed, ...]] = {
    "unit": (
        Deed("rename", _("Rename"), _("The former name stays in its history."), (NAME, NAME_EN, ON, BASIS), _rename),
        Deed(
            "move",
            _("Put under another unit"),
            _("Its posts and tasks move with it."),
            (("parent", "unit.parent", _("superior unit"), False), ON, BASIS),
            _move,
        ),
        Deed(
            "merge",
            _("Merge"),
            _("Posts, people and tasks go to the other unit; this one ends."),
            (("into", "unit.parent", _("into the unit"), True), ON, BASIS),
            _merge,
            danger=True,
        ),
        Deed(
            "split",
            _("Split"),
            _("The posts named go to a new unit with their people and tasks."),
            (
                ("code", "unit.code", _("code of the new unit"), True),
                ("name", "unit.name", _("name of the new unit"), True),
                NAME_EN,
                ("post", "holding.post", _("post that goes along"), True),
                ("post2", "holding.post", _("second post"), False),
                ("post3", "holding.post", _("third post"), False),
                ON,
                BASIS,
            ),
            _split,
        ),
        Deed(
            "dissolve",
            _("Dissolve"),
            _("No task may be left without an owner: name the post that takes them over."),
            (HEIR, ON, BASIS),
            _dissolve,
            danger=True,
        ),
    ),
    "post": (
        Deed(
            "hand-over",
            _("Hand tasks over"),
            _("Everything the post answers for goes to the other post, which is told."),
            (("heir", "holding.post", _("to the post"), True),),
            _hand_over,
        ),
        Deed(
            "delegate",
            _("Stand-in"),
            _("Somebody fills in while the holder is away."),
            (
                ("person", "holding.person", _("stand-in"), True),
                ("starts_on", "delegation.starts_on", _("from"), True),
                ("ends_on", "delegation.ends_on", _("until"), True),
                ("reason", "delegation.reason", _("reason"), True),
            ),
            _delegate,
        ),
        Deed(
            "close",
            _("Close the post"),
            _("No task may be left without an owner: name the post that takes them over."),
            (HEIR, ON),
            _close,
            danger=True,
        ),
    ),
    "holding": (
        Deed(
            "leave",
            _("Leave the post"),
            _("If nobody is left in the post, name the one that takes its tasks over."),
            (("last", "holding.starts_on", _("last day"), True), HEIR),
            _leave,
            danger=True,
        ),
    ),
}
RIGHTS = {"delegate": ("delegation", "create")}
