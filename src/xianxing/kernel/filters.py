"""What a list is asked for: filters from a closed list of (field, operator), words to search, order, columns.

The same query drives page, API, command line, export, chart and count; it never carries an ORM path from outside.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import and_, ge, gt, le, lt, or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocked, Blocker, Label, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.kinds import Choice, is_empty
from xianxing.kernel.personal.columns import digests_of
from xianxing.kernel.register import Reference, Register
from xianxing.kernel.sight import reads_clear

__all__ = ["BAD_ORDER", "OPERATORS", "Filter", "Query", "read_filter"]

OPERATORS: Mapping[str, Label] = {
    "is": _("is"),
    "is_not": _("is not"),
    "in": _("is one of"),
    "contains": _("contains"),
    "includes": _("includes"),
    "any_of": _("includes any of"),
    "ge": _("is at least"),
    "le": _("is at most"),
    "gt": _("is more than"),
    "lt": _("is less than"),
    "empty": _("is empty"),
    "filled": _("is filled in"),
    "reached": _("has reached"),
}
_COMPARED: Mapping[str, Callable[[Any, Any], Any]] = {"ge": ge, "le": le, "gt": gt, "lt": lt}
_LOOKUPS = {"is": "exact", "contains": "icontains", "ge": "gte", "le": "lte", "gt": "gt", "lt": "lt"}

BAD_FILTER = Problem(
    "bad_filter", _("The list cannot be filtered by “%(value)s”"), _("Use one of the filters offered: %(offered)s")
)
NOT_CLEAR = Problem(
    "not_clear", _("%(label)s is masked for you, so nothing is found by it"), _("Ask a post that reads it in clear")
)
BAD_ORDER = Problem("bad_order", _("The list cannot be sorted by “%(value)s”"), _("Sort by a column of the list"))


@dataclass(frozen=True)
class Filter:
    """One condition: a column, an operator that its kind allows, and parsed values."""

    field: str
    operator: str
    values: tuple[Any, ...] = ()

    def where(self, register: Register, path: str) -> Q:
        """The condition on the column's expression; of a sealed column, on its digest."""
        if register.fields[self.field].sealed:
            return self._exact(register, path)
        match self.operator:
            case "empty" | "filled":
                blank = Q(**{f"{path}__isnull": True})
                if register.fields[self.field].kind.schema.get("type") == "string" and not self._typed(register):
                    blank |= Q(**{path: ""})
                return blank if self.operator == "empty" else ~blank
            case "in":
                return Q(**{f"{path}__in": self.values})
            case "is_not":
                return ~Q(**{path: self.values[0]})
            case "includes" | "any_of":
                found = [_member(path, code) for code in str(self.values[0]).split(",")]
                return reduce(and_ if self.operator == "includes" else or_, found)
            case "reached":
                flow = register.flow
                return Q(**{f"{path}__in": flow.at_least(self.values[0]) if flow else ()})
        return Q(**{f"{path}__{_LOOKUPS[self.operator]}": self.values[0]})

    def _exact(self, register: Register, path: str) -> Q:
        """The condition on the digest of a sealed column, whatever suite made it."""
        if self.operator in {"empty", "filled"}:
            return Q(**{f"{path}__isnull": self.operator == "empty"})
        held = Q(
            **{f"{path}__in": [found for value in self.values for found in digests_of(register, self.field, value)]}
        )
        return ~held | Q(**{f"{path}__isnull": True}) if self.operator == "is_not" else held

    def holds(self, register: Register, value: Any) -> bool:
        """Whether a value read in clear meets the condition: what :meth:`where` asks of the store, asked of one value.

        Nothing is ``None``; so is what the caller may not read.
        """
        given = None if value == "" else value
        match self.operator:
            case "empty" | "filled":
                return (given is None) is (self.operator == "empty")
            case "is_not":
                return bool(given != self.values[0])
        if given is None:
            return False
        match self.operator:
            case "is" | "in":
                return given in self.values
            case "contains":
                return str(self.values[0]).lower() in str(given).lower()
            case "includes" | "any_of":
                wanted, held = set(str(self.values[0]).split(",")), set(str(given).split(","))
                return wanted <= held if self.operator == "includes" else bool(wanted & held)
            case "reached":
                return register.flow is not None and given in register.flow.at_least(self.values[0])
        return bool(_COMPARED[self.operator](given, self.values[0]))

    def _typed(self, register: Register) -> bool:
        """Whether the store holds something other than text, which has no empty text."""
        kind = register.fields[self.field].kind
        return kind.numeric or isinstance(kind, Reference) or kind.code in {"day", "moment"}

    def sentence(self, register: Register) -> str:
        """The filter as a sentence: “stage is signed”."""
        column = register.fields[self.field]
        values = "、".join(column.kind.print(value) for value in self.values)
        return " ".join(part for part in (str(column.label), str(OPERATORS[self.operator]), values) if part)

    def token(self, register: Register) -> str:
        """The filter as it stands in an address: ``stage:is:signed``; :func:`read_filter` reads it back."""
        kind = register.fields[self.field].kind
        return ":".join((self.field, self.operator, ",".join(str(kind.plain(value)) for value in self.values)))


def _member(path: str, code: str) -> Q:
    """One of several codes joined by commas."""
    inside = (f"{path}__startswith", f"{code},"), (f"{path}__endswith", f",{code}"), (f"{path}__contains", f",{code},")
    return Q((path, code), *inside, _connector=Q.OR)


def operators_of(register: Register, name: str) -> tuple[str, ...]:
    """The operators a column allows."""
    kind = register.fields[name].kind
    return (*kind.operators, "reached") if register.flow and name in {"stage", "proven"} else kind.operators


def read_filter(register: Register, context: Context, token: str) -> Filter:
    """A filter from its address form; raises :class:`Blocked` naming what is wrong."""
    name, _colon, rest = token.partition(":")
    operator, _colon, text = rest.partition(":")
    column = register.fields.get(name)
    if column is None or operator not in operators_of(register, name):
        offered = (
            [f"{n}:{'|'.join(operators_of(register, n))}" for n in register.fields]
            if column is None
            else list(operators_of(register, name))
        )
        raise Blocked((Blocker(BAD_FILTER, field=name, value=token, params={"offered": offered}),))
    if operator in {"empty", "filled"}:
        return Filter(name, operator)
    if column.sealed and not reads_clear(register, context, name):
        raise Blocked((Blocker(NOT_CLEAR, field=name, label=column.label),))
    raws: list[Any] = text.split(",") if operator == "in" else [text]
    if operator == "contains":
        return Filter(name, operator, (text,))
    values, refused = column.kind.parse_column(raws, context)
    if refused or any(is_empty(raw) for raw in raws):
        error = next(iter(refused.values()), None)
        problem = error.problem if error else BAD_FILTER
        params = error.params if error else {"offered": list(operators_of(register, name))}
        raise Blocked((Blocker(problem, field=name, label=column.label, value=text, params=params),))
    return Filter(name, operator, tuple(values))


@dataclass(frozen=True)
class Query:
    """What is asked of a list."""

    filters: tuple[Filter, ...] = ()
    search: str = ""
    order: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    binned: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(
        cls,
        register: Register,
        context: Context,
        *,
        filters: Iterable[str] = (),
        search: str = "",
        order: str = "",
        columns: str = "",
        binned: bool = False,
    ) -> "Query":
        """A query from its address form; raises :class:`Blocked`."""
        ordered = tuple(part for part in order.split(",") if part)
        for part in ordered:
            column = register.fields.get(part.lstrip("-"))
            if part.lstrip("-") != "id" and (column is None or column.sealed):
                raise Blocked((Blocker(BAD_ORDER, field="order", value=part),))
        return cls(
            filters=tuple(read_filter(register, context, token) for token in filters if token),
            search=search.strip(),
            order=ordered,
            columns=tuple(name for name in columns.split(",") if name in register.fields),
            binned=binned,
        )

    def adding(self, *filters: Filter) -> "Query":
        """The same query with further conditions."""
        return replace(self, filters=(*self.filters, *filters))

    def address(self, register: Register) -> list[tuple[str, str]]:
        """The query as address parameters, in a stable order."""
        pairs = [("f", condition.token(register)) for condition in self.filters]
        pairs += [("q", self.search)] if self.search else []
        pairs += [("order", ",".join(self.order))] if self.order else []
        pairs += [("columns", ",".join(self.columns))] if self.columns else []
        return pairs + ([("bin", "1")] if self.binned else [])


def choice_of(register: Register, name: str) -> Choice | None:
    """The choice kind of a column, where it has one."""
    kind = register.fields[name].kind
    return kind if isinstance(kind, Choice) else None
