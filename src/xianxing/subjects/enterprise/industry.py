"""The industries of GB/T 4754-2017 as choices: sections A to T and divisions 01 to 97, in both languages.

Groups and classes (three and four digits) are added by lines in the CSV; a group is drawn under its division.
"""

import csv
from functools import cache
from pathlib import Path

from xianxing.kernel.bilingual import bilingual
from xianxing.kernel.blockers import Label
from xianxing.kernel.kinds import Choice

__all__ = ["DIVISIONS", "SECTIONS", "Industry", "section_of"]

FILE = Path(__file__).with_name("gbt4754-2017.csv")


@cache
def _rows() -> tuple[tuple[str, str, str], ...]:
    with FILE.open(encoding="utf-8", newline="") as stream:
        return tuple((row["code"], row["zh"], row["en"]) for row in csv.DictReader(stream))


@cache
def _sections() -> dict[str, str]:
    """The section of each code: the letter that stands above it in the file."""
    found, letter = {}, ""
    for code, _zh, _en in _rows():
        letter = code if code.isalpha() else letter
        found[code] = letter
    return found


def section_of(code: str) -> str:
    """The section (A to T) of a division, group or class; empty for none."""
    return _sections().get(code[:2], "") if code else ""


@cache
def _names() -> dict[str, str]:
    """What people type for a division or group: its code, its name, or both, in either language."""
    below = [row for row in _rows() if not row[0].isalpha()]
    said = [(code, words) for code, zh, en in below for words in (code, zh, en, f"{code} {zh}", f"{code} {en}")]
    return {words.lower(): code for code, words in said}


class Industry(Choice):
    """A division (or group) by code or name; shown as code and name."""

    def _meanings(self) -> dict[str, str]:
        return _names()


SECTIONS: tuple[tuple[str, Label], ...] = tuple(
    (code, bilingual(f"{code} {zh}", f"{code} {en}")) for code, zh, en in _rows() if code.isalpha()
)
DIVISIONS: tuple[tuple[str, Label], ...] = tuple(
    (code, bilingual(f"{code} {zh}", f"{code} {en}")) for code, zh, en in _rows() if not code.isalpha()
)
