"""What the desk adds to the pages: its addresses, entries of the navigation, a button to follow on every record."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from xianxing.desk.follows import follows
from xianxing.desk.urls import urlpatterns
from xianxing.kernel.context import Context
from xianxing.kernel.gate import Row
from xianxing.kernel.register import REGISTRY, Register, find
from xianxing.pages.addresses import record_url
from xianxing.pages.extensions import Entry, actions, entry, panel, routes

routes(*urlpatterns)

entry(Entry(_("Cockpit"), "/", "cockpit", order=1, may=lambda context: find("plan").may(context, "view")))
entry(Entry(_("My desk"), "/desk/", "desk", order=2))
entry(Entry(_("Plan"), "/plan/", "plan", order=3, may=lambda context: find("plan").may(context, "view")))


def _follow(register: Register) -> Any:
    def values(context: Context, row: Row) -> dict[str, Any] | None:
        if context.actor is None:
            return None
        return {
            "register": register.code,
            "record": row.id,
            "follows": follows(context, register.code, row.id),
            "next": record_url(register, row),
        }

    return values


def _worth_following(register: Register) -> bool:
    """Cases and subjects of the lines, and measures of the plan; not the kernel's own bookkeeping."""
    own = register.model.__module__.startswith("xianxing.kernel.") and register.code != "plan-node"
    return not own and not register.child_of


for _register in filter(_worth_following, REGISTRY.values()):
    panel(_register.code, _("Follow"), "desk/follow.html", _follow(_register), side=True)


def _to_measure(context: Context, row: Row) -> list[dict[str, Any]]:
    """From the record of a measure to its page with light and evidence."""
    del context
    return [{"label": _("Light and evidence"), "url": f"/plan/node/{row.id}/", "icon": "plan"}]


actions("plan-node", _to_measure)
