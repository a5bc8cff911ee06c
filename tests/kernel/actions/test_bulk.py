"""Large batches mean the same as small ones, cost a constant number of queries, and stand in the audit chain."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from xianxing.kernel import gate, store
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.audit.chain import verify
from xianxing.kernel.audit.models import AuditEntry, AuditItem
from xianxing.kernel.filters import Query
from xianxing.kernel.register import find
from xianxing.kernel.spelling import search_text
from xianxing.subjects.enterprise.models import Enterprise


def creations(code, number: int, start: int = 0):
    return [
        Change(
            "create",
            fields={
                "code": code(i),
                "name": f"重庆企业{i}",
                "capital": f"{i}.5",
                "founded_on": "2017-05-17",
                "phone": "",
            },
        )
        for i in range(start, start + number)
    ]


def written(outcome) -> list[dict[str, object]]:
    """What stands in the store and in the audit of a batch, without what differs by nature."""
    rows = Enterprise.objects.filter(pk__in=outcome.records).order_by("id")
    own = ("id", "code", "created_at", "updated_at")
    fields = [{k: v for k, v in row.items() if k not in own} for row in rows.values()]
    payloads = AuditItem.objects.filter(entry_id=outcome.entry).order_by("position").values_list("payload", flat=True)
    changed = [{k: v for k, v in json.loads(p)["after"].items() if k != "code"} for p in payloads]
    return [{**row, "audit": after} for row, after in zip(fields, changed, strict=True)]


def test_a_batch_writes_what_its_changes_one_by_one_would_write(town, code):
    register, officer = find("enterprise"), town.as_post("officer-one")
    together = act(register, officer, creations(code, 300)).must()
    alone = [act(register, officer, [change]).must() for change in creations(code, 3, 1_000)]
    first = written(together)
    for place, outcome in enumerate(alone):
        one = written(outcome)[0]
        expected = {**first[place]}
        for name in ("name", "capital", "search_text", "subject_key", "audit"):
            one.pop(name), expected.pop(name)
        assert one == expected
    assert first[7]["capital"] == 7_500_000
    assert "chongqingqiye7" in first[7]["search_text"]
    assert first[7]["audit"] == {
        "name": "重庆企业7", "unit": f"#{town.unit('one')}", "founded_on": "2017-05-17", "capital": "7.5",
    }  # fmt: skip


def test_the_queries_of_a_batch_do_not_grow_with_it(town, code):
    register, officer = find("enterprise"), town.as_post("officer-one")
    counts = []
    for number, start in ((10, 0), (2_000, 10_000)):
        with CaptureQueriesContext(connection) as captured:
            act(register, officer, creations(code, number, start)).must()
        counts.append(len([q for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]))
    assert counts[1] <= counts[0] + 1


def test_a_large_edit_changes_all_rows_or_none(town, code):
    register, officer = find("enterprise"), town.as_post("officer-one")
    ids = act(register, officer, creations(code, 300)).must().records
    edits = [Change("edit", pk, 1, {"capital": str(pk), "founded_on": "2016-02-29"}) for pk in ids]
    Enterprise.objects.filter(pk=ids[-1]).update(version=2)
    assert act(register, officer, edits).state == "stale"
    assert Enterprise.objects.filter(version=1, founded_on="2017-05-17").count() == 299
    edits[-1] = Change("edit", ids[-1], 2, {"capital": str(ids[-1])})
    assert act(register, officer, edits).state == "done"
    assert gate.get(register, officer, ids[5]).values["capital"] == ids[5] * 1_000_000
    assert verify()[1] is None


@pytest.mark.parametrize("number", [3, 300])
def test_the_store_updates_only_rows_of_the_version_given(town, code, number: int):
    ids = act(find("enterprise"), town.as_post("officer-one"), creations(code, number)).must().records
    rows = {pk: {"address": f"路{pk}", "founded_on": None, "version": 2} for pk in ids}
    versions = dict.fromkeys(ids, 1) | {ids[0]: 9}
    assert store.update_versioned(Enterprise, rows, versions) == number - 1
    assert Enterprise.objects.filter(version=2, founded_on=None).count() == number - 1


def test_a_deleted_or_altered_audit_row_is_named(town, code):
    register, officer = find("enterprise"), town.as_post("officer-one")
    numbers = [act(register, officer, creations(code, 5, 10 * i)).must().entry for i in range(4)]
    assert verify()[1] is None
    kept = AuditItem.objects.get(entry_id=numbers[1], position=3)
    AuditItem.objects.filter(pk=kept.pk).update(payload=kept.payload.replace("重庆", "北京"))
    fault = verify()[1]
    with override("en"):
        assert (fault.number, str(fault.what)) == (numbers[1], "item 3 was altered")
    AuditItem.objects.filter(pk=kept.pk).update(payload=kept.payload)
    kept.delete()
    assert verify()[1].number == numbers[1]
    kept.save(force_insert=True)
    assert verify()[1] is None
    AuditItem.objects.filter(entry_id=numbers[2]).delete()
    entry = AuditEntry.objects.get(number=numbers[2])
    entry.delete()
    assert verify()[1].number == numbers[2]


def test_erasing_a_payload_with_its_salt_leaves_the_chain_whole(town, code):
    entry = act(find("enterprise"), town.as_post("officer-one"), creations(code, 3)).must().entry
    AuditItem.objects.filter(entry_id=entry, position=1).update(payload=None, salt=None)
    assert verify()[1] is None


@pytest.mark.parametrize(
    ("name", "heard"),
    [
        ("重庆银行", ("chongqingyinhang", "cqyh")),
        ("女工 ABC", ("nvgong abc", "ng abc")),
        ("朝阳区1号", ("chaoyangqu1hao", "cyq1h")),
        ("plain", ("plain",)),
    ],
)
def test_names_are_found_by_pinyin_and_initials(name: str, heard: tuple[str, ...]):
    assert all(part in search_text([name, None, ""]) for part in heard)


def test_a_page_of_a_list_is_one_query_however_long_the_list(town, code):
    register, officer = find("enterprise"), town.as_post("officer-one")
    columns = gate.visible(register, officer)
    for number, start in ((60, 0), (2_000, 10_000)):
        act(register, officer, creations(code, number, start)).must()
        with CaptureQueriesContext(connection) as captured:
            page = gate.page(register, officer, Query(), columns, size=50)
            beyond = gate.page(register, officer, Query(), columns, size=50, after=page.after)
        assert len(captured) == 2
        assert len(page.rows) == 50
        assert beyond.rows[0].id < page.rows[-1].id


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans its joins by indexes alone")
def test_a_table_is_counted_as_soon_as_a_load_is_committed(town, code, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        act(find("enterprise"), town.as_post("officer-one"), creations(code, store.COUNT_FROM)).must()
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [Enterprise._meta.db_table])
        assert cursor.fetchone()[0] >= store.COUNT_FROM
