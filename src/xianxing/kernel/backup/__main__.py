"""``python -m xianxing.kernel.backup``: make the backup that is due and end."""

import os
import sys
from importlib import import_module

import django


def main() -> None:
    """Load the product, then what makes backups: its module needs the product loaded."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xianxing.settings")
    django.setup()
    works, seats = (import_module(f"xianxing.kernel.{name}") for name in ("backup.works", "units.seats"))
    context = import_module("xianxing.kernel.context").Context
    blocked = import_module("xianxing.kernel.blockers").Blocked
    try:
        works.make_and_tidy(context.system(seats.business_date()), "tick")
    except blocked:
        sys.exit(1)


if __name__ == "__main__":
    main()
