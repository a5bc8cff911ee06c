"""The four news of an enterprise (四新): a rule proposes with its grounds, a person confirms or refuses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.actions.change import Draft
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.rules import Judgement, find_ruleset
from xianxing.rules.asking import must_ask
from xianxing.rules.engine import judge_table
from xianxing.rules.explanation import explained
from xianxing.rules.sources import find_source
from xianxing.rules.trying import facts_of

__all__ = ["OUTPUTS", "RULES", "Proposed", "grounded", "proposal", "proposals", "stated", "tags"]

RULES, TAGS = "four-news", "enterprise-news"
OUTPUTS: Mapping[str, str] = {"technology": "technology", "industry": "industry_new", "form": "form", "model": "model"}
"""Each of the four by the output of the rule that proposes it."""
NO_GROUNDS = Problem(
    "news_grounds",
    _("The rule does not propose what is decided here"),
    _("Write the grounds: which technology, product or model, after which document"),
)


@dataclass(frozen=True)
class Proposed:
    """What the rule says of all enterprises for a year: by id, each of the four yes, no or not known (``None``)."""

    found: Mapping[int, tuple[bool | None, ...]]
    snapshot: str


def proposals(context: Context, year: int, ids: Sequence[int] | None = None) -> Proposed:
    """All enterprises with a return of the year that the caller sees, by the columnar engine."""
    one = must_ask(find_ruleset(RULES), context.business_date)
    facts = facts_of([one.version], find_source("enterprise"), context, year, ids)
    facts = facts.filter(pl.col("year") == year)
    table = judge_table(one, facts, clauses=False)
    rows = table.frame.select(list(OUTPUTS.values())).iter_rows()
    return Proposed(dict(zip(facts["id"].to_list(), rows)), table.snapshot)


def proposal(context: Context, firm: int, year: int) -> Judgement | None:
    """What the rule says of one enterprise, with reasons; nothing without a return of the year."""
    one = must_ask(find_ruleset(RULES), context.business_date)
    try:
        return explained(one, find_source("enterprise"), context, firm, year, context.business_date)
    except Blocked:
        return None


def tags(context: Context, year: int, ids: Sequence[int] | None = None) -> dict[tuple[int, str], Any]:
    """What persons decided, as far as the caller sees it: enterprise and which of the four, to id and decision."""
    rows: Any = gate.rows(find(TAGS), context)
    rows = rows.order_by("pk").filter(year=year, **({} if ids is None else {"enterprise__in": ids}))
    found = rows.values("pk", "enterprise_id", "kind", "confirmed", "grounds", "invented")
    return {(row["enterprise_id"], row["kind"]): row for row in found}


def stated(drafts: Sequence[Draft], context: Context) -> None:
    """What the rule says, of which version and from which facts, is kept with the decision."""
    fresh = [d for d in drafts if d.says_anew(("enterprise", "year", "kind"))]
    version = must_ask(find_ruleset(RULES), context.business_date).version.code
    for draft, (yes, snapshot) in zip(fresh, _said([d.result for d in fresh], context)):
        told = {"proposed": yes, "rules": f"{RULES} {version} {snapshot}", "decided_on": context.business_date}
        draft.values |= told


def grounded(rows: Sequence[Mapping[str, Any]], context: Context) -> dict[int, Blocker]:
    """Whoever decides otherwise than the rule proposes, or where it cannot say, gives grounds."""
    bare = {at: row for at, row in enumerate(rows) if not row["grounds"] and row["verb"] in {"create", "edit"}}
    said = zip(bare.items(), _said(list(bare.values()), context))
    return {at: Blocker(NO_GROUNDS, "grounds") for (at, row), (yes, _hash) in said if yes != row["confirmed"]}


def _said(rows: Sequence[Mapping[str, Any]], context: Context) -> list[tuple[bool | None, str]]:
    """What the rule says of each row, and its hash: one judgement for each year."""
    by_year = {
        year: proposals(context.as_system(), year, [row["enterprise"] for row in rows if row["year"] == year])
        for year in {row["year"] for row in rows}
    }
    found = []
    for row in rows:
        said = by_year[row["year"]]
        four = dict(zip(OUTPUTS, said.found.get(row["enterprise"], ())))
        found.append((four.get(row["kind"]), said.snapshot))
    return found
