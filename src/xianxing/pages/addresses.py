"""Addresses of registers and records."""

import re
from typing import Any
from urllib.parse import quote, urlencode

from django.http import Http404

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.gate import Row
from xianxing.kernel.register import REGISTRY, Register

__all__ = ["NOT_FOUND", "by_id", "list_url", "record", "record_url", "register_for"]

NOT_FOUND = "not_found"
RESERVED = frozenset(
    (
        "new",
        "import",
        "export",
        "template",
        "options",
        "views",
        "bulk",
        "draft",
        "columns",
    )
)
_PLAIN = re.compile(r"^[\w\-.]{1,80}$")


def register_for(context: Context, code: str, verb: str = "view") -> Register:
    """The register of an address; 404 in the same words whether it does not exist or the caller may not."""
    register = REGISTRY.get(code)
    if register is None or not register.may(context, verb):
        raise Http404(NOT_FOUND)
    return register


def list_url(register: Register, pairs: list[tuple[str, str]] | None = None) -> str:
    """The address of a list under a query."""
    return f"/r/{register.code}/" + (f"?{urlencode(pairs)}" if pairs else "")


def by_id(register: Register, pk: int) -> str:
    """The address of a record known by id alone."""
    return f"/r/{register.code}/~{pk}/"


def record_url(register: Register, row: Row, rest: str = "") -> str:
    """The address of a record: by its code where it has a plain one that its reader may see, else by id."""
    key: Any = row.values.get(register.key)
    plain = register.key not in row.masked and isinstance(key, str) and _PLAIN.match(key) and key not in RESERVED
    return f"/r/{register.code}/{quote(key)}/{rest}" if plain else f"{by_id(register, row.id)}{rest}"


def record(register: Register, context: Context, key: str, verb: str = "view") -> Row:
    """The record of an address, also one in the bin for those who may restore it; raises :class:`Blocked`."""
    wanted: int | str = int(key[1:]) if key.startswith("~") and key[1:].isdigit() and len(key) < 20 else key
    if isinstance(wanted, str) and register.key not in register.fields:
        raise Http404(NOT_FOUND)
    return gate.get(register, context, wanted, verb)


def binned(register: Register, context: Context, pk: int) -> bool:
    """Whether the caller could restore a record of that id from the bin."""
    return gate.rows(register, context, Query(binned=True), "restore").filter(pk=pk).exists()
