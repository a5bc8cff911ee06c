"""What I have done, as lines: the entries of my own actions in the audit, newest first."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from xianxing.kernel import gate
from xianxing.kernel.audit.own import Deed, own_deeds
from xianxing.kernel.context import Context
from xianxing.kernel.register import REGISTRY
from xianxing.pages.addresses import record_url
from xianxing.pages.cells import title_of

__all__ = ["deed_lines"]

SIZE = 50
VERBS = {
    "create": gettext_lazy("entered"),
    "edit": gettext_lazy("changed"),
    "move": gettext_lazy("advanced"),
    "status": gettext_lazy("changed the status of"),
    "verify": gettext_lazy("verified"),
    "delete": gettext_lazy("deleted"),
    "restore": gettext_lazy("restored"),
    "attach": gettext_lazy("attached evidence to"),
    "withdraw": gettext_lazy("withdrew evidence from"),
}


def deed_lines(context: Context, before: int) -> dict[str, Any]:
    """One page of deeds for the timeline, and the number from which the next page goes on."""
    deeds = own_deeds(context, before=before, limit=SIZE + 1)
    shown = deeds[:SIZE]
    names = _names(context, (record for deed in shown for record in deed.records))
    return {"deeds": [_line(deed, names) for deed in shown], "older": shown[-1].number if len(deeds) > SIZE else None}


def _names(context: Context, records: Iterable[tuple[str, int]]) -> dict[tuple[str, int], tuple[str, str]]:
    """Name and address of the records that the caller may still see; one query per register."""
    by_register: dict[str, set[int]] = {}
    for code, record in records:
        by_register.setdefault(code, set()).add(record)
    found: dict[tuple[str, int], tuple[str, str]] = {}
    for code, ids in by_register.items():
        register = REGISTRY.get(code)
        if register is None or not register.may(context, "view"):
            continue
        rows = gate.rows(register, context).filter(pk__in=ids)
        for row in gate.cells(register, context, rows, gate.visible(register, context)):
            found[code, row.id] = title_of(register, row), record_url(register, row)
    return found


def _line(deed: Deed, names: dict[tuple[str, int], tuple[str, str]]) -> dict[str, Any]:
    named = [names[record] for record in deed.records if record in names]
    reason = _("reason: %(reason)s") % {"reason": deed.reason} if deed.reason else ""
    return {
        "on": date_format(deed.business_date, "DATE_FORMAT"),
        "time": date_format(timezone.localtime(deed.at), "H:i"),
        "what": _what(deed, [name for name, _url in named]),
        "url": named[0][1] if len(named) == 1 and deed.size == 1 else None,
        "note": _("; ").join(part for part in (_move(deed), reason) if part),
    }


def _what(deed: Deed, named: list[str]) -> str:
    """The deed in a few words: which register, what was done, to which records or how many."""
    register = REGISTRY.get(deed.register)
    verb = VERBS.get(deed.action.partition(":")[0]) or VERBS.get(deed.verb) or _("changed")
    rest = deed.size - len(named)
    named = list(dict.fromkeys(named))
    if named and rest > 0:
        named = [*named, ngettext("%(n)s more", "%(n)s more", rest) % {"n": f"{rest:,}"}]
    counted = ngettext("%(n)s entry", "%(n)s entries", deed.size) % {"n": f"{deed.size:,}"}
    return " ".join((str(register.label) if register else deed.register, str(verb), _(", ").join(named) or counted))


def _move(deed: Deed) -> str:
    """Which move or status it was, by its name."""
    kind, _colon, code = deed.action.partition(":")
    register = REGISTRY.get(deed.register)
    if not code or register is None or register.flow is None:
        return ""
    if kind == "move":
        move = register.flow.move(code)
        return str(move.label) if move else code
    return next((str(status.label) for status in register.flow.statuses if status.code == code), code)
