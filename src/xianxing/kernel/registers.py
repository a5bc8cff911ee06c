"""The kernel's own registers, declared in their packages."""

from xianxing.kernel.calendar import registers as calendar
from xianxing.kernel.evidence import registers as evidence
from xianxing.kernel.jobs import registers as jobs
from xianxing.kernel.notices import registers as notices
from xianxing.kernel.parameters import registers as parameters
from xianxing.kernel.personal import registers as personal
from xianxing.kernel.places import registers as places
from xianxing.kernel.plan import registers as plan
from xianxing.kernel.units import registers as units

__all__ = ["calendar", "evidence", "jobs", "notices", "parameters", "personal", "places", "plan", "units"]
