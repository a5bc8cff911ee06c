"""Saved views: one's own, and those that others share."""

from typing import Any, Literal
from urllib.parse import parse_qs

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query as Asked
from ninja import Schema
from pydantic import Field

from xianxing.api.answers import answer
from xianxing.api.callers import caller
from xianxing.api.endpoint import Endpoint
from xianxing.api.listing import ListAsked
from xianxing.api.records import register_for
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.register import Register
from xianxing.pages.addresses import list_url
from xianxing.pages.kept import drop_view, keep_view, may_share, shared_views, update_view, views_of
from xianxing.pages.saved import lasting

__all__ = ["forget", "opened", "save", "told_views", "views"]

NO_VIEW = Problem("not_there", _("There is no such view of yours"), _("List your views"))
NO_NAME = Problem("view_without_name", _("A name is missing"), _("Name the view"))
NOT_SHARED = Problem("view_not_shared", _("Your post may not share this view so"), _("Keep it for yourself"))


class RegisterAsked(Schema):
    """The register whose views are asked for."""

    register_code: str = Field(alias="register", max_length=60)


class ViewBody(Schema):
    """A view: filter, order and columns under a name; whom it is shared with."""

    register_code: str = Field(alias="register", max_length=60)
    name: str = Field(min_length=1, max_length=60)
    f: list[str] = Field(default=[], max_length=50, description="Filters, each column:operator:value.")
    q: str = Field(default="", max_length=200)
    order: str = Field(default="", max_length=500)
    columns: str = Field(default="", max_length=1000, description="Columns in their order, comma separated.")
    shared: Literal["", "unit", "all"] = ""


def _list(request: HttpRequest, asked: Asked[RegisterAsked]) -> HttpResponse:
    context = caller(request)
    register_for(context, asked.register_code)
    return answer(told_views(context, asked.register_code))


def told_views(context: Context, code: str) -> list[dict[str, Any]]:
    """The caller's views of a register, then those that others share with the caller."""
    own = [_plain(view, own=True) for view in views_of(context, code)]
    return own + [_plain(view, own=False) | {"by": view.person.name} for view in shared_views(context, code)]


def _plain(view: Any, *, own: bool) -> dict[str, Any]:
    return {"id": view.pk, "name": view.name, "query": view.query, "shared": view.shared, "own": own}


def opened(context: Context, code: str, name: str) -> ListAsked:
    """What a view asks of its list, by its name: an own one first, then a shared one; raises :class:`Blocked`."""
    views = [*views_of(context, code), *shared_views(context, code)]
    found = next((view for view in views if view.name == name.strip()), None)
    if found is None:
        raise Blocked((Blocker(NO_VIEW, value=name),))
    asked = parse_qs(found.query)
    search, order, columns = (asked.get(name, [""])[0] for name in ("q", "order", "columns"))
    return ListAsked(f=asked.get("f", []), q=search, order=order, columns=columns)


def _save(request: HttpRequest, body: ViewBody) -> HttpResponse:
    context = caller(request)
    asked = ListAsked(f=body.f, q=body.q, order=body.order, columns=body.columns)
    save(context, body.register_code, body.name, asked, body.shared)
    return answer(told_views(context, body.register_code), 201)


def save(context: Context, code: str, name: str, asked: ListAsked, shared: str = "") -> None:
    """Save a view; an own one of the same name is replaced. Raises :class:`Blocked`."""
    register, name = register_for(context, code), name.strip()
    if not name:
        raise Blocked((Blocker(NO_NAME, field="name"),))
    if shared and shared not in may_share(context, register):
        raise Blocked((Blocker(NOT_SHARED, field="shared", value=shared),))
    keep_view(context, register.code, name, _address(register, context, asked))
    key = next((view.pk for view in views_of(context, register.code) if view.name == name), 0)
    update_view(context, register, key, {"shared": shared})


def _address(register: Register, context: Context, asked: ListAsked) -> str:
    query = lasting(register, asked.query(register, context))
    return list_url(register, query.address(register)).partition("?")[2]


def _forget(request: HttpRequest, view: int, asked: Asked[RegisterAsked]) -> HttpResponse:
    context = caller(request)
    register = register_for(context, asked.register_code)
    if not 0 < view < 2**62 or not drop_view(context, register.code, view):
        raise Blocked((Blocker(NO_VIEW, value=str(view)),))
    return answer(told_views(context, register.code))


def forget(context: Context, code: str, name: str) -> None:
    """Forget one of the caller's own views, by its name; raises :class:`Blocked`."""
    register = register_for(context, code)
    key = next((view.pk for view in views_of(context, register.code) if view.name == name.strip()), 0)
    if not drop_view(context, register.code, key):
        raise Blocked((Blocker(NO_VIEW, value=name),))


def views() -> list[Endpoint]:
    """The endpoints of saved views."""
    kind = list[dict[str, Any]]
    return [
        Endpoint("GET", "/views", _list, "list_views", "Saved views of a register: own and shared ones", kind),
        Endpoint("POST", "/views", _save, "save_view", "Save a view; one of the same name is replaced", kind, 201),
        Endpoint("DELETE", "/views/{view}", _forget, "forget_view", "Forget one of your views", kind),
    ]
