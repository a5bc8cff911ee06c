"""How I am told: one's own wishes, the way from a mail to its record, webhooks and deliveries of the administrator."""

import re
from collections.abc import Iterator

import pytest
from django.core import mail
from pytest_django import Settings
from tests.kernel.notices.servers import Site, web_site
from tests.pages.zone import DAY, client_of, context, text_of

from xianxing.kernel.actions.act import create
from xianxing.kernel.context import Context
from xianxing.kernel.notices.models import Delivery, Notice, NoticeWish
from xianxing.kernel.notices.notify import notify
from xianxing.kernel.notices.wishes import ticket, wishes_of
from xianxing.kernel.register import find
from xianxing.kernel.units.models import Post, Unit

pytestmark = pytest.mark.usefixtures("zone")
HERE = "/me/notices/"
FORM = {
    "address": "li@zone.example", "language": "zh-hans", "by-urge": "mail", "by-info": "digest", "quiet": "1",
    "quiet_from": "21:00", "quiet_until": "07:30", "digest_at": "08:00",
}  # fmt: skip


@pytest.fixture
def site(settings: Settings) -> Iterator[Site]:
    with web_site() as site:
        settings.WEBHOOK_HOSTS = settings.WEBHOOK_PRIVATE = frozenset((f"127.0.0.1:{site.port}",))
        yield site


def hook(site: Site, form: str = "json") -> int:
    given = {"name": "政务平台", "url": site.url, "format": form, "post": "officer", "events": "urge"}
    return create(find("webhook"), context("admin"), **given)


def test_wishes_are_kept_as_they_were_chosen_and_the_page_says_that_mail_is_not_set_up() -> None:
    client = client_of("officer")
    assert "Mail is not set up" in text_of(client.get(HERE))
    assert client.post(HERE, FORM).status_code == 302
    actor = context("officer").actor
    assert actor
    kept = wishes_of(actor)
    assert (kept.address, kept.by["urge"], kept.by["info"], kept.by["light"]) == (
        "li@zone.example",
        "mail",
        "digest",
        "",
    )
    assert (kept.quiet_from.hour, kept.urgent, kept.confirmed) == (21, False, False)
    text = text_of(client.get(HERE))
    assert "li@zone.example" in text
    assert "li@zone.example" not in text_of(client_of("head").get(HERE))


@pytest.mark.parametrize("wrong", [{"address": "li at zone"}, {"quiet_from": "late"}, {"digest_at": "25:00"}])
def test_what_is_wrong_is_named_beside_its_field_and_nothing_is_lost(wrong: dict[str, str]) -> None:
    answer = client_of("officer").post(HERE, FORM | wrong)
    assert answer.status_code == 422
    assert next(iter(wrong.values())) in text_of(answer)
    assert not NoticeWish.objects.exists()


def test_a_new_address_gets_a_mail_that_confirms_it_for_its_person_alone(settings: Settings) -> None:
    settings.MAIL_SET_UP = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    client = client_of("officer")
    client.post(HERE, FORM)
    (sent,) = mail.outbox
    link = re.search(r"https?://[^/]+(/me/notices/confirm/\S+)", sent.body)
    assert link
    client_of("head").get(link[1])
    assert not NoticeWish.objects.get().confirmed
    client.get(link[1])
    assert NoticeWish.objects.get().confirmed
    client.get(f"{HERE}confirm/nonsense/")
    assert "has run out" in text_of(client.get(HERE))


def test_a_ticket_for_the_former_address_confirms_nothing() -> None:
    client, actor = client_of("officer"), context("officer").actor
    client.post(HERE, FORM)
    assert actor
    client.get(f"{HERE}confirm/{ticket(actor, 'former@zone.example')}/")
    assert not NoticeWish.objects.get().confirmed


def test_the_way_from_a_mail_leads_to_the_record_for_those_who_were_told_alone() -> None:
    unit = Unit.objects.order_by("pk").first()
    assert unit
    notify(Context.system(DAY), [Post.objects.get(code="officer").pk], "info", "unit", unit.pk, "x", {})
    pk = Notice.objects.get().pk
    assert client_of("officer").get(f"/n/{pk}/")["Location"] == f"/r/unit/~{unit.pk}/"
    assert client_of("head").get(f"/n/{pk}/").status_code == 404
    assert client_of("officer").get("/n/999999/").status_code == 404


def test_the_administrator_makes_a_secret_that_is_shown_once_and_tries_the_webhook(site: Site) -> None:
    pk, client = hook(site), client_of("admin")
    page = f"/r/webhook/~{pk}/"
    assert "Without a signing secret" in text_of(client.get(page, follow=True))
    assert "has no secret yet" in text_of(client.post(f"/notices/webhook/{pk}/trial/"))
    shown = re.search(r"whsec_[\w+/=]+", text_of(client.post(f"/notices/webhook/{pk}/secrets/")))
    assert shown
    assert shown[0] not in text_of(client.get(page, follow=True))
    assert "status 200" in text_of(client.post(f"/notices/webhook/{pk}/trial/"))
    site.answers["/in"] = b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nlate"
    answered = client.post(f"/notices/webhook/{pk}/trial/")
    assert answered.status_code == 200
    assert "status 503" in text_of(answered)
    assert len(site.asked) == 2


def test_nobody_else_sees_webhooks_or_makes_them_call(site: Site) -> None:
    pk = hook(site)
    for post in ("officer", "head", "leader"):
        client = client_of(post)
        assert client.get(f"/r/webhook/~{pk}/").status_code == 404
        assert client.post(f"/notices/webhook/{pk}/trial/").status_code == 404
        assert client.post(f"/notices/webhook/{pk}/secrets/", {"token": "x"}).status_code == 404
        assert client.get("/r/delivery/").status_code == 404
    assert site.asked == []


def test_what_was_given_up_stands_with_its_reason_on_the_administrators_page_and_is_sent_again(site: Site) -> None:
    pk, client = hook(site), client_of("admin")
    now = context("admin").instant
    given = {"channel": "webhook", "webhook_id": pk, "due_at": now, "created_at": now, "updated_at": now, "key": "k"}
    lost = Delivery.objects.create(state="failed", answer="HTTP 503", **given)
    assert "HTTP 503" in text_of(client.get("/r/delivery/"))
    page = f"/r/delivery/~{lost.pk}/"
    assert f"/notices/delivery/{lost.pk}/again/" in text_of(client.get(page))
    client.post(f"/notices/delivery/{lost.pk}/again/")
    lost.refresh_from_db()
    assert (lost.state, lost.tries) == ("waiting", 0)
