"""Webhooks: their secrets, what they are asked to carry, and a trial of them."""

import json
import uuid
from dataclasses import asdict

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianxing.kernel import clock, gate, store
from xianxing.kernel.actions.work import working
from xianxing.kernel.audit.chain import Item
from xianxing.kernel.blockers import Blocked, Blocker, Problem, Refused
from xianxing.kernel.context import Context
from xianxing.kernel.notices.formats import Content, Secrets, accepted, address, fresh_secret, lacks, request, said
from xianxing.kernel.notices.models import Delivery, Webhook
from xianxing.kernel.notices.outbound import Answer, Unreached, post
from xianxing.kernel.personal.boxes import pack, unpack
from xianxing.kernel.register import find

__all__ = ["carry", "keep_secrets", "secrets_kept", "trial"]

NO_SECRET = Problem(
    "no_secret", gettext_lazy("The webhook has no secret yet"), gettext_lazy("Enter it on the webhook's page")
)


def _kept(hook: Webhook) -> Secrets:
    return Secrets(**json.loads(unpack(hook.secrets) or "{}")) if hook.secrets else Secrets()


def secrets_kept(pk: int) -> Secrets:
    """Which secrets a webhook has, as marks: they are never shown again."""
    kept = _kept(Webhook.objects.get(pk=pk))
    return Secrets("…" if kept.secret else "", "…" if kept.token else "")


def keep_secrets(context: Context, pk: int, secret: str = "", token: str = "") -> str:
    """Give a webhook its secrets. One of signed JSON gets a fresh signing secret, which is returned to be shown once.

    For those who may edit the webhook, else :class:`Blocked`. The audit says that it was done, never what it was.
    """
    register = find("webhook")
    row = gate.get(register, context, pk, "edit")
    hook = Webhook.objects.get(pk=row.id)
    fresh = fresh_secret() if hook.format == "json" else ""
    sealed = pack(json.dumps(asdict(Secrets(fresh or secret.strip(), token.strip()))), former=hook.secrets)
    with working(context, "keep_secrets", register.code) as work:
        store.update_versioned(Webhook, {hook.pk: {"secrets": sealed, "updated_at": context.instant}}, None)
        work.items.append(Item(register.code, hook.pk, "keep_secrets", {}, {}))
    return fresh


def carry(hook: Webhook, content: Content) -> str:
    """Send one content; returns the answer for the log. Raises :class:`Refused` and :class:`Unreached`."""
    answer = _post(hook, content)
    told = said(hook.format, answer)
    if not accepted(hook.format, answer):
        raise Unreached(told)
    return told


def _post(hook: Webhook, content: Content) -> Answer:
    kept = _kept(hook)
    if lacks(hook.format, kept):
        raise Refused(NO_SECRET)
    sent = request(hook.format, content, kept, clock.instant())
    return post(address(hook.url, sent.query), sent.headers, sent.body)


def trial(context: Context, pk: int, zone: str) -> Answer:
    """Send a message that speaks of no record, and give the answer as it came; the log keeps that it was tried.

    Raises :class:`Blocked` where the webhook may not be edited or the call is not allowed, :class:`Unreached`.
    """
    row = gate.get(find("webhook"), context, pk, "edit")
    hook = Webhook.objects.get(pk=row.id)
    text = _("A trial of the webhook “%(name)s”; nothing is to be done.") % {"name": hook.name}
    content = Content(uuid.uuid4().hex, "trial", _("trial"), text, "", zone, context.instant)
    try:
        answer = _post(hook, content)
    except Refused as error:
        raise Blocked((Blocker(error.problem, "url", value=hook.url, params=error.params),)) from error
    except Unreached as error:
        _note(context, hook, content, "failed", str(error))
        raise
    _note(context, hook, content, "sent" if accepted(hook.format, answer) else "failed", said(hook.format, answer))
    return answer


def _note(context: Context, hook: Webhook, content: Content, state: str, answer: str) -> None:
    now = context.instant
    Delivery.objects.create(
        channel="webhook", webhook=hook, state=state, due_at=now, sent_at=now if state == "sent" else None, tries=1,
        answer=answer[:300], key=content.key, created_at=now, updated_at=now,
    )  # fmt: skip
