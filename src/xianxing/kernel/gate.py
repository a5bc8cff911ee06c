"""The door for reading: every list, count, export, search and chart asks here which rows and cells it may show."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db import models
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Concat, Left, Right
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import matching
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import SYSTEM_ROLE, Context
from xianxing.kernel.filters import Query
from xianxing.kernel.kinds import Phone
from xianxing.kernel.record import Record
from xianxing.kernel.register import Column, Reference, Register, record_number

__all__ = ["Count", "Page", "Row", "cells", "count", "get", "page", "rows", "stream", "visible"]

COUNT_LIMIT = 10_000
STREAM_PIECE = 2_000
HIDDEN, MASKED, CLEAR = 0, 1, 2

NOT_THERE = Problem(
    "not_there", _("There is no such entry in %(register)s, or you may not see it"), _("Check the code or ask its unit")
)
BAD_CURSOR = Problem("bad_cursor", _("This place in the list is not readable"), _("Start again from the first page"))


@dataclass(frozen=True)
class Row:
    """One record as the caller may see it: stored values by column, labels of references, names of masked columns."""

    id: int
    version: int
    invented: bool
    values: dict[str, Any]
    refs: dict[str, str]
    masked: frozenset[str] = frozenset()

    def text(self, column: Column) -> str:
        """The value of a column for a person; empty when it is not reported."""
        value = self.values.get(column.name)
        if value is None or value == "":
            return ""
        if column.name in self.masked:
            return str(value)
        return self.refs.get(column.name) or column.kind.print(value)


@dataclass(frozen=True)
class Count:
    """How many: exact up to a limit, beyond it "at least"."""

    number: int
    exact: bool = True

    def __str__(self) -> str:
        return f"{self.number:,}" if self.exact else f"{self.number:,}+"


@dataclass(frozen=True)
class Page:
    """One page of a list and the cursor of the next one."""

    rows: list[Row]
    after: str = ""


def levels(register: Register, context: Context, name: str) -> list[tuple[Q, int]]:
    """How clearly a column may be seen, per granted scope."""
    if SYSTEM_ROLE in context.roles:
        return [(Q(), CLEAR)]
    personal = register.fields[name].personal
    found = []
    for given, seat in matching(register.effective_grants, context, "view"):
        level = HIDDEN if name in given.hidden else MASKED if personal and name not in given.clear else CLEAR
        found.append((given.scope.where(seat), level))
    return found


def expression(register: Register, context: Context, column: Column) -> F | models.Expression:
    """What the store gives for a column: the value, its mask or nothing.

    Decided in SQL, so that filters, search and sorting cannot walk round a mask.
    """
    found = levels(register, context, column.name)
    best = max((level for _scope, level in found), default=HIDDEN)
    everywhere = max((level for scope, level in found if not scope), default=HIDDEN)
    if best == CLEAR and (everywhere == CLEAR or all(level == CLEAR for _scope, level in found)):
        return F(column.path)
    shown = {CLEAR: F(column.path), MASKED: _mask(column), HIDDEN: Value(None)}
    cases = [
        When(scope, then=shown[level]) if scope else When(Q(pk__isnull=False), then=shown[level])
        for scope, level in sorted(found, key=lambda pair: -pair[1])
        if level != HIDDEN
    ]
    return Case(*cases, default=Value(None), output_field=models.CharField())


def _mask(column: Column) -> models.Expression:
    path = column.path
    if isinstance(column.kind, Phone):
        masked: models.Expression = Concat(Left(path, 3), Value("****"), Right(path, 2))
    else:
        masked = Concat(Left(path, 1), Value("**"))
    return Case(When(Q(**{path: ""}), then=Value("")), default=masked, output_field=models.CharField())


def rows(register: Register, context: Context, query: Query | None = None, verb: str = "view") -> "QuerySet[Record]":
    """The rows a caller may treat with a verb, under a query. Every surface starts from here."""
    query = query or Query()
    found = register.model._default_manager.filter(register.where(context, verb), deleted_at__isnull=not query.binned)
    paths: dict[str, str] = {}
    for name in {condition.field for condition in query.filters} | {part.lstrip("-") for part in query.order} - {"id"}:
        shown = expression(register, context, register.fields[name])
        if isinstance(shown, F):
            paths[name] = register.fields[name].path
        else:
            paths[name] = f"seen_{name}"
            found = found.annotate(**{paths[name]: shown})
    for condition in query.filters:
        found = found.filter(condition.where(register, paths[condition.field]))
    if query.search:
        found = found.filter(_search(query.search))
    return found.order_by(
        *(_ordering(paths, part) for part in query.order if part.lstrip("-") in paths), *register.order
    )


def _ordering(paths: Mapping[str, str], part: str) -> OrderBy:
    """One column of an order; what is not reported comes last either way."""
    path = F(paths[part.lstrip("-")])
    return path.desc(nulls_last=True) if part.startswith("-") else path.asc(nulls_last=True)


def _search(words: str) -> Q:
    """Every word must stand in the search text, which holds names, pinyin, initials and codes in lower case."""
    condition = Q()
    for word in words.lower().split():
        condition &= Q(search_text__contains=word)
    return condition


def visible(register: Register, context: Context, names: Iterable[str] = ()) -> list[Column]:
    """The columns the caller may see at least somewhere, in order."""
    wanted = tuple(names) or tuple(register.fields)
    return [
        register.fields[name]
        for name in wanted
        if max((level for _scope, level in levels(register, context, name)), default=HIDDEN) > HIDDEN
    ]


def cells(register: Register, context: Context, found: "QuerySet[Record]", columns: Sequence[Column]) -> list[Row]:
    """The cells of rows: one query, values and reference labels together."""
    return list(_cells(register, context, found, columns, None))


def stream(
    register: Register, context: Context, query: Query, columns: Sequence[Column], verb: str = "export"
) -> Iterator[Row]:
    """All rows under a query, fetched piece by piece: what an export of any size reads."""
    return _cells(register, context, rows(register, context, query, verb), columns, STREAM_PIECE)


def _cells(
    register: Register, context: Context, found: "QuerySet[Record]", columns: Sequence[Column], piece: int | None
) -> Iterator[Row]:
    shown = {f"v_{c.name}": expression(register, context, c) for c in columns}
    masked = frozenset(c.name for c in columns if not isinstance(shown[f"v_{c.name}"], F))
    refs = {f"r_{c.name}": c.kind.register.title_seen(f"{c.path}__") for c in columns if isinstance(c.kind, Reference)}
    fetched = cast("QuerySet[Any]", found.values("pk", "version", "invented", **shown, **refs))
    valued = [(c.name, f"v_{c.name}") for c in columns]
    named = [(c.name, f"r_{c.name}") for c in columns if f"r_{c.name}" in refs]
    for raw in fetched.iterator(piece) if piece else fetched:
        yield Row(
            id=raw["pk"],
            version=raw["version"],
            invented=raw["invented"],
            values={name: raw[key] for name, key in valued},
            refs={name: raw[key] or "" for name, key in named},
            masked=masked,
        )


def get(register: Register, context: Context, pk: int | str, verb: str = "view", *, binned: bool = False) -> Row:
    """One record by id or by its code; raises :class:`Blocked` in the same words whether it is missing or forbidden."""
    found = rows(register, context, Query(binned=binned), verb)
    if isinstance(pk, int) or pk.startswith("#") or register.key not in register.fields:
        found = found.filter(pk=pk if isinstance(pk, int) else record_number(pk[1:]))
    else:
        found = found.filter(**{register.fields[register.key].path: pk})
    taken = cells(register, context, found[:1], visible(register, context))
    if not taken:
        raise Blocked((Blocker(NOT_THERE, value=str(pk), params={"register": register.label}),))
    return taken[0]


def count(found: "QuerySet[Record]", *, exact: bool = False) -> Count:
    """Exact to 10,000, then "10,000+", or exact on demand."""
    bare = found.order_by()
    if exact:
        return Count(bare.count())
    number = bare.values("pk")[: COUNT_LIMIT + 1].count()
    return Count(number) if number <= COUNT_LIMIT else Count(COUNT_LIMIT, exact=False)


def page(
    register: Register, context: Context, query: Query, columns: Sequence[Column], *, size: int = 50, after: str = ""
) -> Page:
    """One page by key: the place in the list is a key, not an offset, so deep pages cost as much as the first."""
    found = rows(register, context, query)
    order = [str(part) for part in (*query.order, *register.order)] or ["-id"]
    needed = [register.fields[part.lstrip("-")] for part in order if part.lstrip("-") != "id"]
    if after:
        found = found.filter(_beyond(register, context, order, after))
    # The page is found over ids alone and its wide cells are read after: a scope that joins two conditions by "or"
    # makes the store sort all it reaches.
    placed = found.filter(pk__in=found.values("pk")[: size + 1])
    taken = cells(register, context, placed, list(dict.fromkeys((*columns, *needed))))
    more = len(taken) > size
    taken = taken[:size]
    return Page(taken, _cursor(register, order, taken[-1]) if more else "")


def _cursor(register: Register, order: Sequence[str], last: Row) -> str:
    values = []
    for part in order:
        name = part.lstrip("-")
        value = last.id if name == "id" else last.values[name]
        values.append(value if value is None or name == "id" else register.fields[name].kind.plain(value))
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _beyond(register: Register, context: Context, order: Sequence[str], after: str) -> Q:
    try:
        values = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        if not isinstance(values, list) or len(values) != len(order):
            raise ValueError
    except (ValueError, RecursionError) as error:
        raise Blocked((Blocker(BAD_CURSOR, field="after", value=after),)) from error
    beyond, equal = Q(pk__in=()), Q()
    for part, plain in zip(order, values, strict=True):
        name = part.lstrip("-")
        path, value = _place(register, context, name, plain)
        if value is None:
            equal &= Q(**{f"{path}__isnull": True})
            continue
        step = Q(**{f"{path}__{'lt' if part.startswith('-') else 'gt'}": value})
        beyond |= equal & (step if name == "id" else step | Q(**{f"{path}__isnull": True}))
        equal &= Q(**{path: value})
    return beyond


def _place(register: Register, context: Context, name: str, plain: Any) -> tuple[str, Any]:
    if name == "id":
        if not isinstance(plain, int):
            raise Blocked((Blocker(BAD_CURSOR, field="after", value=str(plain)),))
        return "id", plain
    column = register.fields[name]
    shown = expression(register, context, column)
    values, refused = column.kind.parse_column([plain], context)
    if refused:
        raise Blocked((Blocker(BAD_CURSOR, field="after", value=str(plain)),))
    return (column.path if isinstance(shown, F) else f"seen_{name}"), values[0]
