"""What a search looks in: words, their pinyin and their initials.

Readings come from pypinyin's dictionaries. They are laid out once per process for speed: an import spells two hundred
thousand names, and segmenting each one anew costs fifty times as much.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

__all__ = ["search_text", "spell"]

LONGEST = 4


def search_text(words: Sequence[Any], spelled: dict[str, str] | None = None) -> str:
    """The words themselves, their pinyin and initials, in lower case and parted by blanks.

    ``spelled`` remembers the words of a batch, whose records and subjects bear the same names.
    """
    known = spelled if spelled is not None else {}
    parts: list[str] = []
    for word in words:
        if not word:
            continue
        text = str(word)
        found = known.get(text)
        if found is None:
            found = known[text] = _spelled(text.strip().lower())
        if found:
            parts.append(found)
    return " ".join(parts)


def _spelled(text: str) -> str:
    if text.isascii():
        return text
    syllables = spell(text)
    return f"{text} {''.join(syllables)} {''.join([s[0] if len(s) > 1 else s for s in syllables])}"


def spell(text: str) -> list[str]:
    """The syllables of a text without tones; what is not Chinese stays as it is, character by character."""
    phrases, starters = _phrases()
    syllables: list[str] = []
    place, end = 0, len(text)
    while place < end:
        character = text[place]
        if character in starters:
            for size in range(min(LONGEST, end - place), 1, -1):
                reading = phrases.get(text[place : place + size])
                if reading:
                    syllables += reading
                    place += size
                    break
            else:
                syllables.append(_syllable(character))
                place += 1
            continue
        syllables.append(_syllable(character))
        place += 1
    return syllables


@lru_cache(30_000)
def _syllable(character: str) -> str:
    readings = PINYIN_DICT.get(ord(character), "")
    return _toneless(readings.split(",")[0]) if readings else character


@cache
def _phrases() -> tuple[Mapping[str, tuple[str, ...]], frozenset[str]]:
    """Phrases that are not read as their characters are one by one (重庆, 银行), and the characters they begin with.

    A longer phrase that holds such a one is kept too: 朝阳区 is not read as 朝阳 alone would be.
    """
    spoken = {
        phrase: tuple(_toneless(reading[0]) for reading in readings)
        for phrase, readings in PHRASES_DICT.items()
        if len(phrase) <= LONGEST and len(phrase) == len(readings)
    }
    odd = {p for p, said in spoken.items() if any(s != _syllable(c) for s, c in zip(said, p))}
    kept = {p: said for p, said in spoken.items() if p in odd or any(part in odd for part in _inner(p))}
    return kept, frozenset(phrase[0] for phrase in kept)


def _inner(phrase: str) -> Iterable[str]:
    """The shorter phrases within one."""
    for size in range(2, len(phrase)):
        for start in range(len(phrase) - size + 1):
            yield phrase[start : start + size]


@lru_cache(10_000)
def _toneless(syllable: str) -> str:
    marked = unicodedata.normalize("NFD", syllable)
    return _letters(marked).replace("u\N{COMBINING DIAERESIS}", "v").replace("\N{COMBINING DIAERESIS}", "")


def _letters(marked: Iterable[str]) -> str:
    """Letters and the two dots of ü, without the marks of tone."""
    return "".join([c for c in marked if not unicodedata.combining(c) or c == "\N{COMBINING DIAERESIS}"])
