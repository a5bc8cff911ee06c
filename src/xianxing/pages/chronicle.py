"""One timeline of everything the zone did with a thing: a panel that any register can have on its page."""

from typing import Any

from django.utils.formats import date_format

from xianxing.kernel.chronicle import Happening, happenings
from xianxing.kernel.context import Context
from xianxing.kernel.gate import Row
from xianxing.kernel.register import Register
from xianxing.pages.addresses import record_url
from xianxing.pages.cells import title_of
from xianxing.pages.extensions import panel
from xianxing.pages.lights import Lights
from xianxing.pages.words import capital

__all__ = ["chronicle"]


def chronicle(register: Register, title: Any) -> None:
    """Give the page of a register the timeline of what other registers hold about its records."""

    def values(context: Context, row: Row) -> dict[str, Any] | None:
        found = happenings(register, context, row.id)
        lights = Lights.load(context)
        return {"entries": [_entry(one, lights) for one in found]} if found else None

    panel(register.code, title, "register/chronicle.html", values)


def _entry(happening: Happening, lights: Lights) -> dict[str, Any]:
    """What it was, how it stands, and its light; who has it in hand."""
    register, row = happening.register, happening.row
    stage = capital(row.text(register.fields["stage"])) if register.is_case else ""
    light = lights.of(register, row)
    return {
        "on": date_format(happening.on, "DATE_FORMAT") if happening.on else "—",
        "what": title_of(register, row),
        "url": record_url(register, row),
        "who": " · ".join(part for part in (str(register.label), stage, row.refs.get("unit", "")) if part),
        "light": light["light"] if light else None,
        "note": light["reason"] if light and light["light"] in {"late", "soon"} else None,
    }
