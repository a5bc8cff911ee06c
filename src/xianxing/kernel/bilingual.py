"""Labels of reference data that carries both languages, put into the reader's language when shown."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language

from xianxing.kernel.blockers import Label

__all__ = ["bilingual", "both", "said"]


def _either(zh: str, en: str) -> str:
    return en if get_language() == "en" else zh


_lazy_either = lazy(_either, str)


def bilingual(zh: str, en: str) -> Label:
    """A text that reads Chinese or English as its reader does."""
    return zh if zh == en else _lazy_either(zh, en)


def both(name: str) -> tuple[str, str]:
    """A column that has an English twin, and that twin."""
    return name, f"{name}_en"


def said(row: Mapping[str, Any], name: str) -> str:
    """The value of such a column in the reader's language; in its own where there is no English."""
    english = row[f"{name}_en"] if get_language() == "en" else ""
    return english or row[name] or ""
