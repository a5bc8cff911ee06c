"""Indicators: numbers with unit, period, target and the records behind them."""

from xianxing.kernel.indicators.indicator import INDICATORS, Indicator, Part, declare_indicator, find_indicator
from xianxing.kernel.indicators.read import read, read_by
from xianxing.kernel.indicators.target import Target, target_of

__all__ = [
    "INDICATORS", "Indicator", "Part", "Target", "declare_indicator", "find_indicator", "read", "read_by", "target_of",
]  # fmt: skip
