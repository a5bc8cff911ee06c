"""Facts in columns: as the store holds them (fen, 1/100 ㎡, days), whatever whole or decimal type they come in."""

from typing import Any

import polars as pl
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.rules.engine.bodies import TYPES
from xianxing.rules.faults import BAD_VALUE
from xianxing.rules.measures import BIGGEST, Measure
from xianxing.rules.ruleset import Term

__all__ = ["FLOATING", "check_facts", "column_name", "expected", "fact"]

FLOATING = Problem(
    "rule_floating",
    _("“%(label)s” is a column of floating numbers (%(value)s), which do not hold amounts exactly"),
    _("Give whole numbers (fen, 1/100 ㎡) or decimals"),
)
NARROW = (pl.Int8, pl.Int16, pl.Int32, pl.Int64)
NUMBERS = (*NARROW, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64, pl.Int128)


def column_name(term: Term) -> str:
    """The column of an input in a program: rule sets share it that read the same head in the same type and scale."""
    return f"{term.code}:{term.measure.type}{term.measure.scale}"


def fact(term: Term, dtype: pl.DataType | None) -> tuple[pl.Expr, Any]:
    """The held values of an input in a frame, and their type; a column that is not there is unknown throughout.

    Raises :class:`Blocked` for a column of another type.
    """
    measure, column = term.measure, pl.col(term.code)
    wanted = TYPES.get(measure.type, pl.Int64)
    if dtype is None or dtype == pl.Null:
        return pl.lit(None, dtype=wanted), wanted
    if measure.number:
        return _number(term, column, dtype)
    if wanted == pl.String and dtype in (pl.String, pl.Categorical, pl.Enum):
        text = column.cast(pl.String)
        return pl.when(text != "").then(text), wanted
    if dtype == wanted:
        return column, wanted
    raise Blocked((Blocker(BAD_VALUE, term.code, term.label, str(dtype), {"expected": measure.name}),))


def _number(term: Term, column: pl.Expr, dtype: pl.DataType) -> tuple[pl.Expr, Any]:
    places = term.measure.places
    if dtype in NARROW and not places:
        return column, dtype
    if dtype in NUMBERS:
        held = column.cast(pl.Int128) * pl.lit(10**places, dtype=pl.Int128)
        return held.cast(pl.Int64), pl.Int64
    if isinstance(dtype, pl.Decimal):
        held, finer = column.to_physical(), dtype.scale - places
        held = held // 10**finer if finer > 0 else held * pl.lit(10**-finer, dtype=pl.Int128)
        return held.cast(pl.Int64), pl.Int64
    problem = FLOATING if dtype.is_float() else BAD_VALUE
    raise Blocked((Blocker(problem, term.code, term.label, str(dtype), {"expected": term.measure.name}),))


def check_facts(frame: pl.LazyFrame, terms: dict[str, Term], schema: pl.Schema) -> None:
    """Raises :class:`Blocked` for facts that the reference refuses, too: too fine, too large, not on a closed list."""
    doubts = {name: _doubt(term, schema[term.code]) for name, term in terms.items() if term.code in schema}
    asked = {name: doubt for name, doubt in doubts.items() if doubt is not None}
    if not asked:
        return
    found = frame.select(
        pl.col(terms[name].code).filter(doubt).first().cast(pl.String).alias(name) for name, doubt in asked.items()
    ).collect()
    faults = [
        Blocker(BAD_VALUE, terms[name].code, terms[name].label, str(value), {"expected": expected(terms[name].measure)})
        for name, (value, *_more) in found.to_dict(as_series=False).items()
        if value is not None
    ]
    if faults:
        raise Blocked(tuple(faults))


def expected(measure: Measure) -> Any:
    """What a refusal says that a value should have been."""
    return ", ".join(code for code, _label in measure.values) or measure.name


def _doubt(term: Term, dtype: pl.DataType) -> pl.Expr | None:
    """What of a column is refused; nothing where its type leaves no doubt."""
    column, places = pl.col(term.code), term.measure.places
    if term.measure.values:
        return ~column.cast(pl.String).is_in([code for code, _label in term.measure.values])
    if isinstance(dtype, pl.Decimal):
        held, finer = column.to_physical(), dtype.scale - places
        most = pl.lit(BIGGEST * 10**finer if finer > 0 else BIGGEST // 10**-finer, dtype=pl.Int128)
        finer_than_declared: pl.Expr = held % 10 ** max(finer, 0) != 0
        return (held.abs() > most) | finer_than_declared
    if dtype in NUMBERS and (places or dtype not in NARROW):
        most = pl.lit(BIGGEST // 10**places, dtype=pl.Int128)
        return column.cast(pl.Int128).abs() > most
    return None
