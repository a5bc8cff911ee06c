"""Saved views and drafts: the only rows that pages read and write by themselves, each of the asking person alone."""

from collections.abc import Mapping
from typing import Any

from xianxing.kernel.context import Context
from xianxing.pages.models import Draft, SavedView

__all__ = ["draft_of", "drop_draft", "drop_view", "keep_draft", "keep_view", "views_of"]


def views_of(context: Context, register: str) -> list[SavedView]:
    """The caller's saved views of a register, in the order they were saved."""
    return list(SavedView.objects.filter(person_id=_person(context), register=register).order_by("id"))


def keep_view(context: Context, register: str, name: str, query: str) -> None:
    """Save a view; one of the same name is replaced."""
    SavedView.objects.update_or_create(
        person_id=_person(context), register=register, name=name[:60], defaults={"query": query[:2000]}
    )


def drop_view(context: Context, register: str, key: int) -> None:
    """Forget one of the caller's own views."""
    SavedView.objects.filter(person_id=_person(context), register=register, pk=key).delete()


def draft_of(context: Context, form: str) -> Draft | None:
    """What the caller typed into a form and has not sent."""
    return Draft.objects.filter(person_id=_person(context), form=form).first()


def keep_draft(context: Context, form: str, values: Mapping[str, Any]) -> None:
    """Keep what has been typed so far."""
    Draft.objects.update_or_create(
        person_id=_person(context), form=form[:200], defaults={"values": dict(values), "saved_at": context.instant}
    )


def drop_draft(context: Context, form: str) -> None:
    """Forget a draft: the form was sent, or the person threw it away."""
    Draft.objects.filter(person_id=_person(context), form=form).delete()


def _person(context: Context) -> int:
    """The asking person's id; nobody has neither views nor drafts."""
    return context.actor or 0
