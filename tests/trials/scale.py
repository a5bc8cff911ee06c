"""How much of a trial is run: all of it, or the part that ``TRIALS_SCALE`` says."""

import os

__all__ = ["SCALE", "scaled"]

SCALE = float(os.environ.get("TRIALS_SCALE") or 1)


def scaled(number: float, least: int = 1) -> int:
    """So many of something, at the scale of this run; never fewer than ``least``."""
    return max(least, round(number * SCALE))
