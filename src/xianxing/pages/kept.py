"""What pages read and write by themselves: a person's drafts, habits and saved views, and the views others share.

A shared view is a question, never an answer: whoever opens it sees what its own rights show.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from xianxing.kernel.blockers import Blocked
from xianxing.kernel.busy import said_in_words
from xianxing.kernel.context import Context
from xianxing.kernel.personal.boxes import discard, pack, unpack
from xianxing.kernel.personal.erasure import forgets
from xianxing.kernel.register import Register
from xianxing.pages.models import Draft, Habit, Preference, SavedView

__all__ = [
    "Kept", "Liked", "draft_of", "drop_draft", "drop_sent", "drop_view", "habit_of", "keep_columns", "keep_draft",
    "keep_opening", "keep_view", "large_text", "may_share", "own_view", "reorder_views", "shared_views", "update_view",
    "views_of", "wants_large_text",
]  # fmt: skip

SHARERS = {"unit": frozenset(("unit_head", "leader")), "all": frozenset(("leader",))}
MOST_SHARED = 30


def views_of(context: Context, register: str) -> list[SavedView]:
    """The caller's saved views of a register, in the caller's order."""
    return list(_mine(context, register).order_by("place", "id"))


def shared_views(context: Context, register: str) -> list[SavedView]:
    """What others share with the caller's units or with all."""
    units = [seat.unit for seat in context.seats]
    reach = Q(shared="all") | Q(shared="unit", unit_id__in=units)
    found = SavedView.objects.filter(reach, register=register).exclude(person_id=_person(context))
    return list(found.select_related("person").order_by("place", "id")[:MOST_SHARED]) if context.actor else []


def own_view(context: Context, register: str, key: int) -> SavedView | None:
    """One of the caller's own views."""
    return _mine(context, register).filter(pk=key).first()


def may_share(context: Context, register: Register) -> tuple[str, ...]:
    """With whom the caller may share views; with nobody where rows are concealed, for a name could tell of them."""
    if register.sides:
        return ()
    return tuple(whom for whom, roles in SHARERS.items() if roles & context.roles)


def keep_view(context: Context, register: str, name: str, query: str) -> None:
    """Save a view; one of the same name is replaced, a new one comes last."""
    mine = _mine(context, register)
    if not mine.filter(name=name[:60]).update(query=query[:2000]):
        last = mine.aggregate(last=Max("place"))["last"]
        place = 0 if last is None else last + 1
        SavedView.objects.create(
            person_id=_person(context), register=register, name=name[:60], query=query[:2000], place=place
        )


def update_view(context: Context, register: Register, key: int, values: Mapping[str, str]) -> bool:
    """Change name, query or sharing of an own view; says whether that could be done. A name stands once."""
    mine = _mine(context, register.code)
    changed: dict[str, Any] = {}
    if name := values.get("name", "").strip()[:60]:
        if mine.filter(name=name).exclude(pk=key).exists():
            return False
        changed["name"] = name
    if "query" in values:
        changed["query"] = values["query"][:2000]
    if "shared" in values:
        whom = values["shared"]
        if whom and whom not in may_share(context, register):
            return False
        changed |= {"shared": whom, "unit_id": context.seat.unit if whom == "unit" and context.seat else None}
    return bool(mine.filter(pk=key).update(**changed)) if changed else mine.filter(pk=key).exists()


def reorder_views(context: Context, register: str, keys: Sequence[int]) -> None:
    """Put the caller's views into an order; those not named come after."""
    known = [view.pk for view in views_of(context, register)]
    order = [key for key in dict.fromkeys(keys) if key in known]
    with transaction.atomic():
        for place, key in enumerate([*order, *(key for key in known if key not in order)]):
            _mine(context, register).filter(pk=key).update(place=place)


def drop_view(context: Context, register: str, key: int) -> bool:
    """Forget one of the caller's own views; says whether there was one."""
    return bool(_mine(context, register).filter(pk=key).delete()[0])


def _mine(context: Context, register: str) -> "QuerySet[SavedView]":
    return SavedView.objects.filter(person_id=_person(context), register=register)


@dataclass(frozen=True)
class Liked:
    """How the caller likes a list: columns in their order, and the address of the view it opens with."""

    columns: tuple[str, ...] = ()
    opens: int | None = None
    query: str = ""


def habit_of(context: Context, register: str) -> Liked:
    """The caller's habit of a list. A view that is no longer shared opens nothing."""
    found = Habit.objects.filter(person_id=_person(context), register=register).select_related("opens").first()
    if found is None:
        return Liked()
    columns = tuple(name for name in found.columns.split(",") if name)
    view = found.opens
    open_to = view and (view.person_id == context.actor or view.pk in {v.pk for v in shared_views(context, register)})
    return Liked(columns, view.pk, view.query) if view and open_to else Liked(columns)


def keep_columns(context: Context, register: str, names: Sequence[str]) -> None:
    """Keep the columns of a list in their order; none: the register's own choice again."""
    _keep_habit(context, register, columns=",".join(names)[:2000])


def keep_opening(context: Context, register: str, key: int | None) -> None:
    """Keep the view that a list opens with: an own one or one that is shared with the caller; none: all rows."""
    known = {view.pk for view in (*views_of(context, register), *shared_views(context, register))}
    _keep_habit(context, register, opens_id=key if key in known else None)


def _keep_habit(context: Context, register: str, **values: Any) -> None:
    if context.actor:
        Habit.objects.update_or_create(person_id=context.actor, register=register, defaults=values)


def wants_large_text(context: Context) -> bool | None:
    """Whether the caller reads large text; nothing where that was never said."""
    if not context.actor:
        return None
    return Preference.objects.filter(person_id=context.actor).values_list("large_text", flat=True).first()


def large_text(context: Context, *, on: bool) -> None:
    """Keep whether the caller reads large text, on every machine."""
    if context.actor:
        Preference.objects.update_or_create(person_id=context.actor, defaults={"large_text": on})


@dataclass(frozen=True)
class Kept:
    """What was typed into a form: the values of each field, and when they were kept."""

    values: Mapping[str, list[str]]
    saved_at: datetime


def draft_of(context: Context, form: str) -> Kept | None:
    """What the caller typed into a form and has not sent."""
    draft = Draft.objects.filter(person_id=_person(context), form=form).first()
    held = unpack(draft.sealed) if draft else ""
    return Kept(json.loads(held), draft.saved_at) if draft and held else None


def keep_draft(context: Context, form: str, values: Mapping[str, Any]) -> None:
    """Keep what has been typed so far, sealed with a key of its own."""
    mine = Draft.objects.filter(person_id=_person(context), form=form[:200])
    former = mine.values_list("sealed", flat=True).first() or ""
    sealed = pack(json.dumps(dict(values), ensure_ascii=False), former=former)
    Draft.objects.update_or_create(
        person_id=_person(context), form=form[:200], defaults={"sealed": sealed, "saved_at": context.instant}
    )


def drop_draft(context: Context, form: str) -> None:
    """Forget a draft that the person threw away."""
    mine = Draft.objects.filter(person_id=_person(context), form=form)
    if sealed := list(mine.values_list("sealed", flat=True)):
        discard(sealed)
        mine.delete()


def drop_sent(context: Context, form: str) -> None:
    """Forget the draft of a form that was sent and is done. No refusal is due now: of a busy store its key is gone."""
    with suppress(Blocked), said_in_words():
        drop_draft(context, form)


@forgets
def forget_drafts(register: Register, records: Sequence[int]) -> None:
    """Throw away what anybody has typed into the forms of records of an erased person."""
    found = Draft.objects.filter(form__in=[f"{register.code}/{pk}" for pk in records])
    transaction.on_commit(partial(discard, list(found.values_list("sealed", flat=True))))
    found.delete()


def _person(context: Context) -> int:
    """The asking person's id; nobody has neither views nor drafts."""
    return context.actor or 0
