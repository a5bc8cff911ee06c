"""Numbers as plans write them: 5,000, 百分之三十, 十二, 三千五百, 千亿; and English words for small ones."""

import re

__all__ = ["ARABIC", "CHINESE", "ENGLISH", "chinese_number", "number_of"]

ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
CHINESE = r"[〇零一二两三四五六七八九十百千万亿]+"
_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_STEPS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {"万": 10**4, "亿": 10**8}
_WORDS = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
ENGLISH = {word: number for number, word in enumerate(_WORDS, 1)} | {
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100,
}  # fmt: skip


def chinese_number(text: str) -> float | None:
    """The value of a numeral in Chinese characters, ``None`` where it is none. ``二〇二五`` is read digit by digit."""
    if len(text) > 1 and all(character in _DIGITS for character in text):
        return float(int("".join(str(_DIGITS[character]) for character in text)))
    total, part, digit = 0, 0, None
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _STEPS:
            part += (1 if digit is None else digit) * _STEPS[character]
            digit = None
        elif character in _SCALES:
            total = (total + part + (digit or 0) or 1) * _SCALES[character]
            part, digit = 0, None
        else:
            return None
    return float(total + part + (digit or 0))


def number_of(text: str) -> float | None:
    """The value of a number in digits, Chinese characters or an English word."""
    bare = text.replace(",", "").strip().lower()
    if re.fullmatch(r"\d+(?:\.\d+)?", bare):
        return float(bare)
    return float(ENGLISH[bare]) if bare in ENGLISH else chinese_number(bare)
