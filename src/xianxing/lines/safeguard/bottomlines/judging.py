"""Judging observations: what is entered, imported or counted gets its value, its colour and its threshold at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.actions.change import Draft
from xianxing.kernel.bilingual import both
from xianxing.kernel.blockers import Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.flow.flow import Facts, Values
from xianxing.kernel.kinds import Measured
from xianxing.lines.safeguard.bottomlines.inputs import TYPED, Unreadable, facts_of, inputs_of, known
from xianxing.lines.safeguard.bottomlines.models import LEVELS
from xianxing.lines.safeguard.bottomlines.warnings import Breach, Key, warn
from xianxing.rules import Clause, Judgement, judge_all
from xianxing.rules.measures import Measure

__all__ = ["ONCE", "Verdict", "colours", "indicators", "observed", "readable", "reckon", "sound", "verdicts"]

ASKED = frozenset(("indicator", "place", "observed_on", "value", "inputs"))
SHADES = frozenset(code for code, _label in LEVELS)
HUNDREDTH = Decimal("0.01")

NO_RULE = Problem(
    "no_ruleset", _("There is no rule set “%(value)s”"), _("Choose one of the rule sets, or leave it empty")
)
NO_SCHEME = Problem("no_scheme", _("A rule set needs a colour scheme"), _("Name the scheme whose colours it gives"))
NO_HOLDER = Problem(
    "no_holder", _("Nobody holds the indicator %(code)s yet"), _("Give it a responsible unit and post first")
)
NO_SUCH_INPUT = Problem("no_such_input", _("“%(value)s” cannot be read"), _("Write one per line, out of: %(inputs)s"))
ONCE = Problem("observed_twice", _("The indicator has a value for this place and day"), _("Change that one"))


def sound(values: Values, facts: Facts, context: Context) -> Iterator[Blocker]:
    """An indicator names a rule set that exists, together with the scheme of its colours."""
    del facts, context
    if values.get("ruleset") and not known(values["ruleset"]):
        yield Blocker(NO_RULE, field="ruleset", value=values["ruleset"])
    if values.get("ruleset") and not values.get("scheme"):
        yield Blocker(NO_SCHEME, field="scheme")


def indicators(context: Context, ids: Sequence[int] | None = None) -> dict[int, Mapping[str, Any]]:
    """Indicators as the system sees them, by id. One query."""
    rows = gate.all_rows("bottom-indicator", context).order_by("line", "code")
    names = ("id", "code", "line", *both("name"), *both("measure"), "comes", "source", "ruleset", "scheme", "period",
             "unit_id", "owner_id", "own")  # fmt: skip
    return {row["id"]: row for row in (rows if ids is None else rows.filter(pk__in=sorted(set(ids)))).values(*names)}


def colours(context: Context) -> dict[tuple[str, str], Mapping[str, Any]]:
    """All colours by scheme and level. One query."""
    names = ("scheme", "level", *both("name"), *both("meaning"), "rank", "light", "warns")
    return {(row["scheme"], row["level"]): row for row in gate.all_rows("bottom-colour", context).values(*names)}


def readable(rows: Sequence[Mapping[str, Any]], context: Context) -> dict[int, Blocker]:
    """An observation belongs to an indicator somebody holds, and can be read by its rule set."""
    about = indicators(context, [row["indicator"] for row in rows if row["indicator"]])
    found: dict[int, Blocker] = {}
    for at, row in enumerate(rows):
        indicator = about[row["indicator"]]
        if indicator["owner_id"] is None or indicator["unit_id"] is None:
            found[at] = Blocker(NO_HOLDER, field="indicator", params={"code": indicator["code"]})
        else:
            try:
                facts_of(indicator["ruleset"], row["inputs"], row["observed_on"], row["value"])
            except Unreadable as error:
                params = {"inputs": [f"{name}（{label}）" for name, label in inputs_of(indicator["ruleset"]).items()]}
                found[at] = Blocker(NO_SUCH_INPUT, field="inputs", value=str(error), params=params)
    return found


@dataclass(frozen=True)
class Verdict:
    """What a judgement says of one observation: colour, value and threshold in hundredths, what is missing."""

    level: str
    value: int | None
    threshold: int | None = None
    missing: str = ""
    rule: str = ""


def verdicts(rows: Sequence[Values], about: Mapping[int, Mapping[str, Any]]) -> list[Verdict]:
    """Judge observations, those of one rule set and day in one batch."""
    found: dict[int, Verdict] = {}
    batches: dict[tuple[str, date], list[int]] = {}
    for at, row in enumerate(rows):
        code = about[row["indicator"]]["ruleset"]
        if code:
            batches.setdefault((code, row["observed_on"]), []).append(at)
        else:
            found[at] = (
                Verdict("", row["value"]) if row["value"] is not None else Verdict("unknown", None, missing="value")
            )
    for (code, on), places in batches.items():
        facts = [facts_of(code, rows[at]["inputs"], on, rows[at]["value"]) for at in places]
        for at, given, judgement in zip(places, facts, judge_all(code, facts, on), strict=True):
            computed = about[rows[at]["indicator"]]["comes"] == "computed"
            found[at] = _verdict(judgement, given, rows[at]["value"], "records" if computed else "input")
    return [found[at] for at in range(len(rows))]


def _verdict(judgement: Judgement, facts: Mapping[str, Any], typed: int | None, lacking: str) -> Verdict:
    rule = f"{judgement.ruleset} {judgement.version}".strip()
    measure = next((used.measure for used in (*judgement.outputs, *judgement.facts) if used.code == TYPED), None)
    computed = judgement.known(TYPED) if TYPED in judgement.values else None
    value = typed if computed is None or measure is None else hundredths(measure, computed)
    level = judgement.known("level")
    if level is None:
        missing = "version" if not judgement.version else lacking if None in facts.values() else "zero"
        return Verdict(
            "unknown", None if computed is None and TYPED in judgement.values else value, None, missing, rule
        )
    against = decisive(judgement, level)
    found = against.threshold if against else None
    return Verdict(level, value, None if found is None or measure is None else hundredths(measure, found), "", rule)


def hundredths(measure: Measure, given: Any) -> int:
    """A value that a rule set gives, in the unit it is shown in, as the store holds it: hundredths, rounded half up."""
    held = cast("int", measure.take(given))
    amount = measure.kind.amount(held) if isinstance(measure.kind, Measured) else Decimal(held)
    return int((amount / HUNDREDTH).quantize(Decimal(1), ROUND_HALF_UP))


def decisive(judgement: Judgement, level: str) -> Clause | None:
    """The clause that was decisive: that of the colour, else the mildest of those that do not hold.

    Rule sets of the bottom lines name the clause of a colour after the colour.
    """
    shaded = [c for c in judgement.clauses if c.code in SHADES and c.threshold is not None]
    found = [c for c in shaded if c.code == level and c.holds] or [c for c in shaded if not c.holds]
    return found[-1] if found else None


def reckon(drafts: Sequence[Draft], context: Context) -> None:
    """Judge what was entered: value, colour, threshold and what is missing are written with it."""
    fresh = [draft for draft in drafts if draft.says_anew(ASKED)]
    about = indicators(context, [d.result["indicator"] for d in fresh]) if fresh else {}
    for draft, found in zip(fresh, verdicts([d.result for d in fresh], about), strict=True):
        draft.values |= asdict(found)


def observed(drafts: Sequence[Draft], context: Context) -> None:
    """Open or worsen warnings where a judgement breaches, in the transaction of the observation."""
    fresh = [draft for draft in drafts if draft.says_anew(ASKED)]
    if not fresh:
        return
    about = indicators(context, [d.result["indicator"] for d in fresh])
    shades, latest = colours(context), _latest(context, about)
    breaches = []
    for row in ({**d.result, "id": d.id} for d in fresh):
        indicator = about[row["indicator"]]
        shade = shades.get((indicator["scheme"], row["level"]))
        overtaken = not row["reference"] and row["observed_on"] < latest[row["indicator"], row["place"]]
        if shade and shade["warns"] and not overtaken:
            breaches.append(_breach(row, indicator, shade))
    warn(breaches, {key: shade["rank"] for key, shade in shades.items()}, context)


def _latest(context: Context, ids: Mapping[int, Any]) -> dict[Key, date]:
    """The newest day observed per indicator and place: a past value that newer ones have overtaken opens nothing."""
    rows = gate.all_rows("bottom-observation", context, indicator__in=sorted(ids))
    newest = rows.values_list("indicator_id", "place_id").annotate(Max("observed_on"))
    return {(indicator, place): day for indicator, place, day in newest}


def _breach(row: Values, indicator: Mapping[str, Any], shade: Mapping[str, Any]) -> Breach:
    return Breach(
        observation=row["id"],
        indicator=indicator,
        place=row["place"],
        on=row["observed_on"],
        value=row["value"],
        level=row["level"],
        rank=shade["rank"],
        word=shade["name"],
        name=f"{indicator['name']}：{shade['name']}",
        name_en=f"{indicator['name_en'] or indicator['name']}: {shade['name_en'] or shade['name']}",
    )
