"""Words as they begin a line or a head."""

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xianxing.kernel.blockers import Label
from xianxing.kernel.kinds import Kind, Money

__all__ = ["amount", "capital"]


def capital(label: Label) -> str:
    """A label with a capital at its beginning, where its language has capitals."""
    return str(capfirst(str(label)))


MILLION, HUNDRED_MILLION = Money(shown="万元"), Money(shown="亿元", places=4)


def amount(kind: Kind, value: Any) -> str:
    """A value with its unit in a running text: money in 万元 or 亿元, in English in yuan or millions of yuan."""
    if not isinstance(kind, Money):
        text = kind.print(value)
        return f"{text} {kind.unit}" if kind.unit else text
    yuan = value / 100
    if get_language() == "en":
        return _yuan(yuan)
    if abs(yuan) >= 1e8:
        return f"{HUNDRED_MILLION.print(value)} {HUNDRED_MILLION.unit}"
    return f"{MILLION.print(value)} {MILLION.unit}" if abs(yuan) >= 1e4 else f"{_plain(yuan)} {Money(shown='元').unit}"


def _yuan(yuan: float) -> str:
    if abs(yuan) < 1e6:
        return _("CNY %(number)s") % {"number": _plain(yuan)}
    number = f"{yuan / 1e6:,.4f}".rstrip("0").rstrip(".")
    return _("CNY %(number)s million") % {"number": number}


def _plain(yuan: float) -> str:
    return f"{yuan:,.2f}".removesuffix(".00")
