"""A backup is made while the zone works, names what was altered in it, and comes back table by table."""

import io
import json
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from tests.kernel.backup.conftest import enter, names
from tests.kernel.town import Town

from xianxing.kernel import gate
from xianxing.kernel.audit.chain import verify
from xianxing.kernel.audit.models import AuditEntry
from xianxing.kernel.backup.make import files_on_disk, make_backup
from xianxing.kernel.backup.proof import prove_zone
from xianxing.kernel.backup.restore import check_archive, restore
from xianxing.kernel.backup.shelf import alone, forget_old, shelf
from xianxing.kernel.backup.tables import tables
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.evidence.actions import files_of, read
from xianxing.kernel.personal.erasure import erase
from xianxing.kernel.personal.readings import readings
from xianxing.kernel.register import find


def rewritten(path: Path, member: str, change: Callable[[bytes], bytes]) -> Path:
    """The archive with one member changed, everything else as it was."""
    target = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as book:
        for name in source.namelist():
            content = source.read(name)
            book.writestr(name, change(content) if name == member else content)
    return target


def codes(error: pytest.ExceptionInfo[Blocked]) -> set[str]:
    assert all(blocker.words() and blocker.mend() for blocker in error.value.blockers)
    return {blocker.code for blocker in error.value.blockers}


def test_what_was_backed_up_comes_back_and_everything_since_is_gone(place: Town, target: Path, state) -> None:
    before = state()
    backup = make_backup(target)
    enter(place, 2, "后来的企业")
    for paths in files_on_disk().values():
        for path in paths:
            path.unlink()
    (settings.HOME / "readings.sqlite3").unlink()
    done = restore(backup, replace=True)
    assert names(place) == ["第一企业"]
    after = state()
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {
        "kernel_auditentry",
        "kernel_audititem",
        "kernel_audithead",
        "django_content_type",
        "auth_permission",
    }
    assert verify()[1] is None
    assert AuditEntry.objects.order_by("-number").values_list("action", flat=True).first() == "restore"
    pk = gate.rows(find("enterprise"), place.as_post("officer-one")).get().pk
    (file,) = files_of(find("enterprise"), place.as_post("head-one"), pk)
    assert read(find("enterprise"), place.as_post("head-one"), file.id)[1] == "附件内容".encode()
    assert gate.get(find("enterprise"), place.as_post("officer-one"), pk).values["representative"] == "慕容复兴"
    assert len(readings(register="enterprise")) >= 1
    assert done.before is not None
    assert not check_archive(done.before)[1]
    assert prove_zone().findings == ()


def test_a_number_that_was_given_once_is_not_given_again_after_a_restore(place: Town, target: Path) -> None:
    last = enter(place, 2, "会被删去")
    find("enterprise").model._default_manager.filter(pk=last).delete()
    restore(make_backup(target), replace=True)
    assert enter(place, 3, "新企业") > last


def test_a_zone_is_not_replaced_unless_that_is_said(place: Town, target: Path, state) -> None:
    backup = make_backup(target)
    before = state()
    with pytest.raises(Blocked) as error:
        restore(backup)
    assert codes(error) == {"zone_not_empty"}
    assert state() == before


def test_what_is_written_meanwhile_is_neither_held_up_nor_half_in_the_backup(place: Town, target: Path) -> None:
    seen = []

    def write(done: int, _total: int) -> None:
        if done % 10 == 0:
            seen.append(enter(place, 100 + done, f"企业{done}"))

    backup = make_backup(target, report=write)
    assert len(seen) > 3
    manifest, faults = check_archive(backup)
    assert faults == []
    assert manifest.tables["enterprise_enterprise"]["rows"] == 1
    assert len(names(place)) == 1 + len(seen)


@pytest.mark.parametrize(
    "member", ["tables/enterprise_enterprise.jsonl", "tables/kernel_audititem.jsonl", "readings/reading.jsonl", "files"]
)
def test_what_was_altered_is_named(place: Town, target: Path, member: str) -> None:
    backup = make_backup(target)
    if member == "files":
        with zipfile.ZipFile(backup) as book:
            member = next(name for name in book.namelist() if name.startswith("files/"))
    changed = rewritten(backup, member, lambda content: content.replace(b"1", b"2", 1) + b"x")
    assert [fault.member for fault in check_archive(changed)[1]] == [member]
    with pytest.raises(Blocked) as error:
        restore(changed, replace=True)
    assert codes(error) == {"backup_damaged"}
    assert member in error.value.blockers[0].words()


def test_a_manifest_that_was_altered_is_not_ours_any_more(place: Town, target: Path) -> None:
    def fewer(content: bytes) -> bytes:
        told = json.loads(content)
        told["tables"].pop("enterprise_enterprise")
        return json.dumps(told).encode()

    changed = rewritten(make_backup(target), "manifest.json", fewer)
    with pytest.raises(Blocked) as error:
        check_archive(changed)
    assert codes(error) == {"archive_not_signed"}
    assert check_archive(changed, foreign=True)[0].tables


@pytest.mark.parametrize("keep", [0, 10, 1000, -30, -1])
def test_half_an_archive_is_none(place: Town, target: Path, keep: int) -> None:
    content = make_backup(target).read_bytes()
    half = target.with_name("half.zip")
    half.write_bytes(content[:keep])
    with pytest.raises(Blocked) as error:
        check_archive(half)
    assert codes(error) == {"no_archive"}


def test_a_backup_of_a_newer_version_is_refused_by_name(place: Town, target: Path) -> None:
    def newer(content: bytes) -> bytes:
        told = json.loads(content)
        told["migrations"].append(["kernel", "9999_tomorrow"])
        return json.dumps(told).encode()

    changed = rewritten(make_backup(target), "manifest.json", newer)
    with pytest.raises(Blocked) as error:
        restore(changed, replace=True, foreign=True)
    assert codes(error) == {"newer_backup"}
    assert "9999_tomorrow" in error.value.blockers[0].words()


def test_who_was_erased_since_the_backup_stays_erased(place: Town, target: Path) -> None:
    register, officer = find("enterprise"), place.as_post("officer-one")
    pk = gate.rows(register, officer).get().pk
    backup = make_backup(target)
    erase(register, place.system, pk)
    restore(backup, replace=True)
    assert "慕容" not in str(gate.get(register, officer, pk).values["representative"])
    assert verify()[1] is None
    assert not list((settings.EVIDENCE_ROOT / "sealed").glob("*/*"))
    assert restore(backup, replace=True).erased == 1


def test_no_backup_holds_a_key_or_a_personal_value(place: Town, target: Path) -> None:
    book = zipfile.ZipFile(io.BytesIO(make_backup(target).read_bytes()))
    content = b"".join(book.read(name) for name in book.namelist())
    for path in (settings.HOME / "keys").iterdir():
        assert path.read_bytes()[:64] not in content
    assert "慕容复兴".encode() not in content
    assert b"13711112222" not in content


def test_a_full_disk_leaves_the_earlier_backup_and_no_half_one(place: Town) -> None:
    first = make_backup()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises(Blocked) as error:
            make_backup()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert codes(error) == {"backup_not_written"}
    assert [kept.path for kept in shelf()] == [first]
    assert {path.suffix for path in (settings.HOME / "backups").iterdir()} == {".zip", ""}


def test_only_one_backup_is_made_at_a_time(place: Town, target: Path) -> None:
    with alone(), pytest.raises(Blocked) as error:
        make_backup(target)
    assert codes(error) == {"backup_busy"}


def test_the_newest_backups_are_kept(place: Town) -> None:
    made = [make_backup() for _time in range(4)]
    assert forget_old(2) == 2
    assert [kept.path for kept in shelf()] == [made[3], made[2]]
    assert forget_old(0) == 1


def test_every_column_of_every_table_has_a_way_into_a_backup() -> None:
    kinds = {kind for table in tables() for _name, kind in table.columns}
    assert kinds <= {"plain", "bool", "bytes", "day", "time", "instant", "json"}


def test_the_living_zone_is_proven_and_what_does_not_hold_is_named(place: Town) -> None:
    assert prove_zone().findings == ()
    pk = enter(place, 5, "第五企业")
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE enterprise_enterprise SET unit_id = 99999 WHERE id = %s", [pk])
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
    for paths in files_on_disk().values():
        paths[0].write_bytes(b"something else")
    places = [finding.place for finding in prove_zone().findings]
    assert "enterprise_enterprise.unit_id" in places
    assert len(places) == 2
