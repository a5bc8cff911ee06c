"""Checking a rule file: its shape, its types, what engines would judge differently, and its worked examples."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from xianxing.kernel.blockers import Blocked, Blocker
from xianxing.kernel.value import Known, Value
from xianxing.rules.faults import EXAMPLE_FAILS, NOT_YAML
from xianxing.rules.judge import judge_rows
from xianxing.rules.judgement import Judgement
from xianxing.rules.library import library
from xianxing.rules.load import load_file, load_text
from xianxing.rules.measures import Measure, Scalar
from xianxing.rules.ruleset import Example, RuleSet

__all__ = ["check_examples", "check_file", "check_library", "check_text"]


def check_file(path: Path) -> tuple[Blocker, ...]:
    """Everything that is wrong with a rule file; nothing where it can be put in force."""
    try:
        return tuple(check_examples(load_file(path)))
    except Blocked as error:
        return error.blockers
    except (OSError, UnicodeDecodeError) as error:
        return (Blocker(NOT_YAML, path.name, path.name, params={"what": str(error)}),)


@lru_cache(maxsize=512)
def check_text(text: str) -> tuple[Blocker, ...]:
    """The same for the text of a rule set."""
    try:
        return tuple(check_examples(load_text(text)))
    except Blocked as error:
        return error.blockers


@register
def check_library(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """Django's check: every fault of every rule file of the installed apps. With one the product does not start."""
    del app_configs
    found = library()
    faults = [(path, one) for path, some in found.faulty.items() for one in some]
    faults += [
        (ruleset.path or Path(code), one) for code, ruleset in found.rulesets.items() for one in check_examples(ruleset)
    ]
    return [Error(f"{one.field}: {one.words()}", hint=one.mend(), obj=path, id="rules.E001") for path, one in faults]


def check_examples(ruleset: RuleSet) -> Iterator[Blocker]:
    """Each worked example that does not come out as its source says, by the file's own parameters."""
    for example in ruleset.examples:
        scope = _scope(ruleset, example)
        facts = [
            {code: None if held is None else scope[code].give(held) for code, held in row.items()}
            for row in example.rows
        ]
        place = example.jurisdiction
        judged = judge_rows(ruleset, facts, example.on, keys=example.keys, jurisdiction=place, as_filed=True)
        for index, expect in zip(example.expected, example.expect):
            yield from _differing(example, example.keys[index], _results(judged[index]), expect, scope)


def _differing(
    example: Example,
    key: str,
    found: Mapping[str, Any],
    expect: Mapping[str, Scalar | None],
    scope: Mapping[str, Measure],
) -> Iterator[Blocker]:
    for code, held in expect.items():
        expected = None if held is None else scope[code].give(held)
        if found.get(code) != expected:
            shown = {"what": f"{key} {code}".strip(), "expected": _shown(scope[code], expected)}
            yield Blocker(EXAMPLE_FAILS, "examples", example.name, _shown(scope[code], found.get(code)), shown)


def _scope(ruleset: RuleSet, example: Example) -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for version in ruleset.versions:
        found |= version.scope
    in_force = ruleset.in_force(example.on, example.jurisdiction)
    return found | dict(in_force.scope if in_force else {})


def _results(judgement: Judgement) -> dict[str, Any]:
    def known(value: Value[Any]) -> Any:
        return value.value if isinstance(value, Known) else None

    found = {code: known(value) for code, value in judgement.values.items()}
    found |= {used.code: known(used.value) for used in judgement.features}
    return found | {clause.code: clause.holds for clause in judgement.clauses}


def _shown(measure: Measure, value: Any) -> str:
    return "?" if value is None else measure.show(measure.take(value))
