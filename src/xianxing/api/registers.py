"""Tokens as a register: each post sees, renames and revokes its own, the security administrator revokes anybody's, the
audit administrator sees them all; only :mod:`.tokens` may make one."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.api.models import Token
from xianxing.kernel.access import Mine, grant
from xianxing.kernel.context import Context
from xianxing.kernel.register import Register, declare
from xianxing.kernel.units.models import ROLES

__all__ = ["ISSUER", "TOKENS"]

ISSUER = "token_issuer"
_GIVEN = ("post", "prefix", "expires_on", "only", "reads")
"""What a token is given when it is made, and keeps."""


def _bearer(values: dict[str, Any], context: Context) -> Mapping[str, Any]:
    """A token belongs to the person who made it."""
    return {} if values.get("person") else {"person": context.actor}


TOKENS = declare(
    Register(
        code="token",
        label=_("API tokens"),
        model=Token,
        key="id",
        title="label",
        columns=("label", "person", "post", "prefix", "expires_on", "only", "reads", "digest"),
        shown=("label", "person", "post", "prefix", "expires_on", "only", "reads"),
        readonly=frozenset(("person",)),
        grants=(
            grant(ISSUER, "create"),
            *(grant(role, "view", Mine("post"), hidden=("digest",)) for role, _label in ROLES),
            *(grant(role, "edit delete", Mine("post"), readonly=(*_GIVEN, "digest")) for role, _label in ROLES),
            grant("security_admin", "view delete", hidden=("digest",)),
            grant("audit_admin", "view", hidden=("digest",)),
        ),
        unique=(("digest",),),
        derive=_bearer,
        group=_("System"),
    )
)
