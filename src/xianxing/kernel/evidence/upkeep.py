"""What the tick does for files: those that a killed process left unfinished are removed."""

import logging
from datetime import timedelta

from xianxing.kernel.context import Context
from xianxing.kernel.evidence.files import unfinished
from xianxing.kernel.remains import older
from xianxing.kernel.tick import step

__all__ = ["left_over"]

LOG = logging.getLogger(__name__)
PATIENCE = timedelta(days=1)
"""Longer than any upload takes: nobody is writing such a file any more. It has no name yet, so nothing refers to it."""


def left_over(patience: timedelta = PATIENCE) -> int:
    """How many unfinished files lie there that nobody is writing any more."""
    return len(older(unfinished(), patience))


@step("unfinished_files")
def remove_unfinished(context: Context) -> int:
    """Remove what was never finished; says in the log how many files it was."""
    del context
    found = older(unfinished(), PATIENCE)
    for path in found:
        path.unlink(missing_ok=True)
    if found:
        LOG.warning("%s unfinished files of killed processes were removed", len(found))
    return len(found)
