"""Invented rule sets of the demo zone: one in force, one that waits for its review, one being written."""

import random
from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial

from xianxing.kernel.context import Context
from xianxing.kernel.scene import Scene, enter, take
from xianxing.rules.drafting import begin, write
from xianxing.rules.sources import find_source

__all__ = ["scenes"]

DRAFTER, HEAD = "policy-officer", "economy-head"
BEGAN, TRIED, FORCED = date(2017, 6, 5), date(2017, 6, 19), date(2017, 6, 26)
VETO = (
    ("condition", {"of": "profit", "relation": "<", "threshold": "0万元", "name": "at_a_loss", "label": "亏损"}),
    ("veto", {"when": "at_a_loss", "class": "class", "to": "C", "name": "final", "label": "否决后类别"}),
)


def scenes(scale: int, chance: random.Random) -> Iterator[Scene]:
    """A trial evaluation goes into force in June; a policy was tried in August; an early warning is a draft."""
    del scale, chance
    made: list[int] = []
    begin_yield = partial(_begin, made, "evaluation", "demo-yield", "亩均与能效试评（演示）", "classification")
    yield Scene(BEGAN, DRAFTER, begin_yield)
    yield Scene(TRIED, DRAFTER, partial(_move, made, "try"))
    yield Scene(FORCED, HEAD, partial(_move, made, "enact"))
    waits: list[int] = []
    begin_grant = partial(_begin, waits, "policy", "demo-research", "研发补助（演示）", "policy")
    yield Scene(date(2017, 8, 14), DRAFTER, begin_grant)
    yield Scene(date(2017, 8, 28), DRAFTER, partial(_move, waits, "try"))
    yield Scene(date(2017, 9, 18), DRAFTER, partial(_begin, [], "flag", "demo-loss", "亏损预警（演示）", "warning"))


def _begin(made: list[int], template: str, code: str, title: str, kind: str, context: Context) -> None:
    terms, day = find_source("enterprise").terms, context.business_date
    head: Mapping[str, str] = {"code": code, "title": title}
    text = begin(template, head, terms, day)
    for shape, values in VETO if template == "evaluation" else ():
        text = write(text, shape, values, terms, day)
    made += enter("ruleset", context, [{"text": text, "kind": kind}])


def _move(made: list[int], to: str, context: Context) -> None:
    take("ruleset", context, to, made)
