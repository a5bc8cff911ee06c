"""The navigation: entries registered by desk and slices, then the registers the caller may see, by group."""

from typing import Any

from django.utils.translation import gettext as _

from xianxing.kernel.context import Context
from xianxing.kernel.register import REGISTRY, Register
from xianxing.pages.addresses import list_url
from xianxing.pages.extensions import ENTRIES, ICONS

__all__ = ["navigation", "registers_seen"]

_ICONS = {
    "unit": "unit",
    "unit-event": "clock",
    "post": "flag",
    "person": "person",
    "holding": "person",
    "delegation": "follow",
    "evidence": "file",
    "enterprise": "enterprise",
    "project": "project",
    "attraction": "project",
    "parameter": "settings",
    "notice": "bell",
    "job": "clock",
    "day-off": "calendar",
    "calendar-year": "calendar",
}


_ORDER = (
    "xianxing.lines.",
    "xianxing.subjects.",
    "xianxing.kernel.plan",
    "xianxing.kernel.indicators",
    "xianxing.kernel.units",
)


def registers_seen(context: Context) -> list[Register]:
    """The registers a caller may open by themselves: lines first, subjects next, the kernel's own last."""
    seen = [r for r in REGISTRY.values() if not r.child_of and r.may(context, "view")]
    return sorted(seen, key=_layer)


def _layer(register: Register) -> int:
    """Where a register's code lives decides where it stands."""
    module = register.model.__module__
    return next((place for place, name in enumerate(_ORDER) if module.startswith(name)), len(_ORDER))


def navigation(context: Context, path: str) -> list[dict[str, Any]]:
    """The navigation as the layout draws it."""
    found: list[dict[str, Any]] = []
    for added in ENTRIES:
        if added.may(context):
            item = {"label": str(added.label), "url": added.url, "icon": added.icon, "group": str(added.group)}
            found.append(item | {"count": added.count(context) if added.count else None})
    for register in registers_seen(context):
        item = {"label": str(register.label), "url": list_url(register), "icon": _icon(register)}
        found.append(item | {"group": str(register.group) or _("Registers"), "count": None, "register": True})
    best = max((item["url"] for item in found if _within(path, item["url"])), key=len, default="")
    return [item | {"current": item["url"] == best} for item in _grouped(found)]


def _grouped(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What stands alone comes first; then the groups in the order of their registers: the lines before the rest."""
    order = {"": 0}
    registers = [item for item in found if "register" in item]
    for item in (*registers, *found):
        order.setdefault(item["group"], len(order))
    return sorted(found, key=lambda item: order[item["group"]])


def _within(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)


def _icon(register: Register) -> str:
    return ICONS.get(register.code) or _ICONS.get(register.code, "list")
