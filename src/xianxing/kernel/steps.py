"""The kernel's own steps of the daily tick, in order."""

from xianxing.kernel.jobs import jobs
from xianxing.kernel.notices import urging
from xianxing.kernel.plan import days

__all__ = ["days", "jobs", "urging"]
