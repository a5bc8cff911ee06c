"""What decided an application, kept with it as JSON: rule, parameters, facts; it recomputes from nothing else."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from xianxing.rules import judge_rows
from xianxing.rules.asking import Asked
from xianxing.rules.freezing import asked_again, keep_asked
from xianxing.rules.judgement import Judgement
from xianxing.rules.measures import Measure

__all__ = ["judged_again", "judged_now", "same"]


def judged_now(
    one: Asked, rows: Sequence[Mapping[str, Any]], on: date, firm: str, round_: str = ""
) -> tuple[Judgement, str]:
    """Judge the rows of one enterprise (a panel: its years, the one that counts last), and what is kept of it.

    ``round_`` is the round of evaluation whose final class was judged by.
    """
    found = judge_rows(
        one.ruleset, rows, on, keys=[firm] * len(rows), version=one.version.code, parameters=one.parameters
    )
    facts = [{used.code: _plain(used.held) for used in each.facts if used.held is not None} for each in found]
    kept = {**keep_asked(one), "on": on.isoformat(), "firm": firm, "facts": facts, "snapshot": found[-1].snapshot}
    kept |= {"class_by": round_} if round_ else {}
    return found[-1], json.dumps(kept, ensure_ascii=False)


def judged_again(frozen: str) -> Judgement:
    """The judgement, made again from what was kept."""
    kept = json.loads(frozen)
    one = asked_again(kept)
    inputs = one.version.inputs
    rows = [{code: _given(inputs[code].measure, value) for code, value in row.items()} for row in kept["facts"]]
    on = date.fromisoformat(kept["on"])
    return judged_now(one, rows, on, kept["firm"])[0]


def same(frozen: str) -> bool:
    """Whether it comes out to the last digit as it was kept."""
    return bool(judged_again(frozen).snapshot == json.loads(frozen)["snapshot"])


def _plain(held: Any) -> Any:
    return held.isoformat() if isinstance(held, date) else held


def _given(measure: Measure, value: Any) -> Any:
    return measure.give(date.fromisoformat(value) if measure.type == "date" else value)
