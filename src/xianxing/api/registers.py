"""Tokens as a register: each post sees, renames and revokes its own; only :mod:`.tokens` may make one."""

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
        columns=("label", "person", "post", "expires_on", "only", "reads", "digest"),
        shown=("label", "person", "post", "expires_on", "only", "reads"),
        readonly=frozenset(("person",)),
        grants=(
            grant(ISSUER, "create"),
            *(grant(role, "view", Mine("post"), hidden=("digest",)) for role, _label in ROLES),
            *(
                grant(role, "edit delete", Mine("post"), readonly=("post", "digest", "expires_on", "only", "reads"))
                for role, _label in ROLES
            ),
        ),
        unique=(("digest",),),
        derive=_bearer,
        group=_("System"),
    )
)
