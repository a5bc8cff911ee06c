"""The columnar engine: rule sets compiled to Polars, behind the contract of the reference path. See docs/rules.md."""

from xianxing.rules.asking import Asked, asked
from xianxing.rules.engine.judging import Table, judge_table, judge_tables

__all__ = ["Asked", "Table", "asked", "judge_table", "judge_tables"]
