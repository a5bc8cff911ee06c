"""What the enterprise file adds to the pages: everything the zone did with an enterprise, and its group."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.gate import Row
from xianxing.kernel.register import find
from xianxing.pages.addresses import by_id
from xianxing.pages.chronicle import chronicle
from xianxing.pages.extensions import panel
from xianxing.subjects.enterprise.registers import ENTERPRISES

__all__ = ["group"]


def group(context: Context, row: Row) -> dict[str, Any] | None:
    """Whom this enterprise holds; who holds it stands among the parts of its file."""
    ties = find("enterprise-tie")
    rows = gate.rows(ties, context, Query(filters=(Filter("holder", "is", (row.id,)),)))
    columns = [ties.fields[name] for name in ("enterprise", "tie", "share", "ends_on")]
    held = gate.cells(ties, context, rows, columns)
    items = [
        {
            "label": one.refs["enterprise"],
            "url": by_id(ENTERPRISES, one.values["enterprise"]),
            "how": " ".join(filter(None, (one.text(columns[1]), one.text(columns[2]) and f"{one.text(columns[2])}%"))),
            "ended": one.text(columns[3]),
        }
        for one in held
    ]
    return {"held": items} if items else None


chronicle(ENTERPRISES, _("Everything the zone did with it"))
panel("enterprise", _("Holds"), "enterprise/group.html", group, side=True)
