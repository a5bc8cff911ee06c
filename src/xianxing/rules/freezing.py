"""Freezing what was judged: rule text, parameters, facts and results together, so that it recomputes to the last digit.

A frozen result needs nothing else: not the rule as it stands today, nor the zone's parameters, nor the registers.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from xianxing.kernel.value import Known
from xianxing.rules.asking import Asked, must_ask
from xianxing.rules.evaluation import plain_held
from xianxing.rules.judge import judge_rows
from xianxing.rules.judgement import Judgement
from xianxing.rules.load import load_text
from xianxing.rules.measures import Measure, Scalar
from xianxing.rules.parameters import Laid
from xianxing.rules.ruleset import Dated, RuleSet, Version

__all__ = ["Difference", "Frozen", "asked_again", "freeze", "keep_asked", "recompute"]


@dataclass(frozen=True)
class Frozen:
    """A judged population as it was: plain data, fit for JSON (numbers are scaled integers, days ISO texts).

    ``snapshot`` is the hash of everybody's snapshot: rule, parameters and facts.
    """

    ruleset: str
    version: str
    on: str
    text: str
    parameters: Mapping[str, Mapping[str, Any] | None]
    keys: tuple[str, ...]
    facts: tuple[Mapping[str, Any], ...]
    results: tuple[Mapping[str, Any], ...]
    snapshot: str

    def plain(self) -> dict[str, Any]:
        """As JSON; :meth:`of` reads it back."""
        return {
            **vars(self),
            "keys": list(self.keys),
            "facts": [dict(row) for row in self.facts],
            "results": [dict(row) for row in self.results],
        }

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Frozen":
        """What :meth:`plain` gave."""
        rows = {name: tuple(plain[name]) for name in ("keys", "facts", "results")}
        return cls(**{**plain, **rows})


@dataclass(frozen=True)
class Difference:
    """A result that comes out otherwise than it was frozen; ``code`` is "snapshot" where facts or rule are others."""

    key: str
    code: str
    was: Any
    found: Any


def freeze(
    ruleset: RuleSet,
    rows: Sequence[Mapping[str, Any]],
    on: date,
    *,
    keys: Sequence[str] = (),
    jurisdiction: str = "",
    version: str = "",
    as_filed: bool = False,
) -> tuple[Frozen, list[Judgement]]:
    """Judge some rows and keep everything that decided. Raises :class:`Blocked` where no version is in force."""
    one = must_ask(ruleset, on, jurisdiction=jurisdiction, version=version, as_filed=as_filed)
    names = tuple(keys) or ("",) * len(rows)
    judged = judge_rows(ruleset, rows, on, keys=names, version=one.version.code, parameters=one.parameters)
    written = {code: _written(dated) for code, dated in one.parameters.items()}
    facts = tuple(
        {used.code: plain_held(used.held) for used in found.facts if used.held is not None} for found in judged
    )
    results = tuple(map(_results, judged))
    return Frozen(
        ruleset.code,
        one.version.code,
        on.isoformat(),
        one.version.text or ruleset.text,
        written,
        names,
        facts,
        results,
        _snapshot(judged),
    ), judged


def keep_asked(one: Asked) -> dict[str, Any]:
    """What decides beside the facts, as plain data: for results whose facts are kept as records of a register."""
    written = {code: _written(dated) for code, dated in one.parameters.items()}
    return {"text": one.version.text or one.ruleset.text, "version": one.version.code, "parameters": written}


def asked_again(kept: Mapping[str, Any]) -> Asked:
    """What :func:`keep_asked` gave, to judge by again: neither today's rules nor today's parameters are looked at."""
    ruleset = load_text(kept["text"])
    version = ruleset.version(kept["version"])
    return Asked(ruleset, version, _parameters(version, kept["parameters"]))


def recompute(frozen: Frozen) -> tuple[Difference, ...]:
    """Judge the frozen facts again by the frozen rule and parameters; what comes out otherwise."""
    ruleset = load_text(frozen.text)
    version = ruleset.version(frozen.version)
    parameters = _parameters(version, frozen.parameters)
    rows = [
        {
            code: version.inputs[code].measure.give(_held(version.inputs[code].measure, value))
            for code, value in row.items()
        }
        for row in frozen.facts
    ]
    day = date.fromisoformat(frozen.on)
    judged = judge_rows(ruleset, rows, day, keys=frozen.keys, version=frozen.version, parameters=parameters)
    return tuple(_differences(frozen, judged))


def _parameters(version: Version, written: Mapping[str, Mapping[str, Any] | None]) -> Laid:
    measures = {code: parameter.measure for code, parameter in version.parameters.items()}
    return {code: _read(measures[code], plain) if plain else None for code, plain in written.items()}


def _differences(frozen: Frozen, judged: Sequence[Judgement]) -> Iterator[Difference]:
    for key, was, found in zip(frozen.keys, frozen.results, map(_results, judged)):
        for code in (*was, *(code for code in found if code not in was)):
            if was.get(code) != found.get(code):
                yield Difference(key, code, was.get(code), found.get(code))
    snapshot = _snapshot(judged)
    if snapshot != frozen.snapshot:
        yield Difference("", "snapshot", frozen.snapshot, snapshot)


def _results(judgement: Judgement) -> dict[str, Any]:
    """Every feature, clause and output; nothing where it is unknown."""
    used = (*judgement.features, *judgement.outputs)
    found = {
        one.code: plain_held(one.held) if isinstance(one.value, Known) and one.held is not None else None
        for one in used
    }
    return found | {clause.code: clause.holds for clause in judgement.clauses}


def _snapshot(judged: Sequence[Judgement]) -> str:
    lines = sorted(f"{found.key}\n{found.snapshot}" for found in judged)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _written(dated: Dated | None) -> dict[str, Any] | None:
    if dated is None:
        return None
    value = None if dated.value is None else plain_held(dated.value)
    return {"value": value, "from": dated.starts_on.isoformat(), "clause": str(dated.clause), "own": dated.own}


def _read(measure: Measure, plain: Mapping[str, Any]) -> Dated:
    value = None if plain["value"] is None else _held(measure, plain["value"])
    return Dated(date.fromisoformat(plain["from"]), value, plain["clause"], own=plain["own"])


def _held(measure: Measure, plain: Any) -> Scalar:
    held: Scalar = date.fromisoformat(plain) if measure.type == "date" else plain
    return held
