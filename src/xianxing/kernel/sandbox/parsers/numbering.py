"""The numbers that Word sets before paragraphs by itself: 一、 （一） 1. ①, from the part ``numbering.xml``."""

from typing import Any

__all__ = ["Numbering", "spelled"]

_DIGITS = "零一二三四五六七八九"
_CHINESE = frozenset(
    {
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "taiwaneseCounting",
        "ideographDigital",
        "taiwaneseCountingThousand",
        "chineseLegalSimplified",
    }
)
_ROMAN = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)
_MOST = 9999


class Numbering:
    """The lists of a document, and how far each has counted."""

    def __init__(self) -> None:
        self._levels: dict[str, dict[int, dict[str, Any]]] = {}
        self._list_of: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._abstract, self._number, self._depth = "", "", 0

    def start(self, tag: str, held: dict[str, str]) -> None:
        """An element of the part begins."""
        value = held.get("val", "")
        if tag == "abstractNum":
            self._abstract, self._number = held.get("abstractNumId", ""), ""
        elif tag == "num":
            self._number, self._abstract = held.get("numId", ""), ""
        elif tag == "abstractNumId":
            self._list_of[self._number] = value
        elif tag == "lvl" and self._abstract:
            self._depth = int(held.get("ilvl", "0")) if held.get("ilvl", "0").isdigit() else 0
        elif self._abstract and tag in {"start", "numFmt", "lvlText"}:
            self._levels.setdefault(self._abstract, {}).setdefault(self._depth, {})[tag] = value

    def end(self, _tag: str) -> None:
        """An element of the part ends."""

    def text(self, _words: str) -> None:
        """The part holds no text."""

    def next(self, number: str, depth: int) -> str:
        """The marker of the next paragraph of a list; empty where it has none, or only a bullet."""
        levels = self._levels.get(self._list_of.get(number, ""), {})
        level = levels.get(depth)
        if not level:
            return ""
        counts = self._counts.setdefault(self._list_of[number], {})
        first = level.get("start", "1")
        counts[depth] = counts.get(depth, (int(first) if first.isdigit() else 1) - 1) + 1
        for deeper in [held for held in counts if held > depth]:
            del counts[deeper]
        if level.get("numFmt") in {"bullet", "none"}:
            return ""
        marker = str(level.get("lvlText", ""))
        for at in range(depth + 1):
            form = levels.get(at, {}).get("numFmt", "decimal")
            marker = marker.replace(f"%{at + 1}", spelled(counts.get(at, 1), form))
        return marker if not marker or marker[-1] in "、）)." else marker + " "


def spelled(number: int, form: str) -> str:
    """A number in a form of Word's: decimal, chineseCounting, decimalEnclosedCircle, lowerLetter, upperRoman, …"""
    if not 0 < number <= _MOST:
        return str(number)
    if form in _CHINESE:
        return _in_chinese(number)
    if form.startswith("decimalEnclosedCircle") and number <= 20:
        return chr(0x2460 + number - 1)
    if form.endswith("Letter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if form.startswith("upper") else letter
    if form.endswith("Roman"):
        roman, left = "", number
        for value, sign in _ROMAN:
            roman, left = roman + sign * (left // value), left % value
        return roman if form.startswith("upper") else roman.lower()
    return str(number)


def _in_chinese(number: int) -> str:
    said, gap = "", False
    for step, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // step % 10
        if digit:
            said += ("零" if gap and said else "") + _DIGITS[digit] + word
            gap = False
        else:
            gap = True
    return said.removeprefix("一") if said.startswith("一十") else said
