"""The slice's steps of the tick."""

from xianxing.lines.upgrade.visits import handing

__all__ = ["handing"]
