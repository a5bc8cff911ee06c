"""What the slice adds to the pages: the drafts, the page of a draft, and the way there."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianxing.kernel.context import Context
from xianxing.kernel.gate import Row
from xianxing.kernel.register import find
from xianxing.pages.extensions import Entry, actions, entry, icon, routes
from xianxing.subjects.rulebook.beginning import desk_page
from xianxing.subjects.rulebook.drafting import draft_page, draft_sheet


def _sees(context: Context) -> bool:
    return find("ruleset").may(context, "view")


def _open(context: Context, row: Row) -> Sequence[Mapping[str, Any]]:
    """From the case to the page on which its text is written and tried."""
    del context
    return [{"label": _("Write, check, try"), "url": f"/drafting/{row.id}/", "icon": "edit"}]


icon("ruleset", "flag")
actions("ruleset", _open)
entry(Entry(gettext_lazy("Drafting rules"), "/drafting/", "edit", gettext_lazy("System"), 71, _sees))
routes(
    path("drafting/", desk_page, name="drafting"),
    path("drafting/<int:pk>/", draft_page, name="rule_draft"),
    path("drafting/<int:pk>/of/<int:record>/", draft_sheet, name="draft_sheet"),
)
