"""What a trial measured, kept for docs/trials.md: one line of JSON each in the file that ``TRIALS_FIGURES`` names."""

import json
import os
from pathlib import Path

from django.db import connection

__all__ = ["note"]


def note(trial: str, what: str, told: str) -> None:
    """Keep one figure of a trial; nothing is kept where no file is named."""
    path = os.environ.get("TRIALS_FIGURES")
    if not path:
        return
    store = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    with Path(path).open("a", encoding="utf-8") as kept:
        kept.write(json.dumps({"store": store, "trial": trial, "what": what, "told": told}) + "\n")
