"""The page of one's own API tokens: make one, see what it opens and when it was last used, revoke it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from xianxing.api.describe import registers_of
from xianxing.api.registers import TOKENS
from xianxing.api.tokens import LONGEST, Held, issue, own_posts, revoke, tokens_of, used
from xianxing.kernel import clock
from xianxing.kernel.blockers import Blocker, Refused
from xianxing.kernel.context import Context
from xianxing.kernel.gate import Row
from xianxing.kernel.kinds import Day
from xianxing.kernel.register import REGISTRY
from xianxing.pages.doors import fresh
from xianxing.pages.extensions import panel, routes
from xianxing.pages.render import context_of, render
from xianxing.pages.security import proved, said
from xianxing.pages.words import capital

__all__ = ["tokens_page"]

HERE = "/me/tokens/"
USUAL = timedelta(days=90)


@never_cache
@require_safe
def tokens_page(request: HttpRequest) -> HttpResponse:
    """One's tokens, and the form for another."""
    return _page(request)


def _page(request: HttpRequest, status: int = 200, blockers: Sequence[Blocker] = ()) -> HttpResponse:
    context = context_of(request)
    everybodys = bool(context.roles & {"security_admin", "audit_admin"})
    return render(
        request,
        "tokens/page.html",
        status,
        title=_("My API tokens"),
        tokens=[_told(held) for held in tokens_of(context)],
        sections=_form(request, context, blockers) if own_posts(context) else None,
        errors=[{"text": b.words(), "field": b.field, "label": str(b.label)} for b in blockers],
        fresh=fresh(request),
        all_url=f"/r/{TOKENS.code}/" if everybodys else None,
        url=HERE,
    )


def _told(held: Held) -> dict[str, Any]:
    opens = [str(REGISTRY[code].label) for code in held.only if code in REGISTRY]
    return {
        "id": held.id,
        "label": held.label,
        "prefix": held.prefix,
        "post": held.post,
        "until": date_format(held.expires_on, "DATE_FORMAT"),
        "over": held.over,
        "opens": _("; ").join(opens),
        "reads": held.reads,
        "used": said(held.used),
    }


def _form(request: HttpRequest, context: Context, blockers: Sequence[Blocker]) -> list[dict[str, Any]]:
    """What is asked for a new token, with what was typed."""
    sent, today = request.POST, clock.local_today()

    def field(name: str, label: str, kind: str = "text", value: Any = "", **more: Any) -> dict[str, Any]:
        errors = [{"text": b.words(), "mend": b.mend()} for b in blockers if b.field == name]
        typed = sent.get(name, value) if sent else value
        return {"name": name, "label": capital(label), "kind": kind, "value": typed, "errors": errors, **more}

    posts = [{"value": code, "label": title} for code, title in own_posts(context).items()]
    mine = context.seat.code if context.seat and context.seat.code in own_posts(context) else posts[0]["value"]
    registers = [{"value": register.code, "label": str(register.label)} for register in registers_of(context)]
    bounds = {"min": (today + timedelta(days=1)).isoformat(), "max": (today + LONGEST).isoformat()}
    until = (today + USUAL).isoformat()
    return [
        {
            "title": _("Make a token"),
            "note": _("A program that bears it acts in this post until that day, or until you revoke it."),
            "fields": [
                field("label", _("label"), required=True, help=_("What the token is for.")),
                field("post", _("post"), "choice", mine, choices=posts, closed=True, required=True),
                field("expires_on", _("expires on"), "day", until, required=True, **bounds),
                field("reads", _("It only reads"), "check", not sent),
                field("only", _("Only these registers; none chosen: all that the post may see"), "checks", wide=True,
                      choices=registers) | {"value": sent.getlist("only")},
            ],
        }
    ]  # fmt: skip


@never_cache
@require_POST
@proved
def make_token(request: HttpRequest) -> HttpResponse:
    """Make a token and show its secret, this once."""
    sent = request.POST
    try:
        until: date = Day().parse(sent.get("expires_on", "").strip() or "-")
    except Refused as error:
        refused = Blocker(error.problem, "expires_on", _("expires on"), sent.get("expires_on", ""), error.params)
        return _page(request, 422, [refused])
    outcome, secret = issue(
        context_of(request), sent.get("label", "").strip(), sent.get("post", ""), until,
        only=sent.getlist("only")[:60], reads=sent.get("reads") == "1",
    )  # fmt: skip
    if not outcome.done:
        return _page(request, 422, outcome.blockers)
    told = _(
        "Give it to the program now: only its digest is kept, and nobody can show it again. "
        "The program sends it as “Authorization: Bearer …”."
    )
    shown: dict[str, Any] = {
        "title": _("The token's secret"),
        "told": told,
        "back": HERE,
        "back_label": _("Back to my tokens"),
    }
    return render(request, "secret.html", secret=secret, **shown)


@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponseBase:
    """End one of one's tokens; that needs no proof, for it gives nothing."""
    outcome = revoke(context_of(request), pk)
    if outcome.done:
        messages.success(request, _("Revoked: programs that bear it are let in no more."))
    for blocker in outcome.blockers:
        messages.error(request, f"{blocker.words()} {blocker.mend()}")
    return redirect(HERE)


def _use_panel(context: Context, row: Row) -> Mapping[str, Any]:
    """On a token's own page: when it was last used."""
    return {"used": said(used(context, row.id))}


routes(
    path("me/tokens/", tokens_page, name="tokens"),
    path("me/tokens/make/", make_token, name="make_token"),
    path("me/tokens/<int:pk>/revoke/", revoke_token, name="revoke_token"),
)
panel(TOKENS.code, gettext_lazy("Use"), "tokens/panel.html", _use_panel, side=True)
