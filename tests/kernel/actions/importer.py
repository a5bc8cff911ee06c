"""A process that forks and imports on request, so that a test can kill it at any point.

``python importer.py DATABASE POST ROWS`` answers each line on its input with the process id of a fresh import, and with
``end`` when that process is gone.
"""

import os
import sys

import django
from django.conf import settings


def main(database: str, post: str, rows: int) -> None:
    """Serve until the input ends. The parent of the imports never opens a connection of its own."""
    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from django.db import connection  # noqa: PLC0415 - only after the settings point at the test's database

    from xianxing.kernel import sheet  # noqa: PLC0415
    from xianxing.kernel.register import find  # noqa: PLC0415
    from xianxing.kernel.spelling import search_text  # noqa: PLC0415
    from xianxing.kernel.units.seats import context_of_post  # noqa: PLC0415

    search_text(["重庆"])
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            table = sheet.read(csv(int(line), rows))
            sheet.apply(find("attraction"), context_of_post(post, "sheet"), table).must()
            connection.close()
            os._exit(0)
        print(pid, flush=True)
        os.waitpid(pid, 0)
        print("end", flush=True)


def csv(batch: int, rows: int) -> bytes:
    """A workbook of new projects, none of which any other batch has."""
    lines = [f"项目{batch}-{row},投资人{batch}-{row},{row + 1}" for row in range(rows)]
    return "\n".join(["name,investor,investment", *lines]).encode()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
