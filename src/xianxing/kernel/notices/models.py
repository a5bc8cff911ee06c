"""What posts are told, how people wish to be told, and what is on its way out of the product."""

from datetime import time
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.fields import ChoiceField, ChoicesField
from xianxing.kernel.record import Record

KINDS = (
    ("remind", _("reminder")),
    ("urge", _("urging")),
    ("report", _("report to the leaders")),
    ("assigned", _("assigned")),
    ("handed_over", _("handed over")),
    ("light", _("change of light")),
    ("followed", _("change of what is followed")),
    ("info", _("information")),
)
LANGUAGES = (("zh-hans", "简体中文"), ("en", "English"))
FORMATS = (
    ("json", _("signed JSON (Standard Webhooks)")),
    ("dingtalk", _("DingTalk robot")),
    ("wecom", _("WeCom robot")),
)
CHANNELS = (("mail", _("e-mail at once")), ("digest", _("daily digest")), ("webhook", _("webhook")))
STATES = (
    ("waiting", _("waiting")),
    ("sent", _("sent")),
    ("dropped", _("not to be sent any more")),
    ("failed", _("given up")),
)


class Notice(models.Model):
    """One message to one post about one record.

    ``message`` is an English message id with ``%(name)s`` places, ``params`` what fills them: every reader gets it in
    the own language. The five columns of the constraint make telling the same thing twice impossible; ``key`` tells
    apart what may be told again (the day a limit runs out, say). ``routed`` says that what is to leave the product for
    it has been entered as deliveries: until then the notice is its own outbox, written in its action's transaction.
    """

    post = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    register = models.CharField(max_length=60)
    record = models.BigIntegerField()
    key = models.CharField(max_length=80, default="")
    message = models.CharField(max_length=300)
    params = models.JSONField(default=dict)
    business_date = models.DateField()
    created_at = models.DateTimeField()
    read_on = models.DateField(null=True)
    read_by = models.BigIntegerField(null=True)
    invented = models.BooleanField(default=False)
    routed = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index("post", "read_on", "id", name="notice_inbox"),
            models.Index("id", name="notice_unrouted", condition=Q(routed=False)),
        ]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("post", "kind", "register", "record", "key", name="notice_told_once"),
        ]


class NoticeWish(models.Model):
    """How one person wishes to be told. No fact of the zone: the person's own, not audited.

    ``address`` is sealed with a key of its own; nothing goes there before the person has ``confirmed`` it. ``at_once``
    and ``digest`` hold kinds of notice joined by commas, ``no_webhook`` those that no webhook shall carry. Times of day
    are of the zone. ``digest_on`` is the day of the last digest, ``held_until`` how long a sender has the next one.
    """

    person = models.OneToOneField("kernel.Person", models.CASCADE, related_name="+")
    address = models.TextField(default="", blank=True)
    confirmed = models.BooleanField(default=False)
    language = models.CharField(max_length=10, default="zh-hans")
    at_once = models.CharField(max_length=200, default="", blank=True)
    digest = models.CharField(max_length=200, default="", blank=True)
    no_webhook = models.CharField(max_length=200, default="", blank=True)
    quiet = models.BooleanField(default=True)
    quiet_from = models.TimeField(default=time(20))
    quiet_until = models.TimeField(default=time(8))
    urgent = models.BooleanField(default=False)
    digest_at = models.TimeField(default=time(8, 30))
    digest_on = models.DateField(null=True)
    held_until = models.DateTimeField(null=True)


class Webhook(Record):
    """An address outside that carries what a post is told, under that post's rights.

    ``secrets`` (signing secret and the robot's access token) is sealed JSON, never shown again and never a column.
    """

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    url = models.CharField(
        _("address"), max_length=300, help_text=_("Without access token or key: they are entered on the next page")
    )
    format = ChoiceField(_("format"), options=FORMATS, default="json")
    post = models.ForeignKey(
        "kernel.Post", models.PROTECT, verbose_name=_("post whose notices it carries"), related_name="+"
    )
    events = ChoicesField(_("kinds of notice"), options=KINDS, max_length=200)
    language = ChoiceField(_("language"), options=LANGUAGES, default="zh-hans")
    paused = models.BooleanField(_("paused"), default=False)
    secrets = models.TextField(default="", editable=False)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("code", condition=Q(deleted_at=None), name="webhook_code"),
        ]


class Delivery(Record):
    """One notice on its way out by one channel: to a person by e-mail, or through a webhook; the outbox and its log.

    ``key`` names the delivery to its receiver, the same at every try, so that what arrives twice can be told as one.
    ``held_by`` and ``held_until`` say which sender has it and for how long; ``answer`` how the last try went. A trial
    has no notice.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, null=True, editable=False, related_name="+")
    channel = ChoiceField(_("channel"), options=CHANNELS)
    kind = ChoiceField(_("kind of notice"), options=KINDS, blank=True, default="")
    register = models.CharField(_("register"), max_length=60, blank=True, default="")
    record = models.BigIntegerField(_("entry"), default=0)
    person = models.ForeignKey(
        "kernel.Person", models.PROTECT, verbose_name=_("person"), null=True, blank=True, related_name="+"
    )
    webhook = models.ForeignKey(
        Webhook, models.PROTECT, verbose_name=_("webhook"), null=True, blank=True, related_name="+"
    )
    state = ChoiceField(_("state"), options=STATES, default="waiting")
    due_at = models.DateTimeField(_("to be sent at"))
    tries = models.PositiveIntegerField(_("tries"), default=0)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True, default="")
    key = models.CharField(max_length=32, editable=False)
    held_by = models.CharField(max_length=32, default="", editable=False)
    held_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index("due_at", "id", name="delivery_due", condition=Q(state="waiting")),
            models.Index("webhook", "sent_at", name="delivery_pace"),
        ]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("notice", "person", name="delivery_to_person", condition=Q(webhook=None)),
            models.UniqueConstraint("notice", "webhook", name="delivery_by_webhook", condition=Q(person=None)),
        ]
