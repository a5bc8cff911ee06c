"""As the unit complained of: nothing anywhere says that a petition exists. A test on each surface.

Four people stand for the unit: its head, an officer of the branch below it, somebody of the petition office who also
holds a post in that branch and acts in the petition office, and the administrators who sit in the unit. What each is
shown is compared with what the same zone shows without the petition.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

from xianxing.kernel import gate, sheet
from xianxing.kernel.actions.act import act, create
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.actions.undo import undo
from xianxing.kernel.audit.own import own_count, own_deeds
from xianxing.kernel.audit.story import items_of
from xianxing.kernel.audit.trail import entries, history
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.chronicle import chapters, happenings
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import files_of, read, withdraw
from xianxing.kernel.filters import Query
from xianxing.kernel.indicators import INDICATORS
from xianxing.kernel.indicators import read as read_indicator
from xianxing.kernel.notices.notify import Message, inbox, notify_many, unread_count
from xianxing.kernel.plan.links import CaseLink, case_facts
from xianxing.kernel.register import find
from xianxing.kernel.units.models import Delegation, Person
from xianxing.lines.safeguard.petitions.tests.zone import SECRET, Petitioned

ACTORS = {
    "head": lambda zone: zone.person("land_head"),
    "two posts": lambda zone: zone.person("clerk", "clerk"),
    "one of two posts": lambda zone: zone.clerk,
    "auditor": lambda zone: zone.person("auditor"),
}
LOGINS = ("land_head", "clerk", "auditor", "security", "keeper")
Look = Callable[[Context], Any]


@pytest.fixture(params=ACTORS)
def accused(zone: Petitioned, request: pytest.FixtureRequest) -> Context:
    """Somebody from whom a complaint against the land bureau is concealed."""
    found: Context = ACTORS[request.param](zone)
    return found


def with_and_without(zone: Petitioned, look: Callable[[], Any]) -> tuple[Any, Any]:
    """What is seen without the complaint, and once it went its way up to the opinion; other petitions stand beside."""
    zone.accepted(zone.enter(name="路面破损"))
    before = look()
    pk = zone.complain(phone="13800000000")
    zone.accepted(pk)
    zone.replied(pk)
    return before, look()


def same(zone: Petitioned, look: Callable[[], Any]) -> None:
    before, after = with_and_without(zone, look)
    assert before == after


def test_others_see_it(zone: Petitioned) -> None:
    pk = zone.complain()
    for reader in (zone.officer, zone.office_head, zone.leader, zone.line_leader):
        assert zone.row(pk, reader).values["name"] == SECRET


def _rows(zone: Petitioned, by: Context, verb: str = "view") -> Any:
    return gate.rows(zone.register, by, verb=verb)


def test_list_ids_and_count(zone: Petitioned, accused: Context) -> None:
    register = zone.register
    same(zone, lambda: list(_rows(zone, accused).values_list("pk", flat=True)))
    assert not gate.rows(register, accused, Query(search=SECRET)).exists()
    for verb in ("refer", "edit", "move", "export", "restore"):
        assert not _rows(zone, accused, verb=verb).filter(name=SECRET).exists()


def test_a_record_by_id_code_and_every_verb_is_as_if_it_were_not(zone: Petitioned, accused: Context) -> None:
    pk = zone.complain()
    code = zone.row(pk).values["code"]
    for key in (pk, code, f"#{pk}"):
        with pytest.raises(Blocked) as refused:
            gate.get(zone.register, accused, key)
        with pytest.raises(Blocked) as missing:
            gate.get(zone.register, accused, "XF999999")
        assert refused.value.blockers[0].words() == missing.value.blockers[0].words()
    for change in (Change("edit", pk, fields={"name": "改"}), Change("move", pk, to="transfer"), Change("delete", pk)):
        there, nowhere = (act(zone.register, accused.because("试"), [c]) for c in (change, _elsewhere(change)))
        assert _words(there) == _words(nowhere)


def _elsewhere(change: Change) -> Change:
    return Change(change.verb, 987_654, fields=change.fields, to=change.to)


def _words(outcome: Outcome) -> list[tuple[str, str]]:
    return [(blocker.problem.code, str(blocker.words())) for blocker in outcome.blockers]


def test_export_and_template(zone: Petitioned, accused: Context) -> None:
    if zone.register.may(accused, "export"):
        same(zone, lambda: _cells(sheet.export(zone.register, accused, Query())))


def _cells(workbook: bytes) -> list[Any]:
    return [part.rows for part in sheet.read(workbook).parts]


def test_references_and_numbers(zone: Petitioned, accused: Context) -> None:
    pk = zone.complain()
    column = zone.register.fields["earlier"]
    values, refused = column.kind.parse_column([f"#{pk}", "#987654"], accused)
    assert values == [None, None]
    assert {str(refused[0].problem.code)} == {str(refused[1].problem.code)}
    same(zone, lambda: [str(read_indicator(accused, one).value) for c, one in INDICATORS.items() if "petition." in c])


def test_lights_and_published_numbers_count_no_complaint(zone: Petitioned) -> None:
    link = CaseLink(1, "petition", "", "replied", None, False)
    public = Context.public(zone.day)
    same(zone, lambda: case_facts([link], zone.leader, zone.day, zone.day + timedelta(days=7)))
    same(zone, lambda: [str(read_indicator(public, one).value) for c, one in INDICATORS.items() if "petition." in c])


def test_a_reference_to_it_is_empty_and_cannot_be_filtered(zone: Petitioned) -> None:
    accused, pk = zone.person("clerk"), zone.enter()
    later = zone.enter(earlier=f"#{pk}")
    assert zone.row(later, accused).values["earlier"] == pk
    zone.edit(pk, zone.officer, kind="complaint", against="land").must()
    assert zone.row(later, accused).values["earlier"] is None
    for token, found in ((f"earlier:is:#{pk}", None), ("earlier:filled", []), ("earlier:empty", [later])):
        if found is None:
            with pytest.raises(Blocked):
                Query.read(zone.register, accused, filters=[token])
            continue
        asked = Query.read(zone.register, accused, filters=[token])
        assert list(gate.rows(zone.register, accused, asked).values_list("pk", flat=True)) == found
    told = history(zone.register, accused, later)
    assert told
    assert all(trace.after.get("earlier") is None for trace in told)


def test_notices_are_not_given_and_given_ones_are_withdrawn(zone: Petitioned) -> None:
    reader, pk = zone.person("land_officer"), zone.enter()
    told = [Message(post, "info", "petition", pk, "%(what)s", {}, "x") for post in reader.posts]
    notify_many(zone.officer, told)
    assert (unread_count(reader), [one.record for one in inbox(reader)]) == (1, [pk])
    zone.edit(pk, zone.officer, kind="complaint", against="land").must()
    assert (unread_count(reader), inbox(reader)) == (0, [])
    clerk = zone.person("clerk")
    notify_many(zone.officer, [Message(p, "info", "petition", pk, "%(what)s", {}, "y") for p in clerk.posts])
    assert (unread_count(clerk), inbox(clerk, unread=False)) == (0, [])


def test_the_address_of_a_file_answers_like_a_missing_one(zone: Petitioned, accused: Context) -> None:
    pk = zone.complain()
    file = zone.prove(pk)
    assert files_of(zone.register, accused, pk) == []
    words = []
    for key in (file, 987_654):
        with pytest.raises(Blocked) as refused:
            read(zone.register, accused, key)
        words.append(refused.value.blockers[0].words())
    assert words[0] == words[1]
    assert _words(withdraw(zone.register, accused.because("试"), file)) == _words(
        withdraw(zone.register, accused.because("试"), 987_654)
    )
    evidence: Any = gate.rows(find("evidence"), accused)
    assert not evidence.filter(register="petition").exists()


def test_audit_shows_neither_entry_nor_item_nor_history(zone: Petitioned) -> None:
    pk = zone.complain()
    auditor = zone.person("auditor")
    everything = entries(auditor, size=500)
    assert all(entry.register != "petition" for entry in everything)
    last = 1 + max(entry.number for entry in everything)
    assert all(event.register != "petition" for number in range(1, last + 9) for event in items_of(auditor, number))
    with pytest.raises(Blocked):
        history(zone.register, auditor, pk)


def test_gaps_in_the_trail_are_the_same_for_an_auditor_of_another_unit(zone: Petitioned) -> None:
    outside = zone.person("auditor")
    zone.enter()
    zone.complain("works")
    assert all(entry.register != "petition" for entry in entries(outside, size=500))


def test_numbers_of_petitions_jump_for_everybody(zone: Petitioned) -> None:
    first = zone.enter()
    ids = [first, *(zone.enter() for _each in range(12))]
    steps = {after - before for before, after in pairwise(ids)}
    assert len(steps) > 1


def test_deeds_of_ones_own_are_gone_once_they_are_concealed(zone: Petitioned) -> None:
    clerk = zone.clerk
    before = own_count(clerk), len(own_deeds(clerk))
    pk = zone.enter(clerk)
    entry = own_deeds(clerk)[0].number
    zone.edit(pk, zone.officer, kind="complaint", against="branch", office="officer").must()
    assert (own_count(clerk), len(own_deeds(clerk))) == before
    assert _words(undo(clerk, entry))[0][0] == _words(undo(clerk, 987_654))[0][0] == "no_entry"


def test_chronicle_of_the_unit(zone: Petitioned, accused: Context) -> None:
    unit = int(gate.get(find("unit"), zone.leader, "land").id)

    def look() -> Any:
        told = happenings(find("unit"), accused, unit)
        return len(told), [(c.register.code, c.count.number) for c in chapters(find("unit"), accused, unit)]

    same(zone, look)


def test_whoever_fills_in_for_a_post_of_the_unit_is_on_its_side(zone: Petitioned) -> None:
    pk = zone.complain("works")
    assert zone.row(pk, zone.person("officer")).id == pk
    create(
        find("delegation"), zone.security, post="works_head", person="officer", starts_on=zone.day,
        ends_on=zone.day + timedelta(days=3), reason="出差",
    )  # fmt: skip
    assert Delegation.objects.count() == 1
    for reader in (zone.person("officer"), zone.officer):
        with pytest.raises(Blocked):
            zone.row(pk, reader)


def test_a_person_complained_of_sees_nothing_in_any_post(zone: Petitioned) -> None:
    pk = zone.enter(kind="complaint", against_person="leader", name=SECRET)
    with pytest.raises(Blocked):
        zone.row(pk, zone.leader)
    assert zone.row(pk, zone.line_leader).id == pk


def test_it_is_not_given_to_the_unit_nor_to_whoever_sits_in_it(zone: Petitioned) -> None:
    pk = zone.complain()
    for handler in ("land_officer", "branch_officer", "clerk"):
        outcome = zone.move(pk, "transfer", "officer", handler=handler)
        assert [(blocker.problem.code, blocker.field) for blocker in outcome.blockers] == [
            ("concealed_from", "handler")
        ]
    taken = zone.enter()
    zone.move(taken, "transfer", "officer", handler="land_officer").must()
    assert _words(zone.edit(taken, zone.officer, kind="complaint", against="land"))[0][0] == "concealed_from"


def test_who_belongs_to_the_unit_does_not_enter_a_complaint_against_it(zone: Petitioned) -> None:
    fields = {"name": SECRET, "person": "孟小满", "kind": "complaint", "against": "land"}
    assert "own_side" in dict(_words(act(zone.register, zone.clerk, [Change("create", fields=fields)])))


def _erase(zone: Petitioned, key: str) -> list[tuple[str, str]]:
    fields = {"kind": "erase", "register": "petition", "record": key, "purpose": "本人申请"}
    return _words(act(find("personal-request"), zone.security, [Change("create", fields=fields)]))


def test_an_erasure_cannot_be_asked_for_what_one_may_not_know(zone: Petitioned) -> None:
    pk = zone.complain()
    code = str(zone.row(pk).values["code"])
    assert [words.replace(code, "") for _c, words in _erase(zone, code)] == [
        words.replace("XF999999", "") for _c, words in _erase(zone, "XF999999")
    ]


PAGES = (
    "/", "/desk/", "/desk/waiting/", "/desk/read/", "/desk/done/", "/r/petition/", "/r/petition/?view=board",
    f"/r/petition/?q={SECRET}", "/r/petition/?bin=1", "/late/", "/due/", "/bottom-lines/", f"/search/?q={SECRET}",
    "/audit/", "/backups/", "/organise/", "/wall/", "/numbers/", "/changes/", "/map/", "/personal/",
    "/personal/readings/", "/r/evidence/", "/api/petition", "/api/petition/count", f"/api/petition?q={SECRET}",
    "/api/audit?register=petition", "/api/audit/verify", "/api/statistics", "/api/indicators",
    "/api/map/petition", "/r/unit/land/",
)  # fmt: skip


@pytest.mark.parametrize("login", LOGINS)
def test_no_page_and_no_endpoint_differs(zone: Petitioned, login: str) -> None:
    client = Client(headers={"Accept-Language": "zh-hans"})
    client.force_login(Person.objects.get(login=login))

    def look() -> dict[str, tuple[int, str]]:
        return {url: _answer(client, url) for url in PAGES}

    before, after = with_and_without(zone, look)
    differing = [url for url in PAGES if before[url] != after[url]]
    assert not differing, [line for url in differing for line in _changed(before[url], after[url])]
    assert not [url for url in PAGES if SECRET in after[url][1] and "q=" not in url]
    assert sum(status == 200 for status, _text in after.values()) >= 4


def _changed(before: tuple[int, str], after: tuple[int, str]) -> list[str]:
    lines = ((answer[0], *answer[1].splitlines()) for answer in (before, after))
    return [f"{one} → {other}" for one, other in zip(*lines, strict=False) if one != other][:5]


def _answer(client: Client, url: str) -> tuple[int, str]:
    """What an address answers, without what differs between two askings of the same thing: marks of forms, the hour."""
    answer = client.get(url)
    text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()  # type: ignore[attr-defined]
    return answer.status_code, re.sub(r"[A-Za-z0-9]{64}|\b\d\d:\d\d\b", "", text)
