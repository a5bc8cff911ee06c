"""Tables of facts from Parquet, workbooks and CSV, and tables of results into the same.

Parquet holds values as the store does (whole fen, 1/100 ㎡, decimals, days). Texts, wherever they stand, are read in
the unit of their input; results go into sheets in their unit.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import At, Blocked, Blocker, Problem, Refused
from xianxing.kernel.kinds import is_empty
from xianxing.kernel.sheet.reading import read
from xianxing.rules.engine.bodies import TYPES
from xianxing.rules.engine.judging import Table
from xianxing.rules.measures import Measure
from xianxing.rules.ruleset import Term, Version
from xianxing.rules.sheets import NO_HEADS, NO_KEY, by_head

__all__ = [
    "KEY", "Matched", "frame_of", "is_parquet", "matched", "overlaid", "read_table", "shown", "write_rows",
    "write_table",
]  # fmt: skip

KEY = "key"
ENOUGH = 200
NUMBER = re.compile(r"[+-]?[0-9.]+")
NO_FORM = Problem(
    "rule_no_form", _("“%(value)s” is no form of a table that can be written"), _("Name a file .parquet, .csv or .xlsx")
)


def read_table(path: Path, versions: Iterable[Version], key: str = "") -> pl.LazyFrame:
    """The facts in a file: ``key``, and a column per input that has a head there, as the engine takes them.

    ``key`` is the head that names the record; if not given, the first column. Raises :class:`Blocked` with every cell
    that cannot be read.
    """
    frame = pl.scan_parquet(path) if is_parquet(path) else _sheet(path).lazy()
    schema = frame.collect_schema()
    found = matched(schema.names(), versions, key)
    columns = {KEY: pl.col(found.key).cast(pl.String), **{code: pl.col(head) for code, head in found.heads.items()}}
    strings = [code for code, head in found.heads.items() if schema[head] == pl.String]
    texts = [code for code in strings if not _is_text(found.terms[code])]
    taken = frame.select(**columns)
    return _parsed(taken.collect(), found.terms, texts).lazy() if texts else taken


def is_parquet(path: Path) -> bool:
    """Whether a path names Parquet: a file, or a folder of such files."""
    return path.is_dir() or path.suffix.lower() == ".parquet"


@dataclass(frozen=True)
class Matched:
    """Which heads of a table are read: that of the key, and by the code of each input."""

    key: str
    heads: Mapping[str, str]
    terms: Mapping[str, Term]


def matched(heads: Sequence[str], versions: Iterable[Version], key: str = "") -> Matched:
    """The heads that rule sets read. Raises :class:`Blocked` where the key, or every input, is missing."""
    known: dict[str, tuple[str, Term]] = {}
    for version in versions:
        known |= {head: (code, version.inputs[code]) for head, code in by_head(version).items()}
    if key and key not in heads:
        raise Blocked((Blocker(NO_KEY, "key", value=key, params={"choices": list(heads)}),))
    taken = {known[head][0]: head for head in heads if head in known}
    if not taken:
        raise Blocked((Blocker(NO_HEADS, "data", params={"choices": [code for code, _term in known.values()]}),))
    return Matched(key or heads[0], taken, {code: known[head][1] for code, head in taken.items()})


def _is_text(term: Term) -> bool:
    return term.measure.type == "text" and not term.measure.values


def _sheet(path: Path) -> pl.DataFrame:
    rows = read(path).parts[0].rows
    heads = [(head or "").strip() or f"#{at}" for at, head in enumerate(rows[0])] if rows else []
    lines = [row for row in rows[1:] if any(row)]
    return pl.DataFrame(
        {head: [row[at] for row in lines] for at, head in enumerate(heads)}, dict.fromkeys(heads, pl.String)
    )


def _parsed(frame: pl.DataFrame, terms: Mapping[str, Term], texts: Iterable[str]) -> pl.DataFrame:
    """Texts read in the unit of their input; each different text is read once."""
    faults: list[Blocker] = []
    columns = [_column(frame[code], terms[code], faults) for code in texts]
    if faults:
        raise Blocked(tuple(faults))
    return frame.with_columns(columns)


def _column(texts: pl.Series, term: Term, faults: list[Blocker]) -> pl.Series:
    measure, held = term.measure, {}
    for text in texts.unique().to_list():
        if is_empty(text):
            continue
        try:
            held[text] = measure.give(measure.read(text))
        except Refused as error:
            row = texts.index_of(text) or 0
            if len(faults) < ENOUGH:
                at = At("", row + 2, str(term.label))
                faults.append(Blocker(error.problem, term.code, term.label, str(text), error.params, row, at))
    return _mapped(texts, held, _kind(measure))


def _mapped(series: pl.Series, known: Mapping[Any, Any], kind: Any) -> pl.Series:
    """Each value by what stands for it; nothing for what is not known."""
    if not known:
        return pl.Series(series.name, [None] * len(series), dtype=kind)
    old = pl.Series(list(known), dtype=series.dtype)
    return series.replace_strict(old, pl.Series(list(known.values()), dtype=kind), default=None, return_dtype=kind)


def frame_of(version: Version, rows: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> pl.DataFrame:
    """Facts as :func:`judge` takes them, as a table."""
    columns = [
        pl.Series(code, [row.get(code) for row in rows], dtype=_kind(term.measure))
        for code, term in version.inputs.items()
    ]
    return pl.DataFrame([pl.Series(KEY, keys, dtype=pl.String), *columns])


def overlaid(frame: pl.LazyFrame, version: Version, key: str, facts: Mapping[str, Any]) -> pl.LazyFrame:
    """The table with other facts for one key: what if it were so."""
    given = {code: value for code, value in facts.items() if value is not None}
    there = frame.collect_schema().names()
    ours = pl.col(KEY) == key
    return frame.with_columns(
        pl.when(ours)
        .then(pl.lit(value, dtype=_kind(version.inputs[code].measure)))
        .otherwise(pl.col(code) if code in there else None)
        .alias(code)
        for code, value in given.items()
    )


def _kind(measure: Measure) -> Any:
    return pl.Decimal(38, measure.places) if measure.type == "decimal" else TYPES.get(measure.type, pl.Int64)


def write_table(table: Table, path: Path) -> None:
    """Results to a file, with version and snapshot."""
    write_rows(table.frame, table.measures, path, {"version": _named(table), "snapshot": table.snapshot})


def write_rows(
    rows: pl.DataFrame, measures: Mapping[str, Measure], path: Path, told: Mapping[str, str] | None = None
) -> None:
    """Held values to a file: Parquet as the store holds them, .csv and .xlsx in their units.

    What is ``told`` of them all stands in the metadata of Parquet, in columns of a sheet.
    """
    form = path.suffix.lower()
    if form not in {".parquet", ".csv", ".xlsx"}:
        raise Blocked((Blocker(NO_FORM, "out", value=path.name),))
    if form == ".parquet":
        _stored(rows, measures).write_parquet(path, metadata=dict(told or {}))
        return
    frame = shown(rows, measures).with_columns(pl.lit(words).alias(name) for name, words in (told or {}).items())
    if form == ".csv":
        safe = [_safe(column) if column.dtype == pl.String else column for column in frame]
        path.write_bytes(b"\xef\xbb\xbf" + pl.DataFrame(safe).write_csv().encode())
    else:
        frame.write_excel(path, autofit=False)


def _stored(rows: pl.DataFrame, measures: Mapping[str, Measure]) -> pl.DataFrame:
    decimals = {name: measure.places for name, measure in measures.items() if measure.type == "decimal"}
    return rows.with_columns(
        pl.col(name).cast(pl.Decimal(38, places)) * pl.lit(Decimal(1).scaleb(-places))
        for name, places in decimals.items()
    )


def _named(table: Table) -> str:
    return ", ".join(f"{one.ruleset.code} {one.version.code}" for one in table.asked)


def _safe(series: pl.Series) -> pl.Series:
    """Cells that no spreadsheet takes for a formula; reading takes the mark off again."""
    risky = series.str.contains(r"^[=+\-@']") & ~series.str.contains(rf"^(?:{NUMBER.pattern})$")
    return pl.select(pl.when(risky).then("'" + series).otherwise(series)).to_series().alias(series.name)


def shown(rows: pl.DataFrame, measures: Mapping[str, Measure]) -> pl.DataFrame:
    """Results as text in their units; what is unknown is empty."""
    return rows.select(pl.col(KEY).cast(pl.String), *(_shown(rows[name], one) for name, one in measures.items()))


def _shown(series: pl.Series, measure: Measure) -> pl.Series:
    say: Callable[[Any], str] = _yes_or_no if measure.type == "bool" else lambda held: str(measure.plain(held))
    known = {held: say(held) for held in series.unique().to_list() if held is not None}
    return _mapped(series, known, pl.String)


def _yes_or_no(held: bool) -> str:
    return "yes" if held else "no"
