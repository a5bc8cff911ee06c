"""A list as its address asks for it, and the columns it shows."""

from dataclasses import dataclass, replace
from functools import cached_property

from django.http import HttpRequest

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.register import Column, Register
from xianxing.pages.addresses import list_url
from xianxing.pages.kept import Liked, habit_of

__all__ = ["Asked", "columns_of", "read_query"]


@dataclass(frozen=True)
class Asked:
    """A list as its address asks for it. ``on``: the day it is compared with, as typed; ``printed``: as for paper."""

    register: Register
    context: Context
    query: Query
    way: str = "list"
    after: tuple[str, ...] = ()
    exact: bool = False
    on: str = ""
    printed: bool = False

    @cached_property
    def liked(self) -> Liked:
        """How the reader likes this list."""
        return habit_of(self.context, self.register.code)

    @cached_property
    def columns(self) -> list[Column]:
        """The columns shown, in their order."""
        return columns_of(self.register, self.context, self.query, self.liked)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The address parameters that the query and the way of seeing make."""
        return self.query.address(self.register) + ([("as", self.way)] if self.way != "list" else [])

    def url(self, *more: tuple[str, str], query: Query | None = None, way: str | None = None) -> str:
        """The same list, seen differently or under another query."""
        other = replace(self, query=query or self.query, way=way or self.way)
        return list_url(self.register, [*other.pairs, *more])


def read_query(request: HttpRequest, register: Register, context: Context) -> Query:
    """The query of an address; raises :class:`Blocked`. The bin is open to who may fill or empty it."""
    source = request.POST if request.method == "POST" else request.GET
    binned = source.get("bin") == "1" and (register.may(context, "restore") or register.may(context, "delete"))
    return Query.read(
        register,
        context,
        filters=source.getlist("f"),
        search=source.get("q", ""),
        order=source.get("order", ""),
        columns=",".join(source.getlist("columns")),
        binned=binned,
    )


def columns_of(register: Register, context: Context, query: Query, liked: Liked | None = None) -> list[Column]:
    """The columns of a list in their order: as asked for, else as its reader likes them, else the register's choice.

    As far as the reader may see them. ``liked`` is the reader's habit where it is known already.
    """
    likes = () if query.columns else (liked or habit_of(context, register.code)).columns
    names = query.columns or tuple(n for n in likes if n in register.fields) or register.shown or register.columns[:7]
    if register.flow and not query.columns and not likes and not register.shown:
        names = (*names, "stage", "unit")
    return gate.visible(register, context, dict.fromkeys(names))
