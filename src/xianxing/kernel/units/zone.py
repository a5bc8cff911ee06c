"""The zone this database belongs to."""

from xianxing.kernel.units.models import Zone

__all__ = ["the_zone"]


def the_zone() -> Zone | None:
    """The one row of the zone; nothing before the first start."""
    return Zone.objects.first()
