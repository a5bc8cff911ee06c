"""Mails: one notice, or the digest of a day, in the reader's language, as text and HTML.

A subject names sender, matter and kind of document in this order, as titles of official documents do (GB/T 9704-2012,
7.3.1). No personal column is in a mail: what a record is called here comes from :func:`.notify.names_outside`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from xianxing.kernel.blockers import Label
from xianxing.kernel.notices.formats import Content

__all__ = ["NotSent", "send_content", "send_digest", "send_ticket"]

GROUPS: tuple[tuple[Label, frozenset[str]], ...] = (
    (gettext_lazy("Overdue"), frozenset(("report", "urge"))),
    (gettext_lazy("Due soon"), frozenset(("remind",))),
    (gettext_lazy("To be done"), frozenset(("assigned", "handed_over"))),
    (gettext_lazy("For information"), frozenset(("light", "followed", "info", ""))),
)


class NotSent(Exception):
    """The mail server did not take the mail; ``for_good`` says that another try will not help."""

    def __init__(self, why: str, for_good: bool) -> None:
        super().__init__(why)
        self.for_good = for_good


@dataclass(frozen=True)
class Group:
    """What is of one urgency in a mail."""

    title: Label
    contents: tuple[Content, ...]


def send_content(address: str, content: Content) -> None:
    """One notice; raises :class:`NotSent`."""
    subject = _("%(zone)s: %(label)s concerning %(what)s") % {
        "zone": content.zone, "label": content.label, "what": content.title,
    }  # fmt: skip
    _send(address, subject, [Group(content.label, (content,))], content.key)


def send_digest(address: str, zone: str, day: date, contents: Sequence[Content], key: str) -> None:
    """All that waited for the digest of a day, the most urgent first; raises :class:`NotSent`."""
    subject = _("%(zone)s: %(number)s notices waiting on %(day)s") % {
        "zone": zone, "number": len(contents), "day": date_format(day, "DATE_FORMAT"),
    }  # fmt: skip
    groups = [Group(title, tuple(c for c in contents if c.kind in kinds)) for title, kinds in GROUPS]
    _send(address, subject, [group for group in groups if group.contents], key)


def send_ticket(address: str, zone: str, link: str) -> None:
    """The mail by which a person confirms the own address; raises :class:`NotSent`."""
    subject = _("%(zone)s: confirm your e-mail address") % {"zone": zone}
    text = _("Open this address within a day, logged in as yourself:")
    headers = {"Auto-Submitted": "auto-generated"}
    _deliver(EmailMultiAlternatives(_line(subject), f"{text}\n\n{link}\n", to=[address], headers=headers))


def _line(text: str) -> str:
    return " ".join(text.split())[:200]


def _send(address: str, subject: str, groups: Sequence[Group], key: str) -> None:
    if any(content.invented for group in groups for content in group.contents):
        subject = _("[invented] %(subject)s") % {"subject": subject}
    values: dict[str, Any] = {
        "subject": _line(subject),
        "groups": groups,
        "invented": _("invented"),
        "language": "en" if get_language() == "en" else "zh-Hans",
        "closing": _("Which notices come by mail, and when, is yours to choose: “How I am told” on your desk."),
    }
    lines = [values["subject"], ""]
    for group in groups:
        lines += [f"{group.title}", ""]
        for content in group.contents:
            mark = f" ({values['invented']})" if content.invented else ""
            lines += [f"- {content.text}{mark}", *([f"  {content.url}"] if content.url else [])]
        lines.append("")
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(">") or "localhost"
    headers = {"Message-ID": f"<{key}@{host}>", "Auto-Submitted": "auto-generated", "X-Idempotency-Key": key}
    mail = EmailMultiAlternatives(
        values["subject"], "\n".join([*lines, values["closing"], ""]), to=[address], headers=headers
    )
    mail.attach_alternative(render_to_string("notices/mail.html", values), "text/html")
    _deliver(mail)


def _deliver(mail: EmailMultiAlternatives) -> None:
    """Hand a mail over. A server's words may repeat the address, which no log may hold."""
    try:
        mail.send()
    except SMTPRecipientsRefused as error:
        codes = sorted({code for code, _words in error.recipients.values()})
        raise NotSent(f"SMTP {codes}: the address is refused", min(codes) >= 500) from error
    except SMTPResponseException as error:
        words = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        raise NotSent(f"SMTP {error.smtp_code}: {words}".replace(mail.to[0], "…")[:200], False) from error
    except (SMTPException, OSError) as error:
        raise NotSent(f"{type(error).__name__}: {error}".replace(mail.to[0], "…")[:200], False) from error
