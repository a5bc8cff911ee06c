"""As the unit complained of, on the surfaces that ``test_concealed`` does not walk: every address, the map, saved
views, comparisons, what leaves the product, refusals, the check of the chain, erasures. The terminal: tests/cli."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from tests.suite.addresses import addresses

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.audit.baseline import compare
from xianxing.kernel.audit.models import AuditItem
from xianxing.kernel.audit.trail import verified
from xianxing.kernel.chronicle import chapters, happenings
from xianxing.kernel.filters import Query
from xianxing.kernel.indicators.statistics import break_down, statistics_of
from xianxing.kernel.notices.models import Notice
from xianxing.kernel.notices.notify import Message, names_outside, notify_many
from xianxing.kernel.personal.erasure import erase
from xianxing.kernel.personal.subjects import erased_subjects
from xianxing.kernel.places.layers import layers_seen
from xianxing.kernel.register import REGISTRY, find
from xianxing.kernel.units.models import Person
from xianxing.lines.safeguard.petitions.tests.test_concealed import _words, same
from xianxing.lines.safeguard.petitions.tests.zone import SECRET, Petitioned
from xianxing.pages.kept import keep_view, shared_views, update_view, views_of

MARKS = re.compile(r"[A-Za-z0-9]{64}|\b\d\d:\d\d\b|nonce=\"[^\"]*\"")
SPEAKING = frozenset(("", "petition", "evidence", "personal-request", "delivery", "unit", "post", "person", "parcel"))
"""Addresses of no register, and of those that speak of petitions or might."""


def readable(answer: Any) -> tuple[int, str]:
    """An answer without what differs between two askings: marks of forms and scripts, the hour, workbooks."""
    if "json" not in (kind := answer.get("Content-Type", "")) and "html" not in kind:
        return answer.status_code, kind
    text = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
    return answer.status_code, MARKS.sub("", text)


@pytest.mark.any_store
@pytest.mark.parametrize("login", ["clerk", "keeper"])
def test_every_address_that_might_speak_of_it_and_every_error_page(zone: Petitioned, login: str) -> None:
    client = Client(headers={"Accept-Language": "en"}, raise_request_exception=False)
    client.force_login(Person.objects.get(login=login))
    asked = sorted({one.filled() for one in addresses() if one.method == "GET" and one.register in SPEAKING})
    zone.enter(name="另一件")  # so that the first look and those after it see the same registers filled
    looks = [_look(client, asked), _look(client, asked)]
    steady = [url for url in asked if looks[0][url] == looks[1][url]]
    unsteady = set(asked) - set(steady)
    assert len(unsteady) < len(asked) / 20, sorted(unsteady)
    pk = zone.complain(phone="13800000000")
    zone.accepted(pk)
    zone.replied(pk)
    after = _look(client, asked)
    assert [url for url in steady if after[url] != looks[1][url]] == []


def _look(client: Client, asked: list[str]) -> dict[str, tuple[int, str]]:
    return {url: readable(client.get(url)) for url in asked}


def test_the_map_has_no_layer_of_petitions_and_no_layer_changes(zone: Petitioned) -> None:
    assert "petition" not in {register.code for register in layers_seen(zone.land_head)}
    client = Client()
    client.force_login(Person.objects.get(login="land_head"))
    urls = ["/map/ground.json", *(f"/map/layer/{code}.geojson" for code in sorted(REGISTRY))]
    same(zone, lambda: [readable(client.get(url)) for url in urls])


def test_statistics(zone: Petitioned) -> None:
    accused = zone.person("clerk", "clerk")

    def look() -> Any:
        tables = [table for code in REGISTRY for group in statistics_of(code) for table in group.tables]
        return [[str(line) for line in break_down(accused, table)] for table in tables]

    same(zone, look)


def test_a_comparison_with_a_past_day(zone: Petitioned) -> None:
    accused = zone.person("clerk", "clerk")
    columns = gate.visible(zone.register, accused, ("name", "stage"))
    day = zone.day.replace(day=1)

    def look() -> Any:
        found = compare(zone.register, accused, Query(), day, columns)
        return found.then, found.now, found.lost, len(found.came), len(found.went), len(found.altered)

    same(zone, look)


def test_a_view_of_petitions_is_shared_by_nobody_for_its_name_could_tell(zone: Petitioned) -> None:
    keep_view(zone.leader, "petition", "各单位投诉", "f=kind:is:complaint")
    (kept,) = views_of(zone.leader, "petition")
    for whom in ("unit", "all"):
        assert not update_view(zone.leader, zone.register, kept.pk, {"shared": whom})
    assert shared_views(zone.person("clerk"), "petition") == []


def test_a_view_of_ones_own_shows_nothing_of_it(zone: Petitioned) -> None:
    client = Client()
    client.force_login(Person.objects.get(login="clerk"))
    same(zone, lambda: readable(client.get("/r/petition/?f=kind:is:complaint")))


def test_the_page_of_a_person_complained_of(zone: Petitioned) -> None:
    who = Person.objects.get(login="land_head").pk
    accused = zone.person("land_head")

    def look() -> Any:
        return len(happenings(find("person"), accused, who)), len(chapters(find("person"), accused, who))

    before = look()
    zone.complain(against_person="land_head")
    assert look() == before


def test_what_leaves_the_product_names_nothing_to_whoever_may_not_know(zone: Petitioned) -> None:
    pk = zone.enter(name=SECRET)
    told = [Message(post, "info", "petition", pk, "%(what)s", {}, "x") for post in zone.land_head.posts]
    notify_many(zone.officer, told)
    assert Notice.objects.filter(register="petition", record=pk).count() == 1
    zone.edit(pk, zone.officer, kind="complaint", against="land").must()
    assert names_outside(zone.person("land_head"), {("petition", pk)}) == {}
    assert names_outside(zone.officer, {("petition", pk)}) == {("petition", pk): SECRET}
    notify_many(zone.officer, [Message(zone.land_head.posts[0], "info", "petition", pk, "%(what)s", {}, "y")])
    assert Notice.objects.filter(register="petition", record=pk).count() == 1


def test_a_number_that_is_taken_by_it_is_refused_like_a_free_one(zone: Petitioned) -> None:
    code = str(zone.row(zone.complain()).values["code"])
    given = {"name": "路灯", "person": "孟小满"}
    taken, free = (
        act(zone.register, zone.clerk, [Change("create", fields={**given, "code": key})], dry=True)
        for key in (code, "XF999999")
    )
    assert [(c, w.replace(code, "")) for c, w in _words(taken)] == [
        (c, w.replace("XF999999", "")) for c, w in _words(free)
    ]


def test_the_check_of_the_chain_counts_no_entry_about_petitions(zone: Petitioned) -> None:
    outside = zone.person("auditor")
    same(zone, lambda: verified(outside))
    client = Client()
    client.force_login(Person.objects.get(login="auditor"))
    same(zone, lambda: client.get("/api/audit/verify").json())
    same(zone, lambda: readable(client.post("/audit/")))


def test_a_broken_chain_is_still_named(zone: Petitioned) -> None:
    pk = zone.complain()
    AuditItem.objects.filter(register="petition", record=pk).update(payload=json.dumps({"verb": "create"}))
    assert verified(zone.person("auditor"))[1] is not None


def test_a_petitioner_who_was_erased_is_not_counted_for_the_unit(zone: Petitioned) -> None:
    pk = zone.complain()
    accused, outside = zone.person("security"), zone.person("other_keeper")
    erase(zone.register, zone.officer, pk)
    assert erased_subjects(accused) == {}
    assert erased_subjects(outside) == {"petition": 1}
