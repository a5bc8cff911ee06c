"""What 38 digits cannot hold, on Spark: one step judged by the reference path, row by row, where the rows are.

Executors need Xianxing installed for such steps, and for nothing else.
"""

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sf

from xianxing.rules.engine.beyond import judged_by
from xianxing.rules.engine.program import Barrier
from xianxing.rules.engine.spark.facts import kind_of_measure
from xianxing.rules.engine.spark.sql import named
from xianxing.rules.load import load_text
from xianxing.rules.measures import Measure
from xianxing.rules.ruleset import Formula

__all__ = ["judge_of", "referred"]


def referred(frame: DataFrame, barriers: Sequence[Barrier]) -> DataFrame:
    """A table with the columns of the steps of one level that the reference judges, in one passage through Python."""
    return frame.select("*", *map(_column, barriers)) if barriers else frame


def _column(barrier: Barrier) -> Column:
    bound, step = barrier.bound, barrier.step
    reads = {code: column for code, column in bound.columns.items() if column in barrier.reads}
    heads = sorted(set(reads.values()))
    places = {code: heads.index(column) for code, column in reads.items()}
    measure = step.measure if isinstance(step, Formula) else Measure("bool")
    work = _shipped(bound.version.text, bound.version.code, step.code, places, dict(bound.constants))
    judged = sf.udf(work, kind_of_measure(measure).lower(), useArrow=False)
    return judged(sf.struct(*map(named, heads))).alias(barrier.name)


def judge_of(
    text: str, version: str, step: str, places: Mapping[str, int], constants: Mapping[str, Any]
) -> Callable[[Any], Any]:
    """How a row gets the value of a step of a rule text, from the places of those above it."""
    found = load_text(text).version(version)
    (one,) = (each for each in found.steps if each.code == step)
    return judged_by(one, found, places, constants)


def _shipped(*asked: Any) -> Callable[[Any], Any]:
    """The work as it travels: a function that brings no module of ours along, and finds them where it arrives."""
    ready: list[Callable[[Any], Any]] = []

    def judge(row: Any) -> Any:
        if not ready:
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xianxing.settings")
            os.environ.setdefault("XIANXING_HOME", tempfile.mkdtemp(prefix="xianxing-"))
            import_module("django").setup()
            ready.append(import_module("xianxing.rules.engine.spark.beyond").judge_of(*asked))
        return ready[0](row)

    judge.__annotations__.clear()  # Spark would take type hints for a wish
    return judge
