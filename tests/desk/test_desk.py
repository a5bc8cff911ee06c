"""My desk: every counter is the length of its list; what is done, to read, followed belongs to the reader alone."""

import re

import pytest
from django.test import Client
from tests.desk.programme import let, measure_id
from tests.pages.zone import DAY, client_of, context, flats, text_of

from xianxing.desk.changed import tell_followers
from xianxing.desk.models import Follow
from xianxing.kernel.actions.act import act, create
from xianxing.kernel.actions.change import Change
from xianxing.kernel.context import Context
from xianxing.kernel.flow.models import ClockRun
from xianxing.kernel.notices.models import Notice
from xianxing.kernel.notices.notify import notify
from xianxing.kernel.register import find
from xianxing.kernel.units.models import Person, Post

pytestmark = pytest.mark.usefixtures("zone")
LISTS = {"To do": "", "Waiting for me": "waiting/", "I wait for": "awaited/", "I follow": "followed/"}


def counters(client: Client) -> dict[str, int]:
    """The counters of the desk by label."""
    found = re.findall(r'<b class="digits">([\d,]+)</b><span>([^<]+)</span>', text_of(client.get("/desk/")))
    return {label: int(number.replace(",", "")) for number, label in found}


def lines(client: Client, which: str) -> int:
    """How many lines a list of the desk shows."""
    return text_of(client.get(f"/desk/{which}")).count("<li data-light=")


def told(post: str, number: int) -> None:
    """Give a post some notices."""
    system = Context.system(DAY)
    for place in range(number):
        notify(
            system,
            [Post.objects.get(code=post).pk],
            "info",
            "plan-node",
            measure_id("1.1"),
            "notice",
            {},
            key=str(place),
        )


@pytest.mark.parametrize("post", ["leader", "head", "manager", "officer", "planner", "admin"])
def test_every_counter_is_the_length_of_the_list_it_opens(post: str) -> None:
    flats(3)
    flats(2, "other-head")
    flats(1, stage="vacant")
    client = client_of(post)
    client.post("/desk/follow/", {"register": "plan-node", "record": measure_id("2.1"), "follow": "1"})
    assert counters(client) | {"To read": 0, "Done": 0} == {
        **{label: lines(client, which) for label, which in LISTS.items()}, "To read": 0, "Done": 0,
    }  # fmt: skip


def test_a_case_with_a_running_limit_is_to_do_for_its_owner_until_the_limit_is_met() -> None:
    pks = flats(2)
    client = client_of("head")
    assert counters(client)["To do"] == 2
    let(pks[0])
    assert counters(client)["To do"] == 1
    assert counters(client_of("other-head"))["To do"] == 0


def test_what_is_longest_overdue_stands_first() -> None:
    pks = flats(2)
    for pk, day in zip(pks, ("2017-09-20", "2017-09-01"), strict=True):
        ClockRun.objects.filter(record=pk).update(due_on=day)
        find("apartment").model._default_manager.filter(pk=pk).update(due_on=day)
    text = text_of(client_of("head").get("/desk/"))
    assert text.index("人才公寓2号") < text.index("人才公寓1号")
    assert 'data-light="late"' in text


def test_a_case_admitted_as_stated_is_to_be_verified_by_its_owner() -> None:
    flats(1, stage="let", tenant="王某")
    text = text_of(client_of("head").get("/desk/"))
    assert "“let” as stated, not verified" in text


def test_a_measure_close_to_its_date_is_to_do_for_the_post_that_answers_for_it() -> None:
    flats(1)
    node = find("plan-node")
    act(node, context("planner"), [Change("edit", measure_id("1.1"), fields={"due_on": "2017-10-10"})]).must()
    assert "1.1 Let the flats" in text_of(client_of("head").get("/desk/"))
    assert "1.1 Let the flats" not in text_of(client_of("manager").get("/desk/"))


def test_a_case_whose_next_step_is_anothers_waits_for_that_one_and_is_awaited_by_its_owner() -> None:
    pk = flats(1)[0]
    owner = Post.objects.get(code="officer")
    act(find("apartment"), context("head"), [Change("edit", pk, fields={"owner": f"#{owner.pk}"})]).must()
    assert counters(client_of("head"))["Waiting for me"] == 1
    assert counters(client_of("manager"))["Waiting for me"] == 1
    assert counters(client_of("other-head"))["Waiting for me"] == 0
    assert "next step by: project manager, head of unit" in text_of(client_of("manager").get("/desk/waiting/"))


def test_notices_are_read_one_by_one_or_all_at_once_and_only_ones_own() -> None:
    told("head", 3)
    told("manager", 1)
    client = client_of("head")
    keys = re.findall(r'<button class="button is-quiet" name="key" value="(\d+)"', text_of(client.get("/desk/read/")))
    assert len(keys) == counters(client)["To read"] == 3
    client.post("/desk/mark-read/", {"key": keys[0]})
    assert counters(client)["To read"] == 2
    client_of("manager").post("/desk/mark-read/", {"key": keys})
    assert counters(client)["To read"] == 2
    client.post("/desk/mark-read/", {"key": keys[1:]})
    assert counters(client)["To read"] == 0
    assert counters(client_of("manager"))["To read"] == 1


def test_what_one_has_done_is_listed_newest_first_with_what_it_was_done_to() -> None:
    let(flats(2)[1])
    client = client_of("head")
    text = text_of(client.get("/desk/done/"))
    assert counters(client)["Done"] == 3  # two flats in one action, a lease, a move
    assert text.index("let the flat") < text.index("entered 人才公寓1号, 人才公寓2号")
    assert counters(client_of("leader"))["Done"] == 0


def test_a_record_is_followed_and_no_longer_followed_by_the_button_on_its_page() -> None:
    pk = flats(1)[0]
    client = client_of("head")
    page = f"/r/apartment/~{pk}/"
    assert 'name="follow" value="1"' in text_of(client.get(page, follow=True))
    response = client.post("/desk/follow/", {"register": "apartment", "record": pk, "follow": "1", "next": page})
    assert response["Location"] == page
    assert "人才公寓1号" in text_of(client.get("/desk/followed/"))
    assert 'name="follow" value="0"' in text_of(client.get(page, follow=True))
    client.post("/desk/follow/", {"register": "apartment", "record": pk, "follow": "0"})
    assert counters(client)["I follow"] == 0


def test_what_one_may_not_see_cannot_be_followed_and_drops_out_when_it_can_no_longer_be_seen() -> None:
    pk = flats(1)[0]
    assert (
        client_of("other-head")
        .post("/desk/follow/", {"register": "apartment", "record": pk, "follow": "1"})
        .status_code
        == 404
    )
    assert (
        client_of("officer").post("/desk/follow/", {"register": "apartment", "record": pk, "follow": "1"}).status_code
        == 404
    )
    client = client_of("head")
    client.post("/desk/follow/", {"register": "apartment", "record": pk, "follow": "1"})
    act(find("apartment"), context("head").because("误录"), [Change("delete", pk)]).must()
    assert counters(client)["I follow"] == 0


def test_somebody_who_fills_in_has_the_absent_ones_work_on_the_desk() -> None:
    flats(2)
    system = Context.system(DAY, "cli")
    days = {"starts_on": "2017-09-01", "ends_on": "2017-10-31"}
    create(find("delegation"), system, post="head", person="officer", reason="出差", **days)
    assert counters(client_of("officer"))["To do"] == 2


def test_who_follows_a_record_is_told_once_when_somebody_else_has_changed_it() -> None:
    (flat,), system = flats(1), Context.system(DAY)
    for post in ("leader", "head"):
        client_of(post).post("/desk/follow/", {"register": "apartment", "record": str(flat), "follow": "1"})
    assert tell_followers(system) == 0
    for rent in (1999, 2001):
        act(find("apartment"), context("head"), [Change("edit", flat, fields={"rent": rent})]).must()
    assert (tell_followers(system), tell_followers(system)) == (1, 0)
    notice = Notice.objects.get(kind="followed")
    assert (notice.record, notice.post) == (flat, Post.objects.get(code="leader").pk)
    act(find("apartment"), context("head"), [Change("edit", flat, fields={"rent": 2003})]).must()
    assert tell_followers(system) == 1


def test_who_may_not_see_what_is_followed_any_more_is_told_nothing() -> None:
    (flat,), system = flats(1), Context.system(DAY)
    officer = Person.objects.get(login="officer")
    Follow.objects.create(person=officer, register="apartment", record=flat)
    act(find("apartment"), context("head"), [Change("edit", flat, fields={"rent": 1999})]).must()
    assert tell_followers(system) == 0
