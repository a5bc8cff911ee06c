"""Where the facts of rules lie: a register of records, and perhaps one of what each reported for a year.

A rule names its inputs as the columns are named, so that nothing stands between a record and its judgement. The facts
of all records come as one table of columns, in one query per register, under the rights of whoever asks.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import polars as pl

from xianxing.kernel import gate
from xianxing.kernel.blockers import Label
from xianxing.kernel.context import Context
from xianxing.kernel.kinds import Area, Choice, Money, Percent, Ratio
from xianxing.kernel.register import Column, Register, find
from xianxing.rules.engine.bodies import TYPES
from xianxing.rules.measures import Measure

__all__ = ["KEY", "SOURCES", "Also", "Source", "beside", "find_source", "first_source", "measure_of", "offer"]

KEY, YEAR, ID = "key", "year", "id"
RATIO = 2  # digits behind the point of a plain ratio in the store
PLAIN = {"day": Measure("date"), "yes_no": Measure("bool"), "whole": Measure("int"), "text": Measure("text")}
SOURCES: dict[str, "Source"] = {}
BESIDE: dict[str, list[str]] = {}


@dataclass(frozen=True)
class Also:
    """A fact that is no column: its type, and how it is worked out for all rows at once.

    ``add`` takes the table (``id``, ``key``, ``year`` and the columns it ``needs``) and gives it with the fact.
    """

    code: str
    label: Label
    measure: Measure
    add: Callable[[pl.DataFrame, Context], pl.DataFrame]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """The facts of a register's records; with ``yearly``, a register of their returns by ``year``, a row per year.

    ``called`` is the path to what a record is called by, where that is not its own key (``"enterprise__code"``).
    """

    code: str
    label: Label
    register: str
    yearly: str = ""
    parent: str = ""
    also: tuple[Also, ...] = ()
    called: str = ""

    @cached_property
    def terms(self) -> Mapping[str, tuple[Label, Measure]]:
        """Every fact there is, with its label and type."""
        found = {
            column.name: (column.label, measure)
            for register in self._registers
            for column in register.fields.values()
            if _is_fact(column) and (measure := measure_of(column)) is not None
        }
        return found | {one.code: (one.label, one.measure) for one in self.also}

    @property
    def _registers(self) -> tuple[Register, ...]:
        return tuple(find(code) for code in (self.register, self.yearly, *BESIDE.get(self.code, ())) if code)

    def gather(
        self,
        context: Context,
        names: Iterable[str],
        *,
        years: Sequence[int] = (),
        ids: Iterable[int] | None = None,
        **conditions: Any,
    ) -> pl.DataFrame:
        """A row per record, or per record and year: ``id``, ``key``, ``year`` and the facts named that there are.

        Values are as the store holds them. What the caller may not see is not there, so it is unknown to the rule.
        Records without a return of a year have no row of it. ``conditions`` narrow the records.
        """
        wanted = [name for name in dict.fromkeys(names) if name in self.terms]
        also = [one for one in self.also if one.code in wanted]
        read = [*wanted, *(name for one in also for name in one.needs)]
        chosen = None if ids is None else list(ids)
        register = find(self.register)
        where = conditions if chosen is None else {**conditions, "pk__in": chosen}
        base = _read(register, context, read, where, {ID: "pk", KEY: self.called or register.path_of(register.key)})
        if self.yearly:
            base = self._yearly(context, read, years, chosen).join(base, on=ID, how="inner")
            for code in BESIDE.get(self.code, ()):
                more = [name for name in read if name in find(code).fields and name not in base.columns]
                if more:
                    told = self._rows(find(code), context, more, years, chosen)
                    base = base.join(told, on=[ID, YEAR], how="left")
        for one in also:
            base = one.add(base, context)
        kept = [ID, KEY, *([YEAR] if self.yearly else []), *(name for name in wanted if name != YEAR)]
        return base.select(name for name in kept if name in base.columns)

    def _yearly(
        self, context: Context, wanted: Sequence[str], years: Sequence[int], ids: Sequence[int] | None
    ) -> pl.DataFrame:
        return self._rows(find(self.yearly), context, wanted, years, ids)

    def _rows(
        self,
        register: Register,
        context: Context,
        wanted: Sequence[str],
        years: Sequence[int],
        ids: Sequence[int] | None,
    ) -> pl.DataFrame:
        """The yearly rows of a register under these records."""
        where: dict[str, Any] = {f"{YEAR}__in": list(years)} if years else {}
        if ids is not None:
            where[f"{self.parent}__in"] = ids
        return _read(register, context, [YEAR, *wanted], where, {ID: f"{self.parent}_id"})


def _read(
    register: Register, context: Context, names: Sequence[str], where: Mapping[str, Any], heads: Mapping[str, str]
) -> pl.DataFrame:
    """The columns of a register that the caller may see as one table, behind its ``heads`` (name to path)."""
    columns = [column for column in gate.visible(register, context) if column.name in names and _is_fact(column)]
    schema = {head: pl.String if head == KEY else pl.Int64 for head in heads}
    schema |= {column.name: _type(column) for column in columns}
    rows: Any = gate.rows(register, context).order_by().filter(**where)
    found = rows.values_list(*heads.values(), *(column.path for column in columns))
    frame = pl.DataFrame(list(found.iterator(chunk_size=20_000)), schema=schema, orient="row")
    # Nothing chosen and nothing written is unknown, not a text.
    texts = [column.name for column in columns if _type(column) == pl.String]
    frame = frame.with_columns(pl.when(pl.col(name) != "").then(pl.col(name)) for name in texts)
    return frame.with_columns(_decimal(column.name) for column in columns if column.kind.code == "ratio")


def _decimal(name: str) -> pl.Expr:
    kind = pl.Decimal(38, RATIO)
    return (pl.col(name).cast(kind) * pl.lit(Decimal(1).scaleb(-RATIO))).cast(kind)


def offer(source: Source) -> Source:
    """Make a source known."""
    return SOURCES.setdefault(source.code, source)


def beside(code: str, register: str) -> None:
    """Add a slice's register of yearly rows under the same records (one per record and year) to a source."""
    BESIDE.setdefault(code, []).append(register)


def first_source() -> str:
    """The code of the source that is meant where none is named: the enterprises, where there are any."""
    return "enterprise" if "enterprise" in SOURCES else next(iter(SOURCES), "")


def find_source(code: str) -> Source:
    """A source by code; raises ``KeyError``."""
    return SOURCES[code]


def measure_of(column: Column) -> Measure | None:
    """The type of a column as rules know it; nothing for what rules do not judge, such as a reference."""
    kind = column.kind
    match kind:
        case Money() | Area() | Percent():
            return Measure(kind.code, unit=kind.shown)
        case Ratio():
            return Measure("decimal", places=RATIO)
        case Choice() if kind.code == "choice":
            return Measure("text", values=tuple(kind.options))
    return PLAIN.get(kind.code)


def _is_fact(column: Column) -> bool:
    return not column.personal and measure_of(column) is not None


def _type(column: Column) -> Any:
    measure = measure_of(column)
    return TYPES.get(measure.type, pl.Int64) if measure else pl.Null
