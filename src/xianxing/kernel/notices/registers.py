"""Webhooks and deliveries as registers of the system administrator. Deliveries come from the outbox, never typed."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.access import grant
from xianxing.kernel.blockers import Blocker, Refused
from xianxing.kernel.context import Context
from xianxing.kernel.flow.flow import Facts, Values
from xianxing.kernel.notices.models import Delivery, Webhook
from xianxing.kernel.notices.outbound import check_url
from xianxing.kernel.register import Register, Section, declare

__all__ = ["DELIVERIES", "WEBHOOKS"]


def may_be_called(values: Values, facts: Facts, context: Context) -> Iterable[Blocker]:
    """The address is one that a call would be allowed to."""
    del facts, context
    try:
        check_url(str(values["url"] or ""))
    except Refused as error:
        yield Blocker(error.problem, "url", _("address"), str(values["url"]), error.params)


WEBHOOKS = declare(
    Register(
        code="webhook",
        label=_("Webhooks"),
        model=Webhook,
        prefix="WH",
        columns=("code", "name", "url", "format", "post", "events", "language", "paused"),
        sections=(
            Section(_("Where it calls"), ("name", "url", "format")),
            Section(_("What it carries"), ("post", "events", "language", "paused")),
        ),
        grants=(
            grant("system_admin", "view create edit delete restore"),
            grant("security_admin", "view"),
            grant("audit_admin", "view"),
        ),
        search=("code", "name"),
        checks=(may_be_called,),
        group=_("System"),
    )
)
_LOGGED = (
    "channel", "kind", "register", "record", "person", "webhook", "state", "due_at", "tries", "sent_at", "answer",
)  # fmt: skip
DELIVERIES = declare(
    Register(
        code="delivery",
        label=_("Deliveries"),
        model=Delivery,
        key="id",
        title="channel",
        columns=_LOGGED,
        shown=tuple(name for name in _LOGGED if name not in {"register", "record"}),
        readonly=frozenset(_LOGGED),
        grants=(grant("system_admin", "view", hidden=("register", "record")),),
        group=_("System"),
    )
)
