"""Records through the API: lists, single records, changes, and the words of refusals."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override
from tests.api.zone import Caller, caller, context, make_zone

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.filters import Query
from xianxing.kernel.register import REGISTRY, find

pytestmark = pytest.mark.django_db

LEAD = {"name": "新能源电池项目", "investor": "甲公司", "industry": "new_energy", "investment": "3.2亿"}


@pytest.fixture(autouse=True)
def zone(db: None) -> None:
    make_zone()


@pytest.fixture
def officer() -> Caller:
    return caller("officer")


def made(officer: Caller, **fields: Any) -> dict[str, Any]:
    answer = officer("POST", "/attraction", {"fields": {**LEAD, **fields}})
    assert answer.status_code == 201, answer.json()
    return answer.json()["record"]


def test_a_created_record_is_read_back_with_the_values_that_were_sent(officer: Caller) -> None:
    record = made(officer)
    read = officer("GET", f"/attraction/{record['key']}").json()
    assert read == record
    assert read["values"]["investment"] == "32000"  # in 10,000 yuan
    assert read["values"]["stage"] == "lead"
    assert read["refs"]["unit"] == "招商局1"


def test_a_record_is_found_by_its_id_too(officer: Caller) -> None:
    record = made(officer)
    assert officer("GET", f"/attraction/%23{record['id']}").json()["key"] == record["key"]


def test_a_missing_and_a_forbidden_record_are_refused_in_the_same_words(officer: Caller) -> None:
    key = made(officer)["key"]
    stranger = caller("other-officer")
    forbidden, missing = stranger("GET", f"/attraction/{key}"), stranger("GET", "/attraction/XM999999")
    assert forbidden.status_code == missing.status_code == 404
    assert forbidden.json()["blockers"][0]["words"] == missing.json()["blockers"][0]["words"]


def test_a_register_one_may_not_see_does_not_exist() -> None:
    hidden = next(code for code, r in REGISTRY.items() if not r.may(context("officer"), "view"))
    answer = caller("officer")("GET", f"/{hidden}")
    assert answer.status_code == 404
    assert answer.json()["blockers"][0]["code"] == "no_register"


def test_the_list_is_the_gates_list(officer: Caller) -> None:
    for number in range(7):
        made(officer, name=f"项目{number}", investor=f"公司{number}", investment=1000 * (number + 1))
    query = Query.read(find("attraction"), context("officer"), filters=["investment:ge:4000"], order="-investment")
    wanted = [row.pk for row in gate.rows(find("attraction"), context("officer"), query)]
    answer = officer("GET", "/attraction?f=investment:ge:4000&order=-investment").json()
    assert [row["id"] for row in answer["rows"]] == wanted
    assert answer["count"] == {"number": 4, "exact": True}


def test_pages_follow_one_another_without_gap_or_repetition(officer: Caller) -> None:
    for number in range(7):
        made(officer, name=f"项目{number}", investor=f"公司{number}", investment=1000)
    seen, after = [], ""
    while True:
        page = officer("GET", f"/attraction?order=investment&size=3&after={after}").json()
        seen += [row["id"] for row in page["rows"]]
        after = page["after"]
        if not after:
            break
    assert len(seen) == len(set(seen)) == 7


def test_an_unknown_filter_is_refused_with_the_filters_on_offer(officer: Caller) -> None:
    answer = officer("GET", "/attraction?f=project__name:is:x")
    assert answer.status_code == 422
    assert "stage:" in answer.json()["blockers"][0]["mend"]


def test_an_edit_without_a_version_is_refused(officer: Caller) -> None:
    key = made(officer)["key"]
    answer = officer("PATCH", f"/attraction/{key}", {"fields": {"name": "别名"}})
    assert answer.status_code == 422
    assert answer.json()["blockers"][0]["field"] == "version"


def test_the_second_of_two_edits_gets_both_versions(officer: Caller) -> None:
    key = made(officer)["key"]
    first = officer("PATCH", f"/attraction/{key}", {"version": 1, "fields": {"name": "先到"}})
    second = officer("PATCH", f"/attraction/{key}", {"version": 1, "fields": {"name": "后到"}})
    assert first.status_code == 200
    assert second.status_code == 409
    assert second.json()["yours"]["fields"] == {"name": "后到"}
    assert second.json()["theirs"]["values"]["name"] == "先到"


def test_every_fault_of_a_change_is_named_at_once(officer: Caller) -> None:
    fields = {"nome": "x", "industry": "喵", "investment": "much"}
    answer = officer("POST", "/attraction", {"fields": {**LEAD, **fields}})
    assert answer.status_code == 422
    assert {blocker["field"] for blocker in answer.json()["blockers"]} >= {"nome", "industry", "investment"}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_words_follow_the_language_of_the_request(language: str) -> None:
    answer = caller("officer", language)("POST", "/attraction", {"fields": {**LEAD, "industry": "喵"}})
    change = Change("create", fields={**LEAD, "industry": "喵"})
    with override(language):
        words = act(find("attraction"), context("officer"), [change], dry=True).blockers[0].words()
    assert answer["Content-Language"] == language
    assert answer.json()["blockers"][0]["words"] == words


def test_a_dry_change_writes_nothing(officer: Caller) -> None:
    key = made(officer)["key"]
    answer = officer("PATCH", f"/attraction/{key}?dry=true", {"version": 1, "fields": {"name": "试"}})
    assert answer.json()["entry"] is None
    assert officer("GET", f"/attraction/{key}").json()["version"] == 1


def test_a_move_says_before_the_press_what_the_press_would_be_refused_for(officer: Caller) -> None:
    key = made(officer, stage="negotiation")["key"]
    (sign,) = [m for m in officer("GET", f"/attraction/{key}/moves").json() if m["code"] == "sign"]
    pressed = officer("POST", f"/attraction/{key}/moves/sign", {"version": 1})
    assert not sign["possible"]
    assert pressed.status_code == 422
    assert pressed.json()["blockers"] == sign["blockers"]


def test_a_move_refuses_in_the_words_of_the_action_itself(officer: Caller) -> None:
    record = made(officer, stage="negotiation")
    answer = officer("POST", f"/attraction/{record['key']}/moves/sign", {"version": 1, "fields": {"contracted": 9000}})
    change = Change("move", record["id"], 1, {"contracted": 9000}, "sign")
    outcome = act(find("attraction"), context("officer"), [change], dry=True)
    words = [blocker["words"] for blocker in answer.json()["blockers"]]
    with override("en"):
        assert words == [blocker.words() for blocker in outcome.blockers]
    assert "no_proof" in {blocker.code for blocker in outcome.blockers}


def test_a_status_needs_its_reason_and_a_batch_is_all_or_nothing(officer: Caller) -> None:
    record = made(officer)
    bare = officer("POST", f"/attraction/{record['key']}/status", {"version": 1, "status": "delayed"})
    assert [b["code"] for b in bare.json()["blockers"]] == ["reason_missing"]
    changes = [
        {"verb": "edit", "key": record["key"], "version": 1, "fields": {"name": "改名"}},
        {"verb": "edit", "key": "XM999999", "version": 1, "fields": {"name": "改名"}},
    ]
    batch = officer("POST", "/attraction/batch", {"changes": changes})
    assert batch.status_code == 404
    assert batch.json()["blockers"][0]["index"] == 1
    assert officer("GET", f"/attraction/{record['key']}").json()["version"] == 1


def test_a_deleted_record_is_in_the_bin_until_it_is_restored(officer: Caller) -> None:
    key = made(officer)["key"]
    assert officer("DELETE", f"/attraction/{key}").status_code == 422  # no reason
    assert officer("DELETE", f"/attraction/{key}?reason=重复").status_code == 200
    assert officer("GET", f"/attraction/{key}").status_code == 404
    assert [row["key"] for row in officer("GET", "/attraction?bin=true").json()["rows"]] == [key]
    assert officer("POST", f"/attraction/{key}/restore", {"reason": "误删"}).status_code == 200
    assert officer("GET", f"/attraction/{key}").status_code == 200


def test_evidence_is_attached_downloaded_and_withdrawn(officer: Caller) -> None:
    from_file = b"%PDF-1.4\n%contract"
    key = made(officer, stage="negotiation")["key"]
    attached = officer.upload(f"/attraction/{key}/evidence", tag="contract", file=_file("合同.pdf", from_file))
    assert attached.status_code == 201, attached.json()
    number = attached.json()["record"]["id"]
    signing = officer("POST", f"/attraction/{key}/moves/sign", {"version": 1, "fields": {"contracted": 9000}})
    assert "no_proof" not in {blocker["code"] for blocker in signing.json().get("blockers", [])}
    back = officer("GET", f"/attraction/{key}/evidence/{number}")
    assert back.content == from_file
    assert back["Content-Disposition"].startswith("attachment")
    gone = officer("POST", f"/attraction/{key}/evidence/{number}/withdraw", {"reason": "盖章有误"})
    assert gone.status_code == 200
    assert officer("GET", f"/attraction/{key}/evidence").json()[0]["withdrawn_why"] == "盖章有误"


def test_a_file_is_not_found_through_another_record(officer: Caller) -> None:
    one, other = made(officer)["key"], made(officer, name="另一个项目", investor="乙公司")["key"]
    number = officer.upload(f"/attraction/{one}/evidence", tag="other", file=_file("a.txt", b"a")).json()["record"][
        "id"
    ]
    assert officer("GET", f"/attraction/{other}/evidence/{number}").status_code == 404


def _file(name: str, content: bytes) -> Any:
    return SimpleUploadedFile(name, content)
