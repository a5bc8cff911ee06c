"""The kernel's own registers, declared in their packages."""

from xianxing.kernel.evidence import registers as evidence
from xianxing.kernel.units import registers as units

__all__ = ["evidence", "units"]
