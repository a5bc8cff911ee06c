"""Lists of labels, put into the reader's language when shown."""

from collections.abc import Sequence

from django.utils.functional import lazy
from django.utils.translation import gettext as _

from xianxing.kernel.blockers import Label

__all__ = ["listed"]


def _joined(parts: Sequence[Label]) -> str:
    return _(", ").join(dict.fromkeys(str(part) for part in parts))


_lazy_joined = lazy(_joined, str)


def listed(parts: Sequence[Label]) -> Label:
    """Several labels as one, each once, in the order given."""
    return parts[0] if len(parts) == 1 else _lazy_joined(tuple(parts))
