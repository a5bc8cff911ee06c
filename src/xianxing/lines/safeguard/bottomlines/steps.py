"""The slice's step of the daily tick."""

from xianxing.lines.safeguard.bottomlines import computed

__all__ = ["computed"]
