"""What must hold of a case before it enters a stage: pure functions of the record and the parameters in force.

A parameter that is not laid down for the day sets no gate. Thresholds that no rule prescribes for this zone are its
own: ``parameters.csv`` says which, and where comparable ones come from.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.actions.judge import IN_FUTURE
from xianxing.kernel.blockers import Blocker, Label, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.flow.flow import Facts, Guard, Values
from xianxing.kernel.kinds import Area, Day, Measured, Money, Percent
from xianxing.kernel.parameters.lookup import Table
from xianxing.kernel.value import Known
from xianxing.lines.attract.projects.models import STAGES, ProjectCase

__all__ = ["DATES", "MANUFACTURING", "at_least", "completed", "dates_fit", "intensity", "ordered", "output_share"]

TOO_LOW = Problem(
    "below_gate",
    _("%(label)s is %(value)s; the gate is %(gate)s"),
    _("Correct the number, or let the head of unit pass the gate with a reason"),
)
NOT_REPORTED = Problem("gate_unknown", _("%(label)s is missing for the gate of %(gate)s"), _("Fill in %(label)s"))
NOT_COMPLETE = Problem(
    "not_complete",
    _("Neither is the site acceptance attached nor has all contracted investment arrived (%(arrived)s/%(contracted)s)"),
    _("Attach the acceptance report, or record the remaining arrivals"),
)
NOT_REACHED = Problem(
    "not_reached", _("The project has not reached the stage of %(label)s"), _("Use the move to that stage")
)
OUT_OF_ORDER = Problem("out_of_order", _("%(label)s lies before %(earlier)s"), _("Correct one of the two days"))

DATES = (
    "lead_on", "negotiating_on", "signed_on", "landed_on", "started_on", "completed_on", "produced_on", "capacity_on",
)  # fmt: skip
MANUFACTURING = frozenset(("new_energy", "equipment", "health", "electronics", "agrifood"))


def threshold(facts: Facts, code: str) -> tuple[Decimal, str] | None:
    """The parameter in force on the business date, with its unit; nothing where none is laid down."""
    parameters: Table = facts["parameters"]
    found = parameters.value(code)
    return (found.value, parameters.rows[code].unit) if isinstance(found, Known) else None


def at_least(
    name: str,
    label: Label,
    parameter: str,
    kind: Measured,
    *,
    only: Callable[[Values], bool] | None = None,
    source: Label = "",
    own: bool = True,
) -> Guard:
    """A guard: the column is filled and not below the parameter."""

    def check(values: Values, facts: Facts) -> Blocker | None:
        gate = threshold(facts, parameter)
        if gate is None or (only and not only(values)):
            return None
        number, unit = gate
        value, least = values.get(name), kind.parse(f"{number}{unit}")
        params = {"gate": _said(kind, least)}
        if value is None:
            return Blocker(NOT_REPORTED, name, label, params=params)
        return Blocker(TOO_LOW, name, label, _said(kind, value), params) if value < least else None

    return Guard(check, source, own)


def _said(kind: Measured, value: int) -> str:
    return f"{kind.print(value)} {kind.unit}".strip()


def intensity(name: str, label: Label, parameter: str) -> Guard:
    """A guard: money per mu of land (投资强度, 亩均税收) is not below the parameter, which stands in 万元 per mu."""

    def check(values: Values, facts: Facts) -> Blocker | None:
        gate = threshold(facts, parameter)
        if gate is None:
            return None
        number, unit = gate
        params = {"gate": f"{number:,f} {unit}"}
        money, land = values.get(name), values.get("land")
        if money is None or not land:
            return Blocker(NOT_REPORTED, name if money is None else "land", label, params=params)
        # The store keeps 1/100 ㎡, a little off a whole mu: read the area as it was typed.
        mu = round(Fraction(land) / Area().units["亩"], 4)
        density = Fraction(money) / Money().units["万元"] / mu
        if density < Fraction(number):
            shown = (Decimal(density.numerator) / Decimal(density.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)
            return Blocker(TOO_LOW, name, label, f"{shown:,f} {unit}", params)
        return None

    return Guard(check, _("park entry gate of a county template; the zone sets its own"), own=True)


def completed(values: Values, facts: Facts) -> Blocker | None:
    """Completed means accepted on site, or all investment done with nothing carried over (鞍山“四个一批”)."""
    if "acceptance" in facts["tags"]:
        return None
    arrived, contracted = values.get("arrived") or 0, values.get("contracted")
    if contracted and arrived >= contracted:
        return None
    money = Money()
    shown = {"arrived": money.print(arrived), "contracted": money.print(contracted) if contracted else "—"}
    return Blocker(NOT_COMPLETE, field="proof:acceptance", params=shown)


def output_share(values: Values, facts: Facts) -> Blocker | None:
    """At capacity means that output reaches the zone's share of the designed output."""
    gate = threshold(facts, "attract.capacity_share")
    designed, output = values.get("output_designed"), values.get("output")
    if gate is None or not designed or output is None:
        return None
    share = Fraction(output * 100, designed)
    if share >= Fraction(gate[0]):
        return None
    reached = Percent().print(int(share * 100))
    return Blocker(TOO_LOW, "output", _("share of designed output"), f"{reached}%", {"gate": f"{gate[0]:f}{gate[1]}"})


def ordered(stage: str) -> Guard:
    """A guard: the days of the stages up to this one follow one another."""
    names = DATES[: [code for code, _label in STAGES].index(stage) + 1]
    return Guard(lambda values, _facts: _disorder(values, names))


def _disorder(values: Values, names: Sequence[str]) -> Blocker | None:
    last = ""
    for name in names:
        day = values.get(name)
        if day is None:
            continue
        if last and day < values[last]:
            return Blocker(OUT_OF_ORDER, name, _label(name), Day().print(day), {"earlier": _label(last)})
        last = name
    return None


def dates_fit(values: Values, facts: Facts, context: Context) -> Iterator[Blocker]:
    """Typed days of stages: in order, not in the future, and of no stage that the case has not reached.

    The days that a move writes are judged by the move.
    """
    if facts["verb"] == "move":
        return
    reached = [code for code, _label in STAGES].index(values["stage"]) if values["stage"] else len(STAGES)
    for place, name in enumerate(DATES):
        day = values.get(name)
        if day is None or name not in facts["changed"]:
            continue
        if place > reached:
            yield Blocker(NOT_REACHED, name, _label(name), Day().print(day))
        if day > context.business_date:
            today = {"date": Day().print(context.business_date)}
            yield Blocker(IN_FUTURE, name, _label(name), Day().print(day), today)
    disorder = _disorder(values, DATES) if set(DATES) & set(facts["changed"]) else None
    if disorder:
        yield disorder


def _label(name: str) -> Label:
    return ProjectCase._meta.get_field(name).verbose_name  # type: ignore[union-attr]
