"""What the slices of this line have in common: the six bottom lines, and the posts that hold them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import Grant, Scope, grant

__all__ = ["GROUP", "HEADS", "HOLDERS", "LINES", "WORKERS", "holders"]

GROUP = _("Bottom lines")
LINES = (
    ("petition", _("petitions and stability")),
    ("environment", _("environment")),
    ("safety", _("work safety")),
    ("conduct", _("clean conduct")),
    ("land", _("illegal land use and building")),
    ("debt", _("financial debt risk")),
)
HOLDERS = ("safeguard_officer", "petition_officer", "finance_officer")
WORKERS, HEADS = (*HOLDERS, "unit_head"), ("unit_head", "leader")


def holders(verbs: str, scope: Scope, **narrow: Any) -> tuple[Grant, ...]:
    """A grant for each of the posts that may hold a bottom line."""
    return tuple(grant(role, verbs, scope, **narrow) for role in HOLDERS)
