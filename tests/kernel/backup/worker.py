"""A process that forks and backs up or restores on request, so that a test can kill it at any point.

``python worker.py HOME DATABASE`` answers each line on its input (``backup``, ``restore PATH``) with the process id of
the work, and with ``end`` when that process is gone.
"""

import os
import sys
from pathlib import Path


def main(home: str, database: str) -> None:
    """Serve until the input ends. The parent of the work never opens a connection of its own."""
    os.environ["XIANXING_HOME"] = home
    import django  # noqa: PLC0415 - the home is chosen before the settings load
    from django.conf import settings  # noqa: PLC0415

    settings.DATABASES["default"]["NAME"] = database
    settings.INSTALLED_APPS.append("tests.example")
    django.setup()
    from django.db import connection  # noqa: PLC0415

    from xianxing.kernel.backup.make import make_backup  # noqa: PLC0415
    from xianxing.kernel.backup.restore import restore  # noqa: PLC0415

    for line in sys.stdin:
        verb, _space, path = line.strip().partition(" ")
        pid = os.fork()
        if pid == 0:
            if verb == "backup":
                make_backup(why="cli")
            else:
                restore(Path(path), replace=True)
            connection.close()
            os._exit(0)
        print(pid, flush=True)
        os.waitpid(pid, 0)
        print("end", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
