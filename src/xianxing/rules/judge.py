"""The reference path: a rule set's version judged row by row, exactly, with reasons."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocked, Blocker, Refused
from xianxing.kernel.value import Known, Unknown, Value
from xianxing.rules.asking import asked
from xianxing.rules.comparing import Population
from xianxing.rules.evaluation import Held, Run, plain_held
from xianxing.rules.faults import NEEDS_POPULATION, SAME_KEY
from xianxing.rules.formulas import Gap
from xianxing.rules.judgement import Judgement, Used
from xianxing.rules.library import find_ruleset
from xianxing.rules.measures import Measure
from xianxing.rules.parameters import Laid
from xianxing.rules.population import Gathered, Windowed
from xianxing.rules.ruleset import Dated, Formula, Parameter, RuleSet, Version
from xianxing.rules.words import listed

__all__ = ["days", "judge", "judge_all", "judge_one", "judge_rows"]

NOT_IN_FORCE = _("no version of “%(title)s” is in force on %(day)s")
MISSING = _("missing: %(what)s")


def judge(
    code: str, facts: Mapping[str, Any], on: date, *, key: str = "", jurisdiction: str = "", version: str = ""
) -> Judgement:
    """What a rule set says of one record's facts on a day. A fact that is ``None`` or absent is unknown.

    ``jurisdiction`` asks for that of a place before the rule set's own; ``version`` names one, also a draft, whatever
    is in force. Raises :class:`Blocked` for an unknown rule set or version, or a fact of a wrong type.
    """
    return judge_one(find_ruleset(code), facts, on, key=key, jurisdiction=jurisdiction, version=version)


def judge_one(
    ruleset: RuleSet,
    facts: Mapping[str, Any],
    on: date,
    *,
    key: str = "",
    jurisdiction: str = "",
    version: str = "",
) -> Judgement:
    """The same for a rule set at hand, such as one of a file."""
    if ruleset.chosen(on, jurisdiction, version).compares:
        raise Blocked((Blocker(NEEDS_POPULATION, "facts"),))
    return judge_rows(ruleset, [facts], on, keys=[key], jurisdiction=jurisdiction, version=version)[0]


def judge_all(
    code: str,
    rows: Sequence[Mapping[str, Any]],
    on: date,
    *,
    keys: Sequence[str] = (),
    jurisdiction: str = "",
    version: str = "",
) -> list[Judgement]:
    """The same for many records: the version and the parameters are chosen once, in one query.

    Where the rule compares records, these are the population, and each needs a key of its own.
    """
    return judge_rows(find_ruleset(code), rows, on, keys=keys, jurisdiction=jurisdiction, version=version)


def judge_rows(
    ruleset: RuleSet,
    rows: Sequence[Mapping[str, Any]],
    on: date,
    *,
    keys: Sequence[str] = (),
    jurisdiction: str = "",
    version: str = "",
    as_filed: bool = False,
    parameters: Laid | None = None,
    compared: Sequence[Mapping[str, Any]] | None = None,
    population: str = "",
) -> list[Judgement]:
    """The same for a rule set at hand, such as one of a file; ``as_filed`` leaves the zone's own parameters out.

    ``parameters`` are those to judge by, such as of a frozen result; if not given, what is laid down on the day. Of
    rows of a larger ``population`` (its hash), ``compared`` has what the comparison with the others gave, as held.
    """
    one = asked(ruleset, on, jurisdiction=jurisdiction, version=version, as_filed=as_filed, parameters=parameters)
    keys = keys or [""] * len(rows)
    if one is None:
        return [_nothing(ruleset, on, key) for key in keys]
    return _Batch.of(ruleset, one.version, on, one.parameters).judge(rows, keys, compared, population)


def days(ruleset: str, output: str) -> Callable[[Sequence[Mapping[str, Any]], date], list[int | None]]:
    """A batch callable for ``Limit(days_by=…)``: the days that a rule set lays down for each record, from its values.

    Where they are not known the limit has no last day.
    """

    def counted(rows: Sequence[Mapping[str, Any]], on: date) -> list[int | None]:
        return [judgement.known(output) for judgement in judge_all(ruleset, rows, on)]

    return counted


def _nothing(ruleset: RuleSet, on: date, key: str) -> Judgement:
    """No judgement without a version in force."""
    unknown = Unknown(NOT_IN_FORCE, {"title": ruleset.title, "day": on.isoformat()})
    values: dict[str, Value[Any]] = dict.fromkeys(ruleset.outputs, unknown)
    outputs = tuple(Used(o.code, o.label, unknown, o.measure) for o in ruleset.outputs.values())
    return Judgement(ruleset.code, ruleset.title, "", on, "", key, values, outputs=outputs, source=ruleset.source)


def _value(measure: Measure, held: Held) -> Value[Any]:
    return Unknown(MISSING, {"what": listed(held.roots)}) if isinstance(held, Gap) else Known(measure.give(held))


@dataclass(frozen=True)
class _Batch:
    """A version with the parameters of a day: what all rows of a batch share."""

    ruleset: RuleSet
    version: Version
    on: date
    parameters: Mapping[str, tuple[Parameter, Held, Dated | None]]
    prefix: str

    @classmethod
    def of(cls, ruleset: RuleSet, version: Version, on: date, given: Laid) -> "_Batch":
        found: dict[str, tuple[Parameter, Held, Dated | None]] = {}
        for code, parameter in version.parameters.items():
            dated = given.get(code)
            held = Gap((parameter.label,)) if dated is None or dated.value is None else dated.value
            found[code] = (parameter, held, dated)
        used = {
            code: [plain_held(held), dated.starts_on.isoformat() if dated else ""]
            for code, (_parameter_, held, dated) in found.items()
        }
        return cls(ruleset, version, on, found, json.dumps([version.digest, used], ensure_ascii=False))

    @cached_property
    def laid_down(self) -> tuple[Used, ...]:
        """The parameters, for the explanation."""
        return tuple(_laid_down(*found) for found in self.parameters.values())

    def judge(
        self,
        rows: Sequence[Mapping[str, Any]],
        keys: Sequence[str],
        compared: Sequence[Mapping[str, Any]] | None = None,
        whole: str = "",
    ) -> list[Judgement]:
        """All rows, step by step: a step that compares rows sees what all of them have so far."""
        taken = [self._taken(index, facts) for index, facts in enumerate(rows)]
        laid = {code: held for code, (_p, held, _d) in self.parameters.items()}
        population = Population(self.version, [Run(self.version, facts, laid) for facts in taken], keys)
        if self.version.compares and compared is None:
            self._told_apart(population)
            whole = self._whole(population, taken)
        for step in self.version.steps:
            if not isinstance(step, Formula) or not isinstance(step.body, Gathered | Windowed):
                for run in population.runs:
                    run.take(step)
            elif compared is None:
                population.take(step)
            else:
                for run, found in zip(population.runs, compared):
                    held = found[step.code]
                    run.put(step.code, step.measure, Gap((step.label,)) if held is None else held)
        return [
            self._judgement(run, key, self._snapshot(facts, whole))
            for run, key, facts in zip(population.runs, keys, taken)
        ]

    def _told_apart(self, population: Population) -> None:
        """Raises :class:`Blocked` where two rows have one key (and year), or one has none."""
        seen: set[tuple[str, int]] = set()
        for index, key in enumerate(population.keys):
            identity = population.identity(index)
            if not key or identity in seen:
                raise Blocked((Blocker(SAME_KEY, "key", value=key, index=index),))
            seen.add(identity)

    def _whole(self, population: Population, taken: Sequence[Mapping[str, Held]]) -> str:
        """The hash of everybody's facts, whatever their order: they decide each one's result."""
        lines = sorted(f"{key}\n{_written(facts)}" for key, facts in zip(population.keys, taken))
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def _judgement(self, run: Run, key: str, snapshot: str) -> Judgement:
        version = self.version
        values = {formula.code: _value(formula.measure, run.held[formula.code]) for formula in version.outputs}
        return Judgement(
            ruleset=self.ruleset.code,
            title=self.ruleset.title,
            version=version.code,
            on=self.on,
            snapshot=snapshot,
            key=key,
            values=values,
            clauses=tuple(run.clause(criterion) for criterion in version.clauses),
            facts=tuple(self._use(run, code, term.label, term.measure) for code, term in version.inputs.items()),
            parameters=self.laid_down,
            features=tuple(self._use(run, f.code, f.label, f.measure, source=f.source) for f in version.features),
            outputs=tuple(self._use(run, f.code, f.label, f.measure, source=f.source) for f in version.outputs),
            source=version.source,
            own=version.own,
            unverified=version.unverified,
        )

    def _taken(self, index: int, facts: Mapping[str, Any]) -> dict[str, Held]:
        """The facts by input, as held; raises :class:`Blocked` for one of a wrong type."""
        found: dict[str, Held] = {}
        for code, term in self.version.inputs.items():
            fact = facts.get(code)
            try:
                found[code] = Gap((term.label,)) if fact is None or fact == "" else term.measure.take(fact)
            except Refused as error:
                blocker = Blocker(error.problem, code, term.label, str(fact), error.params, index)
                raise Blocked((blocker,)) from error
        return found

    def _snapshot(self, taken: Mapping[str, Held], whole: str) -> str:
        return hashlib.sha256(f"{self.prefix}{whole}{_written(taken)}".encode()).hexdigest()

    def _use(self, run: Run, code: str, label: Any, measure: Measure, source: Any = "") -> Used:
        return Used(code, label, _value(measure, run.held[code]), measure, source)


def _laid_down(parameter: Parameter, held: Held, dated: Dated | None) -> Used:
    value = _value(parameter.measure, held)
    source, own, since = (dated.clause, dated.own, dated.starts_on) if dated else ("", False, None)
    return Used(parameter.code, parameter.label, value, parameter.measure, source, own, since)


def _written(taken: Mapping[str, Held]) -> str:
    return json.dumps({code: plain_held(held) for code, held in taken.items()}, ensure_ascii=False, sort_keys=True)
