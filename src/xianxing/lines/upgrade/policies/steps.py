"""What the daily tick does for policies: late applications are noted, the reach of each policy is counted."""

from xianxing.lines.upgrade.policies import applying

__all__ = ["applying"]
