"""How one is told: the own wishes, the way from a mail to its record; the administrator's webhooks and deliveries."""

from collections.abc import Mapping
from datetime import time
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.gate import Row
from xianxing.kernel.notices.formats import A_MINUTE
from xianxing.kernel.notices.hooks import keep_secrets, secrets_kept, trial
from xianxing.kernel.notices.mail import NotSent, send_ticket
from xianxing.kernel.notices.models import KINDS, LANGUAGES
from xianxing.kernel.notices.notify import told
from xianxing.kernel.notices.outbound import Unreached
from xianxing.kernel.notices.outbox import send_again
from xianxing.kernel.notices.sending import zone_name
from xianxing.kernel.notices.wishes import By, Wishes, carriers, confirm, save_wishes, ticket, wishes_of
from xianxing.kernel.register import REGISTRY, find
from xianxing.pages.addresses import NOT_FOUND, by_id, list_url
from xianxing.pages.extensions import panel, routes
from xianxing.pages.render import context_of, render
from xianxing.pages.words import capital

__all__ = ["open_notice", "wishes_page"]

HERE = "/me/notices/"
SHOWN = 2_000
BAD_TIME = Problem("bad_time", gettext_lazy("“%(value)s” is not a time of day"), gettext_lazy("Write it as 08:30"))
WAYS = (
    ("", gettext_lazy("in the product only")),
    ("mail", gettext_lazy("e-mail at once")),
    ("digest", gettext_lazy("in the daily digest")),
)
HOURS = {
    "quiet_from": gettext_lazy("quiet from"),
    "quiet_until": gettext_lazy("quiet until"),
    "digest_at": gettext_lazy("digest at"),
}


@require_http_methods(["GET", "POST"])
def wishes_page(request: HttpRequest) -> HttpResponseBase:
    """The wishes of whoever is logged in, and nobody else's."""
    context = context_of(request)
    if context.actor is None:
        raise Http404(NOT_FOUND)
    kept, blockers = wishes_of(context.actor), list[Blocker]()
    typed = {name: getattr(kept, name).strftime("%H:%M") for name in HOURS}
    if request.method == "POST":
        typed = {name: request.POST.get(name, "").strip() for name in HOURS}
        hours = {name: _hour(name, text, blockers) for name, text in typed.items()}
        kept = _posted(request, kept, hours)
        if not blockers:
            try:
                fresh = save_wishes(context, kept)
            except Blocked as error:
                blockers.extend(error.blockers)
            else:
                if fresh and settings.MAIL_SET_UP:
                    return send_ticket_again(request)
                messages.success(request, _("Saved."))
                return redirect(HERE)
    return render(
        request,
        "notices/wishes.html",
        422 if blockers else 200,
        title=_("How I am told"),
        sections=_sections(kept, typed, carriers(context), blockers),
        errors=[{"text": b.words(), "field": b.field, "label": str(b.label)} for b in blockers],
        mail_set_up=settings.MAIL_SET_UP,
        address=kept.address,
        confirmed=kept.confirmed,
        carriers=carriers(context),
    )


def _hour(name: str, text: str, blockers: list[Blocker]) -> time:
    try:
        return time.fromisoformat(text if ":" in text else "-").replace(tzinfo=None)
    except ValueError:
        blockers.append(Blocker(BAD_TIME, name, HOURS[name], text))
        return time(0)


def _posted(request: HttpRequest, kept: Wishes, hours: Mapping[str, time]) -> Wishes:
    chosen = {kind: request.POST.get(f"by-{kind}", "") for kind, _label in KINDS}
    by = {kind: cast("By", way if way in {"mail", "digest"} else "") for kind, way in chosen.items()}
    known = {kind for kind, _label in KINDS}
    away = frozenset(request.POST.getlist("no_webhook")) & known if "webhooks" in request.POST else kept.no_webhook
    return Wishes(
        request.POST.get("address", "").strip()[:200], kept.confirmed, request.POST.get("language", ""), by, away,
        request.POST.get("quiet") == "1", hours["quiet_from"], hours["quiet_until"], request.POST.get("urgent") == "1",
        hours["digest_at"],
    )  # fmt: skip


def _sections(
    kept: Wishes, typed: Mapping[str, str], carried: list[str], blockers: list[Blocker]
) -> list[dict[str, Any]]:
    """The form, in the order in which one thinks of it: where to, what, when."""

    def field(name: str, label: str, value: Any, kind: str = "text", **more: Any) -> dict[str, Any]:
        errors = [{"text": b.words(), "mend": b.mend()} for b in blockers if b.field == name]
        return {"name": name, "label": capital(label), "value": value, "kind": kind, "errors": errors, **more}

    spoken = [{"value": code, "label": label} for code, label in LANGUAGES]
    ways = [{"value": way, "label": str(label)} for way, label in WAYS]
    kinds = [{"value": kind, "label": str(label)} for kind, label in KINDS]
    what = [
        field(f"by-{kind}", str(label), kept.by[kind], "choice", closed=True, choices=ways) for kind, label in KINDS
    ]
    if carried:
        what += [
            {"name": "webhooks", "kind": "hidden", "value": "1"},
            field("no_webhook", _("Not through webhooks"), list(kept.no_webhook), "checks", choices=kinds, wide=True),
        ]
    when = [
        field("quiet", _("Leave me in peace outside working hours"), kept.quiet, "check", wide=True),
        *(field(name, str(label), typed[name], placeholder="08:30") for name, label in HOURS.items()),
        field("urgent", _("Urging and reports may come at any time"), kept.urgent, "check", wide=True),
    ]
    return [
        {
            "title": _("E-mail"),
            "fields": [
                field("address", _("e-mail address"), kept.address, autocomplete="email"),
                field("language", _("language of the mails"), kept.language, "choice", closed=True, choices=spoken),
            ],
        },
        {"title": _("What comes by which way"), "fields": what},
        {
            "title": _("When it comes"),
            "note": _(
                "What comes in quiet hours or on a day without work is held until the first working minute after."
            ),
            "fields": when,
        },
    ]


@require_POST
def send_ticket_again(request: HttpRequest) -> HttpResponse:
    """Send the mail by which the caller confirms the own address."""
    context = context_of(request)
    kept = wishes_of(context.actor or 0)
    if context.actor is None or not kept.address or not settings.MAIL_SET_UP:
        raise Http404(NOT_FOUND)
    link = (settings.BASE_URL or request.build_absolute_uri("/").rstrip("/")) + f"{HERE}confirm/"
    try:
        send_ticket(kept.address, zone_name(), f"{link}{ticket(context.actor, kept.address)}/")
    except NotSent as error:
        messages.error(request, _("Saved, but the mail could not be sent: %(why)s") % {"why": error})
    else:
        said = _("Saved. A mail is on its way to %(address)s: open the address in it.") % {"address": kept.address}
        messages.success(request, said)
    return redirect(HERE)


@require_safe
def confirm_address(request: HttpRequest, brought: str) -> HttpResponse:
    """What the mail leads to: the address is confirmed for whoever is logged in as its person."""
    if confirm(context_of(request), brought):
        messages.success(request, _("Your e-mail address is confirmed."))
    else:
        messages.error(request, _("This confirmation has run out or belongs to another address. Ask for a new one."))
    return redirect(HERE)


@require_safe
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """From a mail to the record it speaks of: for those who were told alone, under today's rights."""
    found = told(context_of(request), pk)
    if found is None or found.register not in REGISTRY:
        raise Http404(NOT_FOUND)
    return redirect(by_id(REGISTRY[found.register], found.record))


def _hook_panel(context: Context, row: Row) -> Mapping[str, Any] | None:
    """On a webhook's page: its secrets, a trial, its deliveries."""
    if not find("webhook").may(context, "edit"):
        return None
    kept, deliveries = secrets_kept(row.id), find("delivery")
    query = Query(filters=(Filter("webhook", "is", (row.id,)),))
    return {
        "form": row.values["format"],
        "pace": A_MINUTE,
        "zone": zone_name(),
        "secret": bool(kept.secret),
        "token": bool(kept.token),
        "url": f"/notices/webhook/{row.id}/",
        "log": list_url(deliveries, query.address(deliveries)),
    }


@require_POST
def give_secrets(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a robot's token and secret, or make a signing secret and show it once."""
    fresh = keep_secrets(
        context_of(request), pk, request.POST.get("secret", "")[:200], request.POST.get("token", "")[:200]
    )
    back = by_id(find("webhook"), pk)
    if fresh:
        told = _(
            "Enter it at the receiver now: it is kept sealed and this page shows it once. The receiver checks "
            "Webhook-Signature by it, as Standard Webhooks describes, and tells repeated calls by Webhook-Id."
        )
        shown: dict[str, Any] = {
            "title": _("Signing secret"),
            "told": told,
            "back": back,
            "back_label": _("Back to the webhook"),
        }
        return render(request, "secret.html", secret=fresh, **shown)
    messages.success(request, _("The secrets are kept."))
    return redirect(back)


@require_POST
def try_webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a trial and show the answer as it came."""
    values: dict[str, Any] = {"title": _("Trial of a webhook"), "back": by_id(find("webhook"), pk)}
    try:
        answer = trial(context_of(request), pk, zone_name())
    except Unreached as error:
        return render(request, "notices/trial.html", **values, failure=str(error))
    except Blocked as error:
        if any(blocker.code == "not_there" for blocker in error.blockers):
            raise
        failure = " ".join(f"{blocker.words()}. {blocker.mend()}." for blocker in error.blockers)
        return render(request, "notices/trial.html", 422, **values, failure=failure)
    return render(request, "notices/trial.html", **values, code=answer.status, body=answer.body[:SHOWN])


def _delivery_panel(context: Context, row: Row) -> Mapping[str, Any] | None:
    """On the page of a delivery that was given up."""
    if "system_admin" not in context.roles or row.values["state"] != "failed":
        return None
    return {"url": f"/notices/delivery/{row.id}/again/"}


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a delivery that was given up back into the outbox."""
    if send_again(context_of(request), pk):
        messages.success(request, _("It is sent again."))
    return redirect(by_id(find("delivery"), pk))


routes(
    path("me/notices/", wishes_page, name="wishes"),
    path("me/notices/ticket/", send_ticket_again, name="send_ticket"),
    path("me/notices/confirm/<str:brought>/", confirm_address, name="confirm_address"),
    path("n/<int:pk>/", open_notice, name="open_notice"),
    path("notices/webhook/<int:pk>/secrets/", give_secrets, name="give_secrets"),
    path("notices/webhook/<int:pk>/trial/", try_webhook, name="try_webhook"),
    path("notices/delivery/<int:pk>/again/", again, name="send_again"),
)
panel("webhook", gettext_lazy("Secrets and trial"), "notices/webhook-panel.html", _hook_panel, side=True)
panel("delivery", gettext_lazy("Given up"), "notices/delivery-panel.html", _delivery_panel, side=True)
