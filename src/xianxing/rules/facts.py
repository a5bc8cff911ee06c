"""Facts as people and programs give them: typed in a form, sent as JSON, read from a sheet."""

from collections.abc import Mapping
from typing import Any

from xianxing.kernel.blockers import Blocked, Blocker, Refused
from xianxing.kernel.kinds import is_empty
from xianxing.rules.faults import NO_INPUT
from xianxing.rules.ruleset import Version

__all__ = ["read_facts"]


def read_facts(version: Version, given: Mapping[str, Any], *, strict: bool = True) -> dict[str, Any]:
    """Facts for ``judge`` from what was written, in the unit of each input; what is empty or absent is unknown.

    ``strict`` refuses names that are no inputs. Raises :class:`Blocked` with every fault at its input.
    """
    strange = [name for name in given if strict and name not in version.inputs]
    faults = [Blocker(NO_INPUT, name, name, name, {"choices": list(version.inputs)}) for name in strange]
    facts: dict[str, Any] = {}
    for code, term in version.inputs.items():
        written = given.get(code)
        if is_empty(written):
            facts[code] = None
            continue
        try:
            facts[code] = term.measure.give(term.measure.read(written))
        except Refused as error:
            faults.append(Blocker(error.problem, code, term.label, str(written), error.params))
    if faults:
        raise Blocked(tuple(faults))
    return facts
