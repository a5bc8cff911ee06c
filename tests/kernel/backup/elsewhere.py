"""Another installation, on SQLite: ``python elsewhere.py HOME TARGET`` fills a zone there and writes its backup."""

import os
import sys
from pathlib import Path


def main(home: str, target: str) -> None:
    """Make the tables, the town of the tests with something in it, and the backup."""
    os.environ["XIANXING_HOME"] = home
    os.environ.pop("DATABASE_URL", None)
    import django  # noqa: PLC0415 - the home is chosen before the settings load
    from django.conf import settings  # noqa: PLC0415

    settings.INSTALLED_APPS.append("tests.example")
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from tests.kernel.backup.conftest import enter, furnish  # noqa: PLC0415
    from tests.kernel.town import build  # noqa: PLC0415

    from xianxing.kernel.backup.keys import seal_keys  # noqa: PLC0415
    from xianxing.kernel.backup.make import make_backup  # noqa: PLC0415

    call_command("migrate", interactive=False, verbosity=0)
    town = build()
    furnish(town)
    for place in range(2, 40):
        enter(town, place, f"企业{place}")
    make_backup(Path(target), why="cli")
    seal_keys(Path(target).with_suffix(".keys"), "a long passphrase of the town")


if __name__ == "__main__":
    main(*sys.argv[1:])
