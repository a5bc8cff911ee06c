"""The plan: its tree with lights and reasons, and the responsibility table as a workbook."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query as Asked
from ninja import Schema
from pydantic import Field

from xianxing.api.answers import answer
from xianxing.api.attachments import BINARY, download
from xianxing.api.callers import caller
from xianxing.api.endpoint import Endpoint
from xianxing.api.records import register_for
from xianxing.api.sheets import XLSX
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.plan.table import responsibility_workbook
from xianxing.kernel.plan.tree import tree

__all__ = ["plan_tree", "programme"]

NO_PLAN = Problem("no_entry", _("There is no plan “%(value)s”, or you may not see it"), _("Leave the code out"))


class PlanAsked(Schema):
    """Which plan, on which day."""

    plan: str = Field("", max_length=60, description="Code; default: the plan that runs on the day.")
    day: date | None = Field(None, ge=date(1900, 1, 1), lt=date(2200, 1, 1), description="Default: the business date.")


def plan_tree(context: Context, plan: str = "", day: date | None = None) -> dict[str, Any]:
    """The plan as nested values; raises :class:`Blocked` where there is none that the caller may see."""
    register_for(context, "plan")
    found = tree(context, plan, day)
    if not found:
        raise Blocked((Blocker(NO_PLAN, value=plan),))
    return found


def _tree(request: HttpRequest, asked: Asked[PlanAsked]) -> HttpResponse:
    return answer(plan_tree(caller(request), asked.plan, asked.day))


def _table(request: HttpRequest, asked: Asked[PlanAsked]) -> HttpResponse:
    context = caller(request)
    plan = plan_tree(context, asked.plan, asked.day)
    return download(responsibility_workbook(context, asked.plan, asked.day), f"{plan['title']}.xlsx", XLSX)


def programme() -> list[Endpoint]:
    """The endpoints of the plan."""
    return [
        Endpoint("GET", "/programme", _tree, "read_programme", "The plan with its lights", dict[str, Any]),
        Endpoint(
            "GET", "/programme/table", _table, "read_responsibility_table", "The responsibility table", extra=BINARY
        ),
    ]
