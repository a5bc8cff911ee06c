"""Page, API and audited import beside plain Django doing the same with the same rows, in one run.

``python -m bench [--rows 1000,100000] [--brief] [--save]`` measures on the store of the environment (SQLite in a
folder of its own, or PostgreSQL by ``DATABASE_URL``: ``python tests/postgres.py -- python -m bench``). Every
contender's result is hashed, and a run whose hashes differ fails: what is compared must be the same rows. ``--save``
writes docs/bench.md.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from bench.report import HEADING, Measured, save


def main() -> int:
    """Set up a store, measure at each size, print, and compare hashes."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--rows", default="1000,100000", help="sizes, comma separated")
    parser.add_argument("--save", action="store_true", help="write the results to docs/bench.md")
    parser.add_argument("--brief", action="store_true", help="page, API and imports alone: no edits, no sheet")
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="xianxing-bench-"))
    os.environ["XIANXING_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "xianxing.settings"
    try:
        results = measured([int(size) for size in options.rows.split(",")], brief=options.brief)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    if options.save:
        save(results)
    differing = [result.name for result in results if not result.agrees]
    if differing:
        print("the hashes differ:", ", ".join(differing), file=sys.stderr)
    return 1 if differing else 0


def measured(sizes: list[int], *, brief: bool = False) -> list[Measured]:
    """All measurements at all sizes, each size on an empty store."""
    import django  # noqa: PLC0415 - the settings read the environment that main() has just set

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from bench import contest  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    print(HEADING)
    results: list[Measured] = []
    for size in sizes:
        call_command("flush", verbosity=0, interactive=False)
        for result in contest.run(size, brief=brief):
            print(result.line(), flush=True)
            results.append(result)
    return results


if __name__ == "__main__":
    sys.exit(main())
