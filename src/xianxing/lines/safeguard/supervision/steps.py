"""The slice's steps of the tick."""

from xianxing.lines.safeguard.supervision import handing, slips

__all__ = ["handing", "slips"]
