"""The kernel's own steps of the daily tick, in order: whoever is urged must first be somebody who sits there."""

from xianxing.kernel.units import expiry

# isort: split
from xianxing.kernel.backup import works
from xianxing.kernel.evidence import upkeep as files
from xianxing.kernel.jobs import jobs
from xianxing.kernel.login import entering
from xianxing.kernel.notices import urging
from xianxing.kernel.personal import upkeep
from xianxing.kernel.places import relocate
from xianxing.kernel.plan import days

# isort: split
from xianxing.kernel.notices import clearing, sending

__all__ = [
    "clearing",
    "days",
    "entering",
    "expiry",
    "files",
    "jobs",
    "relocate",
    "sending",
    "upkeep",
    "urging",
    "works",
]
