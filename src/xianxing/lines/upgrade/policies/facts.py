"""The facts that policies are judged by: the enterprise file and its returns, and what was declared beside them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from xianxing.kernel import gate
from xianxing.kernel.actions.change import Draft
from xianxing.kernel.blockers import Blocked, Blocker, Problem, Refused
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.lines.upgrade.policies.classes import CLASS, final_classes
from xianxing.rules.engine.bodies import TYPES
from xianxing.rules.library import find_ruleset
from xianxing.rules.measures import Measure
from xianxing.rules.ruleset import RuleSet, Term, Version
from xianxing.rules.sources import find_source

__all__ = ["BACK", "declared", "gather", "readable", "rows_of", "ruleset_of", "told", "undeclared"]

BACK = 5
"""How many years of returns are read: no policy looks further back."""
FACTS = "policy-fact"
NO_SUCH_FACT = Problem(
    "no_such_fact",
    _("No policy asks for “%(value)s”"),
    _("Open the enterprise and take the link beside what is missing"),
)
IS_COLUMN = Problem(
    "fact_is_column", _("“%(value)s” stands in the annual return or the enterprise file"), _("Enter it there")
)


def ruleset_of(code: str) -> RuleSet | None:
    """The rule set of a policy; nothing where there is none of that code."""
    try:
        return find_ruleset(code)
    except Blocked:
        return None


def undeclared(context: Context) -> dict[str, Term]:
    """Every fact that some policy asks for and that is no column, by name."""
    codes = gate.all_rows("policy", context).order_by("id").values_list("ruleset", flat=True)
    sets = [found for code in dict.fromkeys(codes) if (found := ruleset_of(code))]
    terms = find_source("enterprise").terms
    asked = {name: term for one in sets for version in one.versions for name, term in version.inputs.items()}
    return {name: term for name, term in asked.items() if name not in terms}


def readable(rows: Sequence[Mapping[str, Any]], context: Context) -> dict[int, Blocker]:
    """A declared fact is one that a policy asks for, in its type."""
    asked, columns = undeclared(context), find_source("enterprise").terms
    found: dict[int, Blocker] = {}
    for at, row in enumerate(rows):
        if row["verb"] == "edit" and not {"name", "value"} & row["changed"]:
            continue
        name, value = row["name"] or "", row["value"] or ""
        if name not in asked:
            found[at] = Blocker(IS_COLUMN if name in columns else NO_SUCH_FACT, "name", value=name)
            continue
        try:
            asked[name].measure.read(value)
        except Refused as error:
            found[at] = Blocker(error.problem, "value", asked[name].label, value, error.params)
    return found


def told(drafts: Sequence[Draft], context: Context) -> None:
    """What declared facts are called."""
    fresh = [draft for draft in drafts if draft.says_anew(("name",))]
    asked = undeclared(context) if fresh else {}
    with override("zh-hans"):
        for draft in fresh:
            if draft.result["name"] in asked:
                draft.values["label"] = str(asked[draft.result["name"]].label)


def declared(context: Context, terms: Mapping[str, Term], years: Sequence[int], ids: Iterable[int] | None) -> list[Any]:
    """Declared facts as (enterprise, year, name, value as the store would hold it). One query."""
    where: dict[str, Any] = {"name__in": list(terms), "year__in": list(years)}
    if ids is not None:
        where["enterprise__in"] = list(ids)
    rows: Any = gate.rows(find(FACTS), context)
    rows = rows.order_by().filter(**where)
    found = []
    for firm, year, name, text in rows.values_list("enterprise_id", "year", "name", "value"):
        try:
            measure = terms[name].measure
            found.append((firm, year, name, measure.give(measure.read(text))))
        except Refused:  # the rule changed its type since: unknown
            continue
    return found


def gather(context: Context, versions: Iterable[Version], year: int, ids: Sequence[int] | None = None) -> pl.DataFrame:
    """A row per enterprise and year up to ``year``: ``id``, ``key``, ``year``, and every fact the versions ask for.

    Of the class by classification the final result goes before what was declared.
    """
    asked = {name: term for version in versions for name, term in version.inputs.items()}
    years = range(year - BACK + 1, year + 1)
    frame = find_source("enterprise").gather(context, asked, years=years, ids=ids)
    beside = {name: term for name, term in asked.items() if name not in find_source("enterprise").terms}
    cells: dict[str, dict[tuple[int, int], Any]] = {}
    for firm, of, name, value in declared(context, beside, years, ids):
        cells.setdefault(name, {})[firm, of] = value
    if CLASS in beside:
        final = final_classes(context, years, ids)
        cells[CLASS] = cells.get(CLASS, {}) | {place: grade for place, (grade, _round) in final.items()}
    places = list(zip(frame["id"], frame["year"]))
    return frame.with_columns(
        pl.Series(name, [known.get(place) for place in places], dtype=_dtype(beside[name].measure))
        for name, known in sorted(cells.items())
    )


def _dtype(measure: Measure) -> Any:
    return pl.Decimal(38, measure.places) if measure.type == "decimal" else TYPES.get(measure.type, pl.Int64)


def rows_of(frame: pl.DataFrame, version: Version, year: int) -> dict[int, list[dict[str, Any]]]:
    """The facts of each enterprise as the reference path takes them: all years of a panel, the one year otherwise."""
    names = [name for name in version.inputs if name in frame.columns]
    wanted = frame if version.panel else frame.filter(pl.col("year") == year)
    found: dict[int, list[dict[str, Any]]] = {}
    for row in wanted.sort("year").select("id", "key", *names).iter_rows(named=True):
        found.setdefault(row["id"], []).append({name: row[name] for name in (*names, "key")})
    return found
