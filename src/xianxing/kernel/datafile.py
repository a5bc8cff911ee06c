"""Facts that a slice holds as data in YAML beside its code: lists, systems, indicators."""

from pathlib import Path
from typing import Any

import yaml

from xianxing.kernel.bilingual import bilingual
from xianxing.kernel.blockers import Label

__all__ = ["read_data", "read_lists"]


def read_data(path: Path) -> Any:
    """The data of a file; every mapping of ``zh`` and ``en`` in it is one text in the reader's language."""
    return _spoken(yaml.safe_load(path.read_text(encoding="utf-8")))


def _spoken(given: Any) -> Any:
    if isinstance(given, dict):
        return bilingual(**given) if given.keys() == {"zh", "en"} else {k: _spoken(v) for k, v in given.items()}
    return [_spoken(one) for one in given] if isinstance(given, list) else given


def read_lists(path: Path) -> dict[str, tuple[tuple[str, Label], ...]]:
    """What one chooses from, by the name of the list: code and words of each choice, in the order of the file."""
    return {name: tuple(choices.items()) for name, choices in read_data(path).items()}
