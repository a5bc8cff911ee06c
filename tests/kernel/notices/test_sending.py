"""Notices leave by mail and webhook: once, when their receiver may be disturbed, with the receiver's rights."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings
from tests.kernel.notices.outgoing import ADDRESS, ZONE, hook, send, states, tell, wish
from tests.kernel.notices.servers import Post, Site, answer
from tests.kernel.town import Town

from xianxing.kernel import clock
from xianxing.kernel.actions.act import edit
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.notices import outbox
from xianxing.kernel.notices.formats import signature
from xianxing.kernel.notices.hooks import keep_secrets, trial
from xianxing.kernel.notices.models import Delivery, Notice, NoticeWish, Webhook
from xianxing.kernel.notices.notify import inbox, mark_read
from xianxing.kernel.notices.wishes import confirm, save_wishes, ticket, wishes_of
from xianxing.kernel.personal.ciphers import is_sealed
from xianxing.kernel.register import find
from xianxing.kernel.seeds import sow


def test_a_notice_goes_out_as_a_mail_in_its_readers_language_with_a_way_back(
    town: Town, office: Post, now: Callable[[str], None]
) -> None:
    wish(town)
    tell(town, "urge")
    send()
    (mail,) = office.mails
    assert "招商一局" in mail["Subject"]
    assert "2017年10月9日" in office.text()
    assert f"https://zone.example/n/{Notice.objects.get().pk}/" in office.text()
    html = mail.get_body(("html",))
    assert html is not None
    assert "2017年10月9日" in html.get_content()
    assert states() == ["sent"]


def test_a_reader_of_english_is_written_to_in_english(town: Town, office: Post, now: Callable[[str], None]) -> None:
    wish(town, language="en")
    tell(town)
    send()
    assert "is due on Oct. 9, 2017" in office.text() or "is due on 9 October 2017" in office.text()


def test_without_a_confirmed_address_nothing_leaves_the_product(
    town: Town, office: Post, now: Callable[[str], None]
) -> None:
    wish(town)
    save_wishes(
        town.as_post("officer-one"), replace(wishes_of(town.person("p-officer-one")), address="new@zone.example")
    )
    tell(town)
    send()
    assert (office.mails, states()) == ([], [])
    assert not confirm(town.as_post("officer-one"), ticket(town.person("p-officer-one"), ADDRESS))
    assert not confirm(town.as_post("officer-two"), ticket(town.person("p-officer-one"), "new@zone.example"))


def test_an_address_lies_sealed_in_the_store(town: Town, office: Post) -> None:
    wish(town)
    assert is_sealed(NoticeWish.objects.get().address)


def test_running_the_sender_twice_sends_once(town: Town, office: Post, now: Callable[[str], None]) -> None:
    wish(town)
    tell(town)
    send()
    send()
    assert len(office.mails) == 1


def test_two_senders_never_hold_the_same_delivery(town: Town, office: Post, now: Callable[[str], None]) -> None:
    wish(town)
    for number in range(4):
        tell(town, key=str(number))
    outbox.route()
    first = outbox.claim(clock.instant())
    assert (len(first), outbox.claim(clock.instant())) == (4, [])


def test_a_sender_that_dies_between_sending_and_marking_repeats_that_one_under_the_same_key(
    town: Town, office: Post, now: Callable[[str], None]
) -> None:
    wish(town)
    for number in range(3):
        tell(town, key=str(number))

    def die(*_args: Any, **_rest: Any) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "settle", die)
        with pytest.raises(KeyboardInterrupt):
            send()
    assert len(office.mails) == 1
    send()
    assert len(office.mails) == 1  # what the dead one held is held
    now("2017-09-29T10:11")
    send()
    assert len(office.mails) == 4
    keys = [mail["Message-ID"] for mail in office.mails]
    assert keys[0] in keys[1:]
    assert len(set(keys)) == 3
    assert states() == ["sent"] * 3


def test_a_refused_mail_is_tried_again_later_and_later_and_then_given_up(
    town: Town, office: Post, now: Callable[[str], None]
) -> None:
    wish(town, quiet=False)
    office.refuses = "451"
    tell(town)
    moment = clock.instant()
    for wait in (timedelta(), *outbox.BACKOFF):
        moment += wait
        now(moment.astimezone(ZONE).replace(tzinfo=None).isoformat())
        send()
    (delivery,) = Delivery.objects.all()
    assert (delivery.state, delivery.tries) == ("failed", 9)
    assert "451" in delivery.answer
    assert ADDRESS not in delivery.answer
    office.refuses = ""
    assert not outbox.send_again(town.as_post("officer-one"), delivery.pk)
    assert outbox.send_again(town.as_post("sys"), delivery.pk)
    send()
    assert len(office.mails) == 1


def test_an_address_that_does_not_exist_is_given_up_at_once(
    town: Town, office: Post, now: Callable[[str], None]
) -> None:
    wish(town)
    office.refuses = "550"
    tell(town)
    send()
    assert states() == ["failed"]


def test_what_comes_in_the_holiday_week_goes_out_after_it(town: Town, office: Post, now: Callable[[str], None]) -> None:
    sow(town.system)
    wish(town)
    now("2017-09-30T21:00")
    tell(town, "urge")
    for moment in ("2017-09-30T21:01", "2017-10-04T12:00", "2017-10-08T23:59"):
        now(moment)
        send()
    assert office.mails == []
    now("2017-10-09T08:00")
    send()
    assert len(office.mails) == 1


def test_only_urgent_kinds_break_quiet_hours_and_only_where_the_person_allows_it(
    town: Town, office: Post, now: Callable[[str], None]
) -> None:
    now("2017-09-29T22:00")
    wish(town, urgent=True)
    wish(town, "officer-two")
    for post in ("officer-one", "officer-two"):
        for kind in ("urge", "info"):
            tell(town, kind, post)
    send()
    assert [mail["Subject"] for mail in office.mails] == [
        mail["Subject"] for mail in office.mails if "催办" in mail["Subject"] or "urg" in mail["Subject"]
    ]
    assert len(office.mails) == 1


def test_the_digest_is_one_mail_a_day_however_often_the_sender_runs(
    town: Town, office: Post, now: Callable[[str], None]
) -> None:
    wish(town, by={"info": "digest", "urge": "digest"})
    tell(town, "info")
    tell(town, "urge")
    now("2017-09-30T08:29")
    send()
    assert office.mails == []
    now("2017-10-09T08:31")
    send()
    tell(town, "info", key="later")
    send()
    assert len(office.mails) == 1
    text = office.text()
    assert text.count("- ") == 2
    now("2017-10-10T08:30")
    send()
    assert len(office.mails) == 2
    assert office.text().count("- ") == 1


def test_a_digest_whose_hour_two_senders_see_is_written_by_one(
    town: Town, office: Post, now: Callable[[str], None]
) -> None:
    wish(town, by={"info": "digest"}, quiet=False)
    tell(town)
    now("2017-09-30T08:30")
    office.breaks = lambda: None
    outbox.route()
    NoticeWish.objects.update(held_until=clock.instant() + outbox.HOLD)
    send()
    assert office.mails == []
    now("2017-09-30T08:41")
    send()
    assert len(office.mails) == 1


def test_what_was_read_in_the_product_meanwhile_is_not_sent(
    town: Town, office: Post, now: Callable[[str], None]
) -> None:
    now("2017-09-29T22:00")
    wish(town)
    tell(town)
    send()
    reader = town.as_post("officer-one")
    mark_read(reader, [told.id for told in inbox(reader)])
    now("2017-10-09T08:00")
    send()
    assert (office.mails, states()) == ([], ["dropped"])


def test_what_the_receiver_may_not_see_when_it_is_sent_is_not_sent(
    town: Town, office: Post, now: Callable[[str], None]
) -> None:
    wish(town)
    tell(town, register="evidence")
    send()
    assert (office.mails, states()) == ([], ["dropped"])


def test_a_webhook_carries_what_its_post_is_told_signed_and_with_a_key(
    town: Town, site: Site, now: Callable[[str], None]
) -> None:
    secret = keep_secrets(town.as_post("sys"), hook(town, site))
    tell(town, "urge")
    tell(town, "light")
    tell(town, "urge", "officer-two")
    send()
    ((_target, headers, body),) = site.asked
    assert headers["webhook-signature"] == signature(secret, headers["webhook-id"], headers["webhook-timestamp"], body)
    assert json.loads(body)["data"]["title"] == "招商一局"
    assert headers["idempotency-key"] == Delivery.objects.get().key
    assert (states(), Delivery.objects.get().answer) == (["sent"], "HTTP 200")


def test_a_webhook_names_nothing_that_its_post_may_not_see(town: Town, site: Site, now: Callable[[str], None]) -> None:
    keep_secrets(town.as_post("sys"), hook(town, site))
    tell(town, register="evidence")
    send()
    assert (site.asked, states()) == ([], ["dropped"])


def test_a_robot_that_refuses_is_asked_again_later(town: Town, site: Site, now: Callable[[str], None]) -> None:
    site.answers["/in"] = answer(b'{"errcode":130101,"errmsg":"too fast"}')
    keep_secrets(town.as_post("sys"), hook(town, site, "dingtalk"), "SECx", "tok")
    tell(town)
    send()
    assert states() == ["waiting"]
    assert Delivery.objects.get().answer == "HTTP 200, errcode 130101"
    site.answers["/in"] = answer(b'{"errcode":0}')
    now("2017-09-29T10:02")
    send()
    assert states() == ["sent"]
    assert "access_token=tok" in site.asked[-1][0]


def test_a_person_may_keep_a_kind_away_from_webhooks(town: Town, site: Site, now: Callable[[str], None]) -> None:
    keep_secrets(town.as_post("sys"), hook(town, site))
    wish(town, no_webhook=frozenset(("info",)))
    tell(town, "info")
    send()
    assert site.asked == []


def test_a_host_taken_off_the_list_is_called_no_more(
    town: Town, site: Site, now: Callable[[str], None], settings: Settings
) -> None:
    keep_secrets(town.as_post("sys"), hook(town, site))
    tell(town)
    settings.WEBHOOK_HOSTS = frozenset(("other.example",))
    send()
    assert (site.asked, states()) == ([], ["failed"])


def test_a_webhook_to_a_host_that_is_not_listed_cannot_be_entered(town: Town, site: Site) -> None:
    with pytest.raises(Blocked) as error:
        hook(town, site, url="https://evil.example/")
    assert error.value.blockers[0].code == "host_not_listed"


def test_the_secrets_of_a_webhook_are_in_no_column_and_no_audit_and_sealed(town: Town, site: Site) -> None:
    pk = hook(town, site, "dingtalk")
    keep_secrets(town.as_post("sys"), pk, "SECx", "tok")
    assert is_sealed(Webhook.objects.get().secrets)
    edit(find("webhook"), town.as_post("sys"), pk, {"name": "新名"}).must()
    assert is_sealed(Webhook.objects.get().secrets)
    with pytest.raises(Blocked):
        keep_secrets(town.as_post("sec"), pk, "SECx", "tok")


def test_a_trial_speaks_of_no_record_and_shows_the_answer(town: Town, site: Site) -> None:
    pk = hook(town, site)
    with pytest.raises(Blocked):
        trial(town.as_post("sys"), pk, "开发区")
    keep_secrets(town.as_post("sys"), pk)
    assert trial(town.as_post("sys"), pk, "开发区").body == "ok"
    assert json.loads(site.asked[0][2])["type"] == "notice.trial"
    assert states() == ["sent"]
    with pytest.raises(Blocked):
        trial(town.as_post("officer-one"), pk, "开发区")
