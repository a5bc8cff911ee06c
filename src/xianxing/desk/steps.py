"""The desk's step of the daily tick."""

from xianxing.desk import changed

__all__ = ["changed"]
