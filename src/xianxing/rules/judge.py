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
from xianxing.rules.evaluation import Held, Run
from xianxing.rules.formulas import Gap
from xianxing.rules.judgement import Judgement, Used
from xianxing.rules.library import find_ruleset
from xianxing.rules.measures import Measure
from xianxing.rules.parameters import laid_down, registered
from xianxing.rules.ruleset import Dated, Parameter, RuleSet, Version
from xianxing.rules.words import listed

__all__ = ["days", "judge", "judge_all", "judge_rows"]

NOT_IN_FORCE = _("no version of “%(title)s” is in force on %(day)s")
MISSING = _("missing: %(what)s")


def judge(
    code: str, facts: Mapping[str, Any], on: date, *, key: str = "", jurisdiction: str = "", version: str = ""
) -> Judgement:
    """What a rule set says of one record's facts on a day. A fact that is ``None`` or absent is unknown.

    ``jurisdiction`` asks for that of a place before the rule set's own; ``version`` names one, also a draft, whatever
    is in force. Raises :class:`Blocked` for an unknown rule set or version, or a fact of a wrong type.
    """
    return judge_all(code, [facts], on, keys=[key], jurisdiction=jurisdiction, version=version)[0]


def judge_all(
    code: str,
    rows: Sequence[Mapping[str, Any]],
    on: date,
    *,
    keys: Sequence[str] = (),
    jurisdiction: str = "",
    version: str = "",
) -> list[Judgement]:
    """The same for many records: the version and the parameters are chosen once, in one query."""
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
) -> list[Judgement]:
    """The same for a rule set at hand, such as one of a file; ``as_filed`` leaves the zone's own parameters out."""
    chosen = ruleset.version(version) if version else ruleset.in_force(on, jurisdiction)
    keys = keys or [""] * len(rows)
    if chosen is None:
        return [_nothing(ruleset, on, key) for key in keys]
    batch = _Batch.of(ruleset, chosen, on, jurisdiction or chosen.jurisdiction, as_filed=as_filed)
    return [batch.judge(index, facts, key) for index, (facts, key) in enumerate(zip(rows, keys))]


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
    def of(cls, ruleset: RuleSet, version: Version, on: date, jurisdiction: str, *, as_filed: bool) -> "_Batch":
        zone = registered(version, on, as_filed=as_filed)
        found: dict[str, tuple[Parameter, Held, Dated | None]] = {}
        for code, parameter in version.parameters.items():
            dated = laid_down(parameter, on, jurisdiction, zone)
            held = Gap((parameter.label,)) if dated is None or dated.value is None else dated.value
            found[code] = (parameter, held, dated)
        used = {
            code: [_plain(held), dated.starts_on.isoformat() if dated else ""]
            for code, (_parameter_, held, dated) in found.items()
        }
        return cls(ruleset, version, on, found, json.dumps([version.digest, used], ensure_ascii=False))

    @cached_property
    def laid_down(self) -> tuple[Used, ...]:
        """The parameters, for the explanation."""
        return tuple(_laid_down(*found) for found in self.parameters.values())

    def judge(self, index: int, facts: Mapping[str, Any], key: str) -> Judgement:
        version = self.version
        taken = self._taken(index, facts)
        run = Run(version, taken, {code: held for code, (_p, held, _d) in self.parameters.items()})
        values = {formula.code: _value(formula.measure, run.held[formula.code]) for formula in version.outputs}
        return Judgement(
            ruleset=self.ruleset.code,
            title=self.ruleset.title,
            version=version.code,
            on=self.on,
            snapshot=self._snapshot(taken),
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

    def _snapshot(self, taken: Mapping[str, Held]) -> str:
        facts = json.dumps({code: _plain(held) for code, held in taken.items()}, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(f"{self.prefix}{facts}".encode()).hexdigest()

    def _use(self, run: Run, code: str, label: Any, measure: Measure, source: Any = "") -> Used:
        return Used(code, label, _value(measure, run.held[code]), measure, source)


def _laid_down(parameter: Parameter, held: Held, dated: Dated | None) -> Used:
    value = _value(parameter.measure, held)
    source, own, since = (dated.clause, dated.own, dated.starts_on) if dated else ("", False, None)
    return Used(parameter.code, parameter.label, value, parameter.measure, source, own, since)


def _plain(held: Held) -> Any:
    if isinstance(held, Gap):
        return None
    return held.isoformat() if isinstance(held, date) else held
