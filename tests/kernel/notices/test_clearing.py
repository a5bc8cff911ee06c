"""Read notices and the log of deliveries go once the zone keeps them no longer; nothing else does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.kernel.notices.outgoing import hook, send, tell, wish
from tests.kernel.notices.servers import Post, Site
from tests.kernel.town import Town

from xianxing.kernel.actions.act import create
from xianxing.kernel.audit.chain import verify
from xianxing.kernel.lease import TickLease
from xianxing.kernel.notices import clearing
from xianxing.kernel.notices.clearing import KEPT_DAYS, LEAST_DAYS, forget_told
from xianxing.kernel.notices.hooks import keep_secrets
from xianxing.kernel.notices.models import Delivery, Notice
from xianxing.kernel.notices.notify import inbox, mark_read
from xianxing.kernel.register import find
from xianxing.kernel.tick import tick

Stand = Callable[[str], None]
LATER = date(2018, 9, 30)


def read_all(town: Town) -> None:
    reader = town.as_post("officer-one")
    mark_read(reader, [told.id for told in inbox(reader)])


def clear(town: Town, day: date = LATER) -> int:
    return forget_told(replace(town.system, business_date=day))


def test_what_was_read_and_sent_is_kept_for_a_year_and_then_goes_with_its_log(
    town: Town, office: Post, now: Stand
) -> None:
    wish(town)
    tell(town)
    send()
    read_all(town)
    now("2018-09-29T10:00")
    assert (clear(town, date(2018, 9, 29)), Notice.objects.count(), Delivery.objects.count()) == (0, 1, 1)
    now("2018-09-30T10:00")
    assert clear(town) == 2
    assert (Notice.objects.count(), Delivery.objects.count()) == (0, 0)
    assert verify()[1] is None


def test_what_is_unread_or_still_to_be_sent_stays_however_old(town: Town, site: Site, now: Stand) -> None:
    keep_secrets(town.as_post("sys"), hook(town, site))
    tell(town, key="unread")
    send()
    tell(town, key="waits")
    Notice.objects.filter(key="waits").update(read_on=date(2017, 9, 29), read_by=1)
    now("2020-01-01T10:00")
    assert clear(town, date(2020, 1, 1)) == 1  # the log of the unread one
    assert set(Notice.objects.values_list("key", flat=True)) == {"unread", "waits"}
    send()
    assert len(site.asked) == 2


def test_the_log_of_a_delivery_keeps_its_notice(town: Town, site: Site, now: Stand) -> None:
    keep_secrets(town.as_post("sys"), hook(town, site))
    tell(town)
    read_all(town)
    now("2018-09-30T10:00")
    send()  # only now
    assert clear(town) == 0
    assert (Notice.objects.count(), Delivery.objects.count()) == (1, 1)


@pytest.mark.parametrize(("laid_down", "days"), [("200", 200), ("1", LEAST_DAYS)])
def test_the_zone_says_for_how_long_but_not_below_half_a_year(
    town: Town, now: Stand, laid_down: str, days: int
) -> None:
    create(find("parameter"), town.as_post("sys"), code=KEPT_DAYS, name="x", value=laid_down, unit="days",
           starts_on="2017-01-01", own="yes")  # fmt: skip
    tell(town)
    send()
    read_all(town)
    last = date(2017, 9, 29) + timedelta(days=days)
    assert clear(town, last) == 0
    assert clear(town, last + timedelta(days=1)) == 1


def test_many_go_in_portions_and_a_second_tick_of_the_day_does_not_look(
    town: Town, now: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clearing, "CHUNK", 2)
    for number in range(5):
        tell(town, key=str(number))
    send()
    read_all(town)
    now("2018-09-30T10:00")
    assert tick(LATER).counts["old_notices"] == 5
    assert TickLease.objects.get().ticked_on == LATER
    tell(town)
    send()
    Notice.objects.update(read_on=date(2017, 9, 29))
    assert tick(LATER).counts["old_notices"] == 0
