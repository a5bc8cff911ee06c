"""A process that forks, and whose children do deeds in databases, so that a test can kill them at any point.

``python victim.py`` answers each line of its input, ``{"deed": …, "database": …, "given": {…}}``, with the process id
of a fresh child, and once that is gone with ``{"status": …, "answer": …}``; a status below zero is a signal.
"""

import json
import os
import sys
from importlib import import_module
from typing import Any

import django
from django.conf import settings


def main() -> None:
    """Serve until the input ends. The parent of the children never opens a connection of its own."""
    settings.INSTALLED_APPS.append("tests.example")
    django.setup()
    deeds = import_module("tests.trials.deeds")
    import_module("xianxing.kernel.spelling").search_text(["重庆"])  # loads its dictionary once
    for line in sys.stdin:
        asked = json.loads(line)
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            os._exit(done(deeds, asked, writing))
        os.close(writing)
        print(pid, flush=True)
        with os.fdopen(reading) as told:
            answer = told.read()
        _pid, status = os.waitpid(pid, 0)
        print(json.dumps({"status": os.waitstatus_to_exitcode(status), "answer": answer}), flush=True)


def done(deeds: Any, asked: dict[str, Any], writing: int) -> int:
    """Do one deed in its database and tell its answer; the exit code."""
    from django.db import connection  # noqa: PLC0415 - only after the settings are read

    settings.DATABASES["default"]["NAME"] = asked["database"]
    connection.settings_dict["NAME"] = asked["database"]
    try:
        answer = json.dumps(getattr(deeds, asked["deed"])(**asked["given"]), default=str)
        connection.close()
        with os.fdopen(writing, "w") as told:
            told.write(answer)
    except Exception:  # noqa: BLE001 - whatever it was, the test shows it
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


if __name__ == "__main__":
    main()
