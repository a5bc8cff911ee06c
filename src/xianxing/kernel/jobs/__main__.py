"""``python -m xianxing.kernel.jobs ID``: carry one waiting job out and end."""

import gc
import os
import sys
from importlib import import_module

import django


def main() -> None:
    """Load the product, then the job: its module needs the product loaded."""
    gc.set_threshold(100_000, 50, 100)  # a job makes things by the hundred thousand: looking them over costs a fifth
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xianxing.settings")
    django.setup()
    jobs = import_module("xianxing.kernel.jobs.jobs")
    sys.exit(0 if jobs.run(int(sys.argv[1])) == "done" else 1)


if __name__ == "__main__":
    main()
