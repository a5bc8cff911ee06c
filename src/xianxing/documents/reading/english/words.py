"""The word lists of the English reader, made into pieces of patterns once."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

__all__ = ["any_of", "lists", "sentences"]

_FILE = Path(__file__).with_name("language.yaml")
_SENTENCE = re.compile(
    r"(?:[^.!?;\n]|\.(?=\d|\w|,)|(?<=\b[A-Z])\.|(?<=[Nn]o)\.|(?<=sq)\.|(?<=e\.g)\.|(?<=i\.e)\.)+[.!?;\n]*"
)


@cache
def lists() -> dict[str, Any]:
    """The file as it stands."""
    read: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return read


def any_of(words: Iterable[object]) -> str:
    """A pattern for any of the words, the longest first."""
    return "(?:" + "|".join(re.escape(str(word)) for word in sorted(set(map(str, words)), key=len, reverse=True)) + ")"


def sentences(text: str) -> Iterable[tuple[int, str]]:
    """The sentences of a paragraph with their offsets."""
    return [(found.start(), found.group()) for found in _SENTENCE.finditer(text) if found.group().strip()]
