"""Notices reach a post once, in the reader's language, and name only what the reader may see."""

import pytest
from django.utils.translation import override
from tests.kernel.town import Town

from xianxing.kernel.context import Context
from xianxing.kernel.notices.models import Notice
from xianxing.kernel.notices.notify import inbox, mark_read, notify, unread_count


def tell(town: Town, post: str, *, key: str = "", message: str = "%(what)s: %(number)s") -> None:
    unit = town.unit("one")
    notify(town.system, [town.post(post)], "info", "unit", unit, message, {"number": 3}, key=key)


def test_the_same_thing_is_told_to_a_post_only_once(town: Town) -> None:
    tell(town, "officer-one")
    tell(town, "officer-one")
    assert Notice.objects.count() == 1


def test_another_key_post_or_kind_is_another_notice(town: Town) -> None:
    tell(town, "officer-one")
    tell(town, "officer-one", key="again")
    tell(town, "officer-two")
    notify(town.system, [town.post("officer-one")], "urge", "unit", town.unit("one"), "x", {})
    assert Notice.objects.count() == 4


def test_a_notice_reaches_the_inbox_of_its_post_and_of_no_other(town: Town) -> None:
    tell(town, "officer-one")
    assert [told.words() for told in inbox(town.as_post("officer-one"))] == ["招商一局: 3"]
    assert inbox(town.as_post("officer-two")) == []


def test_a_record_that_the_reader_may_not_see_is_not_named(town: Town) -> None:
    notify(town.system, [town.post("officer-one")], "info", "evidence", 1, "%(what)s", {})
    (told,) = inbox(town.as_post("officer-one"))
    assert told.title == ""


def test_days_and_names_of_limits_are_put_into_the_readers_language(town: Town) -> None:
    params = {"clock_label": "Units", "due_on": "2017-10-09"}
    notify(town.system, [town.post("officer-one")], "info", "unit", 1, "%(clock_label)s %(due_on)s", params)
    with override("zh-hans"):
        (told,) = inbox(town.as_post("officer-one"))
        assert "2017年10月9日" in told.words()


def test_reading_takes_a_notice_out_of_the_inbox_and_says_who_read_it(town: Town) -> None:
    tell(town, "officer-one")
    reader = town.as_post("officer-one")
    (told,) = inbox(reader)
    assert unread_count(reader) == 1
    assert mark_read(reader, [told.id]) == 1
    assert (unread_count(reader), inbox(reader)) == (0, [])
    assert inbox(reader, unread=False)[0].read_on == town.day
    assert Notice.objects.get().read_by == reader.actor


def test_nobody_marks_the_notices_of_others_as_read(town: Town) -> None:
    tell(town, "officer-one")
    assert mark_read(town.as_post("officer-two"), [Notice.objects.get().pk]) == 0
    assert Notice.objects.get().read_on is None


@pytest.mark.django_db
def test_a_visitor_has_an_empty_inbox(town: Town) -> None:
    tell(town, "officer-one")
    assert inbox(Context.nobody(town.day)) == []
