"""All rule sets: those the product ships (``rules/*.yaml`` of every app, gathered once) and those of the zone itself.

A shipped rule set is never replaced: one of the zone's own stands under its own code. What the zone has in force is
asked for each time, so every process sees a new version at once; judging a batch asks once.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.apps import apps

from xianxing.kernel.blockers import Blocked, Blocker
from xianxing.rules.faults import NO_RULESET, SAME_CODE
from xianxing.rules.load import load_file
from xianxing.rules.ruleset import RuleSet

__all__ = ["OWN", "Library", "find_ruleset", "gather", "library", "rulesets"]

OWN: list[Callable[[str], Iterable[RuleSet]]] = []
"""Who knows rule sets beside the shipped ones: given a code (empty: all), those that are or were in force."""


@dataclass(frozen=True)
class Library:
    """Rule sets by code; a file with faults is kept apart, with what is wrong with it."""

    rulesets: Mapping[str, RuleSet]
    faulty: Mapping[Path, tuple[Blocker, ...]] = field(default_factory=dict)


def gather(paths: Iterable[Path]) -> Library:
    """The rule sets of some files, and the faults of those that have any."""
    found: dict[str, RuleSet] = {}
    faulty: dict[Path, tuple[Blocker, ...]] = {}
    for path in paths:
        try:
            ruleset = load_file(path)
        except Blocked as error:
            faulty[path] = error.blockers
            continue
        if ruleset.code in found:
            other = found[ruleset.code].path
            faulty[path] = (Blocker(SAME_CODE, "code", value=ruleset.code, params={"other": str(other)}),)
            continue
        found[ruleset.code] = ruleset
    return Library(found, faulty)


@cache
def library() -> Library:
    """What the installed apps bring."""
    folders = (Path(config.path) / "rules" for config in apps.get_app_configs())
    return gather(path for folder in folders for path in sorted(folder.glob("*.yaml")))


def rulesets() -> list[RuleSet]:
    """All rule sets, by code."""
    shipped = library().rulesets
    own = {one.code: one for known in OWN for one in known("") if one.code not in shipped}
    return [found for _code, found in sorted({**own, **shipped}.items())]


def find_ruleset(code: str) -> RuleSet:
    """A rule set by code; raises :class:`Blocked`, with the faults of its file where it has some."""
    found = library().rulesets.get(code) or next((one for known in OWN for one in known(code)), None)
    if found is not None:
        return found
    stems = {code, code.replace("-", "_")}
    faults = [fault for path, some in library().faulty.items() if path.stem in stems for fault in some]
    raise Blocked(tuple(faults) or (Blocker(NO_RULESET, "ruleset", value=code),))
