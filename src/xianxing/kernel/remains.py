"""What lies in a folder and nobody needs any more: what a killed process left half written, what was never fetched."""

from datetime import timedelta
from pathlib import Path

from xianxing.kernel import clock

__all__ = ["older"]


def older(folder: Path, kept: timedelta, pattern: str = "*") -> list[Path]:
    """The files of a folder, not of those below it, that were last written longer ago than ``kept``, in real time."""
    if not folder.is_dir():
        return []
    before, found = (clock.instant() - kept).timestamp(), []
    for path in folder.glob(pattern):
        try:
            if path.is_file() and path.stat().st_mtime < before:
                found.append(path)
        except FileNotFoundError:  # somebody else removed it
            continue
    return found
