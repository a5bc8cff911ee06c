"""One run of a version over one record's facts: features, clauses, outputs in order, unknown kept apart from false."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any, TypeAlias

from django.utils.translation import gettext_lazy as _

from xianxing.rules.conditions import Test, activated
from xianxing.rules.formulas import Exact, Gap, evaluate, lifted, rounded
from xianxing.rules.judgement import Clause
from xianxing.rules.measures import BIGGEST, DAYS, Measure, Scalar, steps
from xianxing.rules.ruleset import Criterion, Decision, Expression, Formula, Junction, Score, Version
from xianxing.rules.syntax import Node
from xianxing.rules.wording import in_words
from xianxing.rules.words import listed

__all__ = ["Held", "Run", "plain_held"]

Held: TypeAlias = Scalar | Gap

TOO_LARGE = _("the number is too large")


def _worded(version: Version, node: Node) -> str:
    """A condition of a version in the reader's words."""
    choices = {code: label for measure in version.scope.values() for code, label in measure.values}
    return in_words(node, version.labels, choices)


class Run:
    """``held`` has every name's value in the end; unknown ones are a :class:`Gap`.

    Each step sees what stands above it. A step that compares rows is taken by all runs of a population together
    (:mod:`.comparing`); the others each run takes by itself.
    """

    def __init__(self, version: Version, facts: Mapping[str, Held], parameters: Mapping[str, Held]) -> None:
        self.version = version
        self.held: dict[str, Held] = {}
        self.exact: dict[str, Exact] = {}
        self.activation: dict[str, Any] = {}
        for code, held in (*facts.items(), *parameters.items()):
            self.put(code, version.scope[code], held)

    def take(self, step: Formula | Criterion) -> None:
        """One step that looks at this record alone."""
        if isinstance(step, Formula):
            self.put(step.code, step.measure, self._formula(step))
        else:
            self.put(step.code, Measure("bool"), self.holds(step.test))

    def holds(self, test: Test) -> bool | Gap:
        """Whether a condition holds, or what is missing to say so."""
        holds = test.holds(self.activation)
        return self._gap(test.names) if holds is None else holds

    def put(self, code: str, measure: Measure, held: Held) -> None:
        self.held[code] = held
        if isinstance(held, Gap):
            self.exact[code] = held
            return
        self.exact[code] = lifted(measure, held)
        self.activation[code] = activated(measure, held)

    def _gap(self, names: Iterable[str]) -> Gap:
        """What is missing at the root of those names; none missing means that a number left 64 bits."""
        gap = Gap(())
        for name in names:
            held = self.held[name]
            gap = gap | held if isinstance(held, Gap) else gap
        return gap if gap.roots else Gap((TOO_LARGE,))

    def _formula(self, formula: Formula) -> Held:
        match formula.body:
            case Expression() as body:
                return rounded(formula.measure, evaluate(body.node, self.exact), formula.rounding)
            case Decision() as body:
                return self._decide(formula, body)
            case Score() as body:
                return self._score(formula, body)
            case Junction(mode, clauses):
                return self._join(mode, clauses)
        raise TypeError(formula.body)  # compares rows: taken by the population

    def _then(self, formula: Formula, then: Scalar | Expression) -> Held:
        if isinstance(then, Expression):
            return rounded(formula.measure, evaluate(then.node, self.exact), formula.rounding)
        return then

    def _decide(self, formula: Formula, decision: Decision) -> Held:
        """The first that holds. An unknown one before it leaves the result unknown, unless it would give the same."""
        open_tests: list[Test] = []
        possible: list[Held] = []
        for branch in decision.branches:
            holds = branch.test is None or branch.test.holds(self.activation)
            if holds is False:
                continue
            found = self._then(formula, branch.then)
            if holds:
                return found if all(other == found for other in possible) else self._open(open_tests, found)
            possible.append(found)
            open_tests.extend([branch.test] if branch.test else [])
        return self._open(open_tests, False)

    def _open(self, tests: Iterable[Test], found: Held) -> Gap:
        gap = Gap(())
        for test in tests:
            gap = gap | self._gap(test.names)
        return gap | found if isinstance(found, Gap) else gap

    def _score(self, formula: Formula, score: Score) -> Held:
        total, gap = 0, Gap(())
        for line in score.lines:
            holds = line.test is None or line.test.holds(self.activation)
            points = self._then(formula, line.points) if holds is not False else 0
            if holds is None and points != 0 and line.test:
                gap = gap | self._gap(line.test.names)
            elif isinstance(points, Gap):
                gap = gap | points
            elif holds:
                total += steps(points)
        if gap.roots:
            return gap
        total = max(total, steps(score.least)) if score.least is not None else total
        total = min(total, steps(score.most)) if score.most is not None else total
        return total if abs(total) <= BIGGEST else Gap((TOO_LARGE,))

    def _join(self, mode: str, clauses: tuple[str, ...]) -> Held:
        found = [self.held[code] for code in clauses]
        absorbing = mode != "all"
        if any(held is absorbing for held in found):
            return mode == "any"
        unknown = [code for code in clauses if isinstance(self.held[code], Gap)]
        return self._gap(unknown) if unknown else mode != "any"

    def clause(self, criterion: Criterion) -> Clause:
        """A clause with what is compared, and how far it is from turning."""
        held = self.held[criterion.code]
        value, threshold = (self._side(criterion, side) for side in (criterion.value, criterion.threshold))
        measure, span = criterion.measure, self._span(criterion, value, threshold)
        counted = DAYS if measure and measure.type == "date" else measure
        return Clause(
            code=criterion.code,
            label=criterion.label,
            holds=None if isinstance(held, Gap) else bool(held),
            value=measure.give(value) if measure and value is not None else None,
            threshold=measure.give(threshold) if measure and threshold is not None else None,
            distance=counted.give(span) if counted and span is not None else None,
            source=criterion.source,
            own=criterion.own,
            condition=criterion.test.text,
            gap=listed(held.roots) if isinstance(held, Gap) else "",
            measure=measure,
            said=partial(_worded, self.version, criterion.test.node),
        )

    def _side(self, criterion: Criterion, side: Expression | None) -> Scalar | None:
        if side is None or criterion.measure is None:
            return None
        held = rounded(criterion.measure, evaluate(side.node, self.exact), "half_up")
        return None if isinstance(held, Gap) else held

    def _span(self, criterion: Criterion, value: Scalar | None, threshold: Scalar | None) -> int | None:
        """Towards holding: value − threshold where more is better, threshold − value where less is."""
        if not criterion.sense or not criterion.measure or value is None or threshold is None:
            return None
        if isinstance(value, date) and isinstance(threshold, date):
            return criterion.sense * (value - threshold).days
        return criterion.sense * (steps(value) - steps(threshold)) if criterion.measure.number else None


def plain_held(held: Held) -> Any:
    """A held value for JSON; nothing where it is unknown."""
    if isinstance(held, Gap):
        return None
    return held.isoformat() if isinstance(held, date) else held
