"""The word lists of the Chinese reader, made into pieces of patterns once."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

__all__ = ["any_of", "listed", "lists", "mapped"]

_FILE = Path(__file__).with_name("language.yaml")


@cache
def lists() -> dict[str, Any]:
    """The file as it stands."""
    read: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return read


def listed(name: str) -> tuple[str, ...]:
    """A list of words, without repetition."""
    return tuple(dict.fromkeys(str(word) for word in lists()[name]))


def mapped(name: str) -> dict[str, tuple[str, ...]]:
    """Lists of words by what they mean, in the order of the file."""
    return {key: tuple(str(word) for word in words) for key, words in lists()[name].items()}


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True)) + ")"
