"""A rule set in plain words, for the page, the API and the terminal alike."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianxing.kernel.blockers import Label
from xianxing.kernel.parameters.table import Table
from xianxing.rules.measures import Measure
from xianxing.rules.parameters import laid_down, registered
from xianxing.rules.ruleset import (
    Branch,
    Criterion,
    Dated,
    Decision,
    Expression,
    Formula,
    Junction,
    Parameter,
    Points,
    RuleSet,
    Score,
    Version,
)
from xianxing.rules.telling import Teller
from xianxing.rules.wording import in_words

__all__ = ["brief", "describe"]

ROUNDED = {
    "half_up": gettext_lazy("rounded half up"),
    "half_even": gettext_lazy("rounded half to even"),
    "down": gettext_lazy("rounded towards zero"),
    "up": gettext_lazy("rounded away from zero"),
    "floor": gettext_lazy("rounded down"),
    "ceiling": gettext_lazy("rounded up"),
}
STATES = {"draft": gettext_lazy("draft"), "in_force": gettext_lazy("in force"), "retired": gettext_lazy("retired")}


def brief(ruleset: RuleSet, on: date) -> dict[str, Any]:
    """A line of the list of rules."""
    version = ruleset.in_force(on)
    return {
        "code": ruleset.code,
        "title": str(ruleset.title),
        "source": str(version.source if version else ruleset.source),
        "jurisdiction": ruleset.jurisdiction,
        "own": version.own if version else ruleset.own,
        "unverified": version.unverified if version else ruleset.unverified,
        "version": version.code if version else None,
        "versions": [_head(one) for one in ruleset.versions],
    }


def describe(ruleset: RuleSet, on: date, version: Version | None = None, *, as_filed: bool = False) -> dict[str, Any]:
    """A rule set with the version in force on a day (or that given, or the latest), conditions in words and in CEL.

    ``as_filed`` leaves the zone's own parameters out.
    """
    shown = version or ruleset.in_force(on) or ruleset.latest()
    words, zone = _Words(shown), registered(shown, on, as_filed=as_filed)
    return brief(ruleset, on) | {
        "note": str(shown.note or ruleset.note),
        "shown": _head(shown) | {"covers": shown.covers(on) and shown.state != "draft"},
        "source": str(shown.source),
        "own": shown.own,
        "unverified": shown.unverified,
        "inputs": [_value(code, term.label, term.measure, term.note) for code, term in shown.inputs.items()],
        "parameters": [_parameter(one, on, shown.jurisdiction, zone) for one in shown.parameters.values()],
        "features": [words.formula(one) for one in shown.features],
        "clauses": [words.clause(one) for one in shown.clauses],
        "outputs": [words.formula(one) for one in shown.outputs],
        "examples": [
            {"name": str(one.name), "on": one.on.isoformat(), "source": str(one.source)} for one in ruleset.examples
        ],
        "text": ruleset.text,
    }


def _head(version: Version) -> dict[str, Any]:
    return {
        "version": version.code,
        "state": version.state,
        "state_label": str(STATES[version.state]),
        "starts_on": version.starts_on.isoformat(),
        "ends_on": version.ends_on.isoformat() if version.ends_on else None,
        "jurisdiction": version.jurisdiction,
        "digest": version.digest,
    }


def _value(code: str, label: Label, measure: Measure, note: Label = "") -> dict[str, Any]:
    return {
        "code": code,
        "label": str(label),
        "type": measure.type,
        "type_label": str(measure.name),
        "unit": str(measure.shown_unit),
        "values": [{"value": one, "label": str(said)} for one, said in measure.values],
        "note": str(note),
    }


def _parameter(parameter: Parameter, on: date, jurisdiction: str, zone: Table) -> dict[str, Any]:
    """A parameter with its dated values; a value of the zone's own register stands first."""
    current = laid_down(parameter, on, jurisdiction, zone)
    own = [current] if current and parameter.register in zone.rows else []
    return _value(parameter.code, parameter.label, parameter.measure) | {
        "register": parameter.register,
        "dated": [_dated(parameter.measure, one) | {"current": one is current} for one in (*own, *parameter.values)],
    }


def _dated(measure: Measure, dated: Dated) -> dict[str, Any]:
    always = dated.starts_on.year == date(1900, 1, 1).year
    return {
        "from": None if always else dated.starts_on.isoformat(),
        "value": measure.show(dated.value) if dated.value is not None else _("nothing laid down"),
        "clause": str(dated.clause),
        "jurisdiction": dated.jurisdiction,
        "own": dated.own,
    }


class _Words:
    """The conditions and formulas of one version in words."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self.choices = {code: label for measure in version.scope.values() for code, label in measure.values}

    def _said(self, node: Any) -> str:
        return in_words(node, self.version.labels, self.choices)

    def clause(self, clause: Criterion) -> dict[str, Any]:
        return {
            "code": clause.code,
            "label": str(clause.label),
            "condition": clause.test.text,
            "words": self._said(clause.test.node),
            "source": str(clause.source),
            "own": clause.own,
        }

    def formula(self, formula: Formula) -> dict[str, Any]:
        return _value(formula.code, formula.label, formula.measure, formula.note) | {
            "rounding": str(ROUNDED.get(formula.rounding, "")),
            "source": str(formula.source),
            "lines": self._lines(formula),
        }

    def _lines(self, formula: Formula) -> list[Mapping[str, str]]:
        """How it follows, line by line: when and what, both in words and as written, and the source."""
        match formula.body:
            case Expression() as body:
                return [_line("", "", self._said(body.node), body.text)]
            case Decision(branches):
                return [self._branch(formula.measure, branch, _("otherwise")) for branch in branches]
            case Score(lines):
                return [self._points(formula.measure, line) for line in lines]
            case Junction(mode, clauses):
                names = _(", ").join(f"“{self.version.labels[code]}”" for code in clauses)
                said = {"all": _("all of: %(what)s"), "any": _("any of: %(what)s"), "none": _("none of: %(what)s")}
                return [_line("", "", said[mode] % {"what": names}, f"{mode}: {', '.join(clauses)}")]
            case _ as compared:
                told = Teller(self.version.labels, self.choices).lines(compared, formula.measure)
                return [_line(when, "", then, "") for when, then in told]

    def _then(self, measure: Measure, then: Any) -> tuple[str, str]:
        return (self._said(then.node), then.text) if isinstance(then, Expression) else (measure.show(then), "")

    def _branch(self, measure: Measure, branch: Branch, otherwise: str) -> Mapping[str, str]:
        when = self._said(branch.test.node) if branch.test else otherwise
        text = branch.test.text if branch.test else ""
        return _line(when, text, *self._then(measure, branch.then), str(branch.source))

    def _points(self, measure: Measure, line: Points) -> Mapping[str, str]:
        found = self._branch(measure, Branch(line.test, line.points, line.source), _("always"))
        return {**found, "when": f"{line.label}: {found['when']}", "then": f"+ {found['then']}"}


def _line(when: str, when_text: str, then: str, then_text: str, source: str = "") -> Mapping[str, str]:
    return {"when": when, "when_text": when_text, "then": then, "then_text": then_text, "source": source}
