"""From what people write under an observation to the facts of its rule set.

One fact per line (or between semicolons), ``name = number``; the name is the code or either label of an input, the
number may carry a unit.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import override

from xianxing.kernel.blockers import Blocked, Label, Refused
from xianxing.kernel.kinds import Ratio
from xianxing.rules import Version, find_ruleset
from xianxing.rules.ruleset import Term

__all__ = ["TYPED", "Unreadable", "facts_of", "inputs_of", "known", "written"]

TYPED = "value"
"""The input that takes the typed value of an observation itself."""

_LINES = re.compile(r"[;；\n]")
_FACT = re.compile(r"^\s*(.+?)\s*[=＝:：]\s*(.*?)\s*$")


LARGEST = 2**53
"""The largest number that is taken, in its smallest steps."""


class Unreadable(ValueError):
    """A line that names no input of the rule set, or a number that cannot be read; says which."""


def known(code: str) -> bool:
    """Whether a rule set of that code exists."""
    try:
        find_ruleset(code)
    except Blocked:
        return False
    return True


def version_on(code: str, on: date) -> Version:
    """The version in force on a day, else the latest one: by it what is written can be read, though not judged."""
    ruleset = find_ruleset(code)
    return ruleset.in_force(on) or ruleset.latest()


def inputs_of(code: str, on: date | None = None) -> dict[str, Label]:
    """What a rule set is reckoned from, by name; the typed value apart. Nothing without a rule set."""
    if not code:
        return {}
    version = version_on(code, on) if on else find_ruleset(code).latest()
    return {term.code: term.label for term in version.inputs.values() if term.code != TYPED}


def facts_of(code: str, text: str, on: date, value: int | None = None) -> dict[str, Any]:
    """Facts by input name, unknown ones ``None``; ``value`` in hundredths. Raises :class:`Unreadable`."""
    if not code:
        if text:
            raise Unreadable(text.splitlines()[0])
        return {}
    terms = version_on(code, on).inputs
    names = _names(terms)
    facts: dict[str, Any] = dict.fromkeys(terms)
    if value is not None and TYPED in terms:
        facts[TYPED] = _read(terms[TYPED], Ratio().plain(value))
    for line in filter(str.strip, _LINES.split(text)):
        found = _FACT.match(line)
        name = names.get(found[1].lower()) if found else None
        if found is None or name is None:
            raise Unreadable(line.strip())
        if found[2]:
            facts[name] = _read(terms[name], found[2])
    return facts


def _read(term: Term, text: str) -> Any:
    """A fact as the rules take it; raises :class:`Unreadable` for what is no such value, or larger than can be kept."""
    try:
        held = term.measure.read(text)
    except Refused as error:
        raise Unreadable(f"{term.label} = {text}") from error
    if isinstance(held, int) and abs(held) > LARGEST:
        raise Unreadable(f"{term.label} = {text}")
    return term.measure.give(held)


def written(facts: Mapping[str, object]) -> str:
    """Facts as one writes them under an observation; unknown ones are left out."""
    return "\n".join(f"{name} = {value}" for name, value in facts.items() if value not in (None, ""))


def _names(terms: Mapping[str, Term]) -> dict[str, str]:
    found = {code: code for code in terms}
    for language in ("zh-hans", "en"):
        with override(language):
            found |= {str(term.label).lower(): code for code, term in terms.items()}
    return found
