"""Trying a rule set on the records of a source: how its results fall, and who changes against the rule in force."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import polars as pl

from xianxing.kernel.blockers import Label
from xianxing.kernel.context import Context
from xianxing.rules.asking import Asked, must_ask
from xianxing.rules.engine.judging import Table, judge_table
from xianxing.rules.load import load_text
from xianxing.rules.measures import Measure
from xianxing.rules.reforming import Reform, reform, told
from xianxing.rules.ruleset import Version
from xianxing.rules.sorts import of_measure
from xianxing.rules.sources import ID, KEY, YEAR, Source

__all__ = ["Spread", "Trial", "draft_of", "facts_of", "judges", "plain", "strange_inputs", "trial"]


@dataclass(frozen=True)
class Spread:
    """How one result falls: how often each value (held), or of a number its least, middle, greatest and sum."""

    code: str
    label: Label
    measure: Measure
    known: int
    unknown: int
    counts: tuple[tuple[Any, int], ...] = ()
    least: int | None = None
    middle: int | None = None
    most: int | None = None
    total: int | None = None


@dataclass(frozen=True)
class Trial:
    """A rule set judged on a year's records; ``rows`` has ``id``, ``key`` and a column per result (held values)."""

    one: Asked
    year: int
    table: Table
    rows: pl.DataFrame = field(repr=False)
    spreads: tuple[Spread, ...] = ()
    strange: tuple[Label, ...] = ()
    against: Asked | None = None
    reform: Reform | None = None


def draft_of(text: str, on: date) -> Asked:
    """A text as it would judge: on its first day where that is still to come. Raises :class:`Blocked`."""
    ruleset = load_text(text)
    version = ruleset.latest()
    return must_ask(ruleset, max(on, version.starts_on), version=version.code)


def strange_inputs(version: Version, source: Source) -> tuple[Label, ...]:
    """The inputs that the source does not have, or has in another type."""
    return tuple(term.label for code, term in version.inputs.items() if not _fits(code, term.measure, source))


def _fits(code: str, measure: Measure, source: Source) -> bool:
    if code == YEAR and source.yearly:
        return measure.type == "int"
    # The head of the credit code goes before a column of the same name.
    found = source.terms.get(code) if code != KEY else None
    if found is None or of_measure(found[1]) != of_measure(measure):
        return False
    whole = measure.type in {"money", "area", "percent"} or found[1].type in {"money", "area", "percent"}
    return found[1].type == measure.type if whole else found[1].scale <= measure.scale


def judges(version: Version, source: Source) -> bool:
    """Whether every input of a version is a fact of the source."""
    return bool(version.inputs) and not strange_inputs(version, source)


def facts_of(
    versions: Iterable[Version], source: Source, context: Context, year: int, ids: Iterable[int] | None = None
) -> pl.DataFrame:
    """The facts that versions ask for: of a year, or of all years where one of them looks at other years."""
    asked = list(versions)
    names = [code for version in asked for code in version.inputs if _fits(code, version.inputs[code].measure, source)]
    years = () if any(version.panel for version in asked) else (year,)
    return source.gather(context, names, years=years if source.yearly else (), ids=ids)


def trial(one: Asked, source: Source, context: Context, year: int, against: Asked | None = None) -> Trial:
    """Judge what the caller may see by a draft; ``against`` also by the rule in force."""
    facts = facts_of([one.version], source, context, year)
    table = judge_table(one, facts, clauses=False)
    heads = [name for name in (ID, YEAR) if name in facts.columns]
    rows = pl.concat([facts.select(pl.col(name).alias(f"#{name}") for name in heads), table.frame], how="horizontal")
    if f"#{YEAR}" in rows.columns:
        rows = rows.filter(pl.col(f"#{YEAR}") == year)
    spreads = tuple(
        _spread(rows[code], code, one.version.labels[code], measure) for code, measure in table.measures.items()
    )
    changed = None
    if against and len(facts) and not one.version.panel and not against.version.panel:
        changed = reform(one, against, facts_of([one.version, against.version], source, context, year).lazy())
    return Trial(one, year, table, rows, spreads, strange_inputs(one.version, source), against, changed)


def _spread(series: pl.Series, code: str, label: Label, measure: Measure) -> Spread:
    known = series.drop_nulls()
    bare = Spread(code, label, measure, len(known), len(series) - len(known))
    if not measure.number or measure.type == "int":
        counted = known.value_counts(sort=True, name="n") if len(known) else None
        if counted is not None and (not measure.number or len(counted) <= 12):
            return replace(bare, counts=_ordered(counted.rows(), measure))
    if not measure.number or not len(known):
        return bare
    ordered = known.sort()
    return replace(
        bare,
        least=int(ordered[0]),
        middle=int(ordered[(len(ordered) - 1) // 2]),
        most=int(ordered[-1]),
        total=int(ordered.cast(pl.Int128).sum()),
    )


def _ordered(counted: list[tuple[Any, ...]], measure: Measure) -> tuple[tuple[Any, int], ...]:
    """Of a closed list all its values in its order, also those that nobody has; of numbers by size."""
    counts = {value: int(n) for value, n in counted}
    if measure.values:
        return tuple((code, counts.get(code, 0)) for code, _label in measure.values)
    return tuple(sorted(counts.items())) if measure.number else tuple(counts.items())


def plain(found: Trial) -> dict[str, Any]:
    """A trial for programs: amounts as text in their units, counts as numbers."""
    one = found.one
    return {
        "ruleset": one.ruleset.code,
        "version": one.version.code,
        "year": found.year,
        "rows": len(found.rows),
        "strange": [str(label) for label in found.strange],
        "results": [_plain(spread) for spread in found.spreads],
        "against": f"{found.against.ruleset.code} {found.against.version.code}" if found.against else None,
        "changes": [
            dict(zip(("result", "what", "value"), line))
            for change in (found.reform.changes if found.reform else ())
            for line in told(change)
        ],
        "snapshot": found.table.snapshot,
    }


def _plain(spread: Spread) -> dict[str, Any]:
    def say(held: int | None) -> Any:
        return None if held is None else spread.measure.plain(held)

    return {
        "code": spread.code,
        "label": str(spread.label),
        "unit": str(spread.measure.shown_unit),
        "known": spread.known,
        "unknown": spread.unknown,
        "counts": [{"value": spread.measure.plain(held), "rows": rows} for held, rows in spread.counts],
        "least": say(spread.least),
        "middle": say(spread.middle),
        "most": say(spread.most),
        "sum": say(spread.total),
    }
