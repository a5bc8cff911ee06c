"""What the daily tick does for resettlement: the months of transition that have begun become due."""

from xianxing.lines.serve.resettlement import follows

__all__ = ["follows"]
