"""The best selection under limits, proven in whole numbers. See docs/capabilities/screening.md."""

from xianxing.rules.selection.advice import Verdict, alternatives, verdict
from xianxing.rules.selection.choose import Chosen, choose
from xianxing.rules.selection.problem import Limit, Problem, Shortfall

__all__ = ["Chosen", "Limit", "Problem", "Shortfall", "Verdict", "alternatives", "choose", "verdict"]
