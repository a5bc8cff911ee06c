"""The zone's rule sets as the rules know them: of each code, all versions that are or were in force, by their days."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.rules.library import OWN
from xianxing.rules.load import load_text
from xianxing.rules.ruleset import RuleSet, Version

__all__ = ["in_force"]

STOOD = ("in_force", "retired")
Row = tuple[str, str, date | None]


@lru_cache(maxsize=1024)
def _loaded(text: str) -> RuleSet:
    """Compiled once: a text in force does not change."""
    return load_text(text)


def in_force(code: str = "") -> Iterator[RuleSet]:
    """The rule sets that are or were in force; of one code, or all. One query; texts are compiled once."""
    rows: Any = gate.all_rows("ruleset", Context.system(date.max), stage__in=STOOD)
    if code:
        rows = rows.filter(ruleset=code)
    held: Iterable[Row] = rows.order_by("ruleset", "starts_on", "pk").values_list("ruleset", "text", "ends_on")
    for _code, group in groupby(held, key=lambda row: row[0]):
        yield _joined(list(group))


def _joined(rows: list[Row]) -> RuleSet:
    """The versions one after the other: each until it was retired, and at most until the next one starts."""
    texts = [_loaded(text) for _code, text, _until in rows]
    versions: list[Version] = []
    for at, (_code, _text, until) in enumerate(rows):
        version = texts[at].versions[0]
        begun = [later.versions[0].starts_on for later in texts[at + 1 :]]
        ends = [day for day in (version.ends_on, until, *(day - timedelta(days=1) for day in begun)) if day]
        versions.append(replace(version, state="in_force", ends_on=min(ends, default=None)))
    examples = tuple(example for text in texts for example in text.examples)
    return replace(texts[-1], versions=tuple(versions), examples=examples)


OWN.append(in_force)
