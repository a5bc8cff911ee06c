"""Words as they begin a line or a head."""

from django.utils.text import capfirst

from xianxing.kernel.blockers import Label

__all__ = ["capital"]


def capital(label: Label) -> str:
    """A label with a capital at its beginning, where its language has capitals."""
    return str(capfirst(str(label)))
