"""What every zone starts with: the official calendar and the published or own thresholds that slices bring along."""

from pathlib import Path

from django.apps import apps

from xianxing.kernel.calendar.seed import seed as seed_calendar
from xianxing.kernel.context import Context
from xianxing.kernel.parameters.lookup import load_own, load_parameters

__all__ = ["sow"]


def sow(context: Context) -> int:
    """Enter whatever is not there yet, from the kernel and the apps' ``parameters.csv``; returns how many rows."""
    files = [Path(config.path) / "parameters.csv" for config in apps.get_app_configs()]
    grown = seed_calendar(context) + load_own(context)
    return grown + sum(load_parameters(path, context) for path in files if path.exists())
