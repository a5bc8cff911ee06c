"""Labels of reference data that carries both languages, put into the reader's language when shown."""

from django.utils.functional import lazy
from django.utils.translation import get_language

from xianxing.kernel.blockers import Label

__all__ = ["bilingual"]


def _either(zh: str, en: str) -> str:
    return en if get_language() == "en" else zh


_lazy_either = lazy(_either, str)


def bilingual(zh: str, en: str) -> Label:
    """A text that reads Chinese or English as its reader does."""
    return zh if zh == en else _lazy_either(zh, en)
