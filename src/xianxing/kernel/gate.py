"""The door for reading: every list, count, export, search and chart asks here which rows and cells it may show."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import alternatives
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.filters import BAD_ORDER, Filter, Query
from xianxing.kernel.personal.disclosure import Disclosure
from xianxing.kernel.record import Record
from xianxing.kernel.register import Column, Reference, Register, find, record_number
from xianxing.kernel.sight import CLEAR, HIDDEN, MASKED, expression, found_by, level, levels, same_level, seen

__all__ = [
    "Count", "Page", "Row", "all_rows", "cells", "clear_columns", "count", "expression", "get", "levels", "page",
    "rows", "stored_keys", "stream", "visible",
]  # fmt: skip

COUNT_LIMIT = 10_000
STREAM_PIECE = 2_000
MOST_WAYS = 12  # alternatives of a scope that a page asks one by one

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
        if isinstance(column.kind, Reference):
            return self.refs.get(column.name) or f"#{value}"
        return column.kind.print(value)


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


def rows(register: Register, context: Context, query: Query | None = None, verb: str = "view") -> "QuerySet[Record]":
    """The rows a caller may treat with a verb, under a query. Every surface starts from here."""
    return _asked(register, context, query or Query()).filter(register.where(context, verb))


def all_rows(code: str, context: Context, **conditions: Any) -> Any:
    """The rows of a register as the system itself sees them, in no order: what a rule reckons with, whoever asks."""
    return rows(find(code), Context.system(context.business_date)).order_by().filter(**conditions)


def _asked(register: Register, context: Context, query: Query) -> "QuerySet[Record]":
    """All rows under a query, whoever asks: the caller's scope is still to be applied."""
    found = register.model._default_manager.filter(register.under_living, deleted_at__isnull=not query.binned)
    paths: dict[str, str] = {"id": "id"}
    ordered = {part.lstrip("-") for part in query.order} - {"id"}
    for name in {condition.field for condition in query.filters} | ordered:
        column = register.fields[name]
        if column.sealed:
            if name in ordered:
                raise Blocked((Blocker(BAD_ORDER, field="order", value=name),))
            continue
        shown = expression(register, context, column)
        paths[name] = column.path if isinstance(shown, F) else f"seen_{name}"
        found = found if isinstance(shown, F) else found.annotate(**{paths[name]: shown})
    for condition in query.filters:
        if register.fields[condition.field].sealed:
            found = _exactly(register, context, found, condition)
        else:
            found = found.filter(condition.where(register, paths[condition.field]))
    if query.search:
        found = found.filter(_search(query.search))
    return found.order_by(
        *(_ordering(paths, part) for part in query.order if part.lstrip("-") in paths),
        *(_as_declared(register, part) for part in register.order),
    )


def _exactly(register: Register, context: Context, found: "QuerySet[Record]", condition: Filter) -> "QuerySet[Record]":
    """A condition on what is sealed: found by digest alone."""
    column = register.fields[condition.field]
    present = condition.operator in {"empty", "filled"}
    shown = found_by(register, context, column, present=present)
    path = column.digest_path
    if not isinstance(shown, F):
        path = f"{'held' if present else 'seen'}_{column.name}"
        found = found.annotate(**{path: shown})
    return found.filter(condition.where(register, path))


def _ordering(paths: Mapping[str, str], part: str) -> OrderBy:
    """One column of an order; what is not reported comes last either way."""
    path = F(paths[part.lstrip("-")])
    return path.desc(nulls_last=True) if part.startswith("-") else path.asc(nulls_last=True)


def _as_declared(register: Register, part: str) -> str | OrderBy:
    """One column of a register's own order; where there may be nothing, that comes last on every store, as pages count
    on. What cannot be empty is left as it is, so that an index serves it."""
    name = part.lstrip("-")
    if name == "id":
        return part
    path = register.path_of(name)
    own = register.model if path == name else register.subject_model
    return _ordering({name: path}, part) if own and own._meta.get_field(name).null else part


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
        if max((at for _scope, at in levels(register, context, name)), default=HIDDEN) > HIDDEN
    ]


def cells(register: Register, context: Context, found: "QuerySet[Record]", columns: Sequence[Column]) -> list[Row]:
    """The cells of rows: one query, values and reference labels together."""
    return list(_cells(register, context, found, columns, None))


def stream(
    register: Register, context: Context, query: Query, columns: Sequence[Column], *, clear: bool = False
) -> Iterator[Row]:
    """All rows under a query, fetched piece by piece: what an export of any size reads.

    Personal columns are masked for everybody; ``clear`` is for a request that a second person approved.
    """
    found = rows(register, context, query, "export")
    return _cells(register, context, found, columns, STREAM_PIECE, most=CLEAR if clear else MASKED)


def _cells(
    register: Register,
    context: Context,
    found: "QuerySet[Record]",
    columns: Sequence[Column],
    piece: int | None,
    most: int = CLEAR,
) -> Iterator[Row]:
    sights = {c.name: levels(register, context, c.name) for c in columns}
    for name in (c.name for c in columns if c.personal):
        sights[name] = [(scope, min(at, most)) for scope, at in sights[name]]
    shown = {f"v_{c.name}": seen(sights[c.name], c.path, MASKED) for c in columns}
    varying = {f"l_{name}": level(found) for name, found in sights.items() if same_level(found) is None}
    refs = {f"r_{c.name}": c.kind.register.name_seen(context, c.path) for c in columns if isinstance(c.kind, Reference)}
    fetched = cast("QuerySet[Any]", found.values("pk", "version", "invented", **shown, **varying, **refs))
    sight = Disclosure(register, context, columns, {name: same_level(found) for name, found in sights.items()})
    rest = iter(fetched.iterator(piece) if piece else fetched)
    valued = [(c.name, f"v_{c.name}") for c in columns]
    named = [(c.name, f"r_{c.name}") for c in columns if f"r_{c.name}" in refs]
    while taken := list(islice(rest, STREAM_PIECE)):
        for raw, masked in zip(taken, sight.disclose(taken)):
            yield Row(
                id=raw["pk"],
                version=raw["version"],
                invented=raw["invented"],
                values={name: raw[key] for name, key in valued},
                refs={name: str(raw[key] or "") for name, key in named},
                masked=masked,
            )


def clear_columns(
    register: Register, context: Context, ids: Sequence[int], *, least: int = CLEAR
) -> Mapping[int, frozenset[str]]:
    """The columns that the caller reads in clear (or at ``least`` masked), for each of those records that it sees,
    living or in the bin."""
    sights = {name: levels(register, context, name) for name in register.fields}
    same = {name: same_level(found) for name, found in sights.items()}
    everywhere = frozenset(name for name, at in same.items() if at is not None and at >= least)
    varying = {f"l_{name}": level(sights[name]) for name, at in same.items() if at is None}
    found: Any = register.model._default_manager.filter(register.where(context, "view"), pk__in=ids)
    return {
        raw["pk"]: everywhere | {key[2:] for key in varying if raw[key] >= least}
        for raw in found.values("pk", **varying)
    }


def get(register: Register, context: Context, pk: int | str, verb: str = "view", *, binned: bool = False) -> Row:
    """One record by id or by its code; raises :class:`Blocked` in the same words whether it is missing or forbidden."""
    found = rows(register, context, Query(binned=binned), verb)
    if isinstance(pk, int) or pk.startswith("#") or register.key not in register.fields:
        found = found.filter(pk=pk if isinstance(pk, int) else record_number(pk[1:]))
    elif known := stored_keys(register, [pk]):
        found = found.filter(**{register.fields[register.key].path: known[pk]})
    else:
        found = found.none()
    taken = cells(register, context, found[:1], visible(register, context))
    if not taken:
        raise Blocked((Blocker(NOT_THERE, value=str(pk), params={"register": register.label}),))
    return taken[0]


def stored_keys(register: Register, keys: Iterable[str]) -> dict[str, Any]:
    """What the store would hold of keys as an address writes them: of some registers a day or a year is the key.

    A text that can be none is left out.
    """
    column = register.fields[register.key]
    model: Any = register.model if column.own else register.subject_model
    stored, found = model._meta.get_field(column.name), dict[str, Any]()
    for key in keys:
        with suppress(ValidationError):
            value = stored.to_python(key)
            stored.run_validators(value)
            found[key] = value
    return found


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
    found = _asked(register, context, query)
    order = [str(part) for part in (*query.order, *register.order)] or ["-id"]
    needed = [register.fields[part.lstrip("-")] for part in order if part.lstrip("-") != "id"]
    if after:
        found = found.filter(_beyond(register, context, order, after))
    # The page is found over ids alone, its wide cells are read after. A scope that joins conditions by "or" makes the
    # store sort all it reaches: newest first, each alternative gives its own first ids as its index holds them.
    scope = register.where(context, "view")
    ways = alternatives(scope) if order[0].lstrip("-") == "id" else [scope]
    firsts = [found.filter(way).values("pk")[: size + 1] for way in (ways if len(ways) <= MOST_WAYS else [scope])]
    placed = found.filter(reduce(or_, (Q(pk__in=ids) for ids in firsts)))[: size + 1]
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
