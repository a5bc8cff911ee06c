"""A household is erased, end to end: nothing of it is left in any file of the installation, nor in what is restored.

Its data is entered, edited, signed with a file, typed into a form, imported, exported, read by the API and backed up.
After the erasure every file is read as bytes: those of the store (SQLite's file and log, or PostgreSQL's data folder
and dump), of the home (keys, readings, uploads, exports, backups, evidence), and those inside archives.
"""

import io
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from tests.kernel.personal.test_at_rest import lying_in_clear, read_whole
from tests.postgres import find_programs

from xianxing.kernel import gate, sheet
from xianxing.kernel.actions.act import create, edit, one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.audit.chain import verify
from xianxing.kernel.backup.make import make_backup
from xianxing.kernel.backup.restore import check_archive, restore
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import attach
from xianxing.kernel.filters import Query
from xianxing.kernel.personal.disclosure import LOST
from xianxing.kernel.personal.seal import Lost, open_all
from xianxing.kernel.register import find
from xianxing.kernel.units.models import Person
from xianxing.lines.serve.resettlement.models import Household
from xianxing.lines.serve.resettlement.tests.zone import DAY, Place, build
from xianxing.pages.kept import draft_of

NAME, LATER, PHONE, NUMBER = "慕容复兴", "诸葛小明", "13711112222", "360426199101010071"
ADDRESS, ACCOUNT = "甲村七组四十二号", "6222020012345678901"
SECRETS = (NAME, LATER, PHONE, NUMBER, ADDRESS, ACCOUNT)
ASKED = {"kind": "erase", "register": "household", "purpose": "本人要求删除"}


@pytest.fixture
def zone(transactional_db: None) -> Iterator[Place]:
    """The zone of the slice with a security administrator, whose transactions really end; keys begin empty."""
    keys: Path = settings.HOME / "keys" / "subjects.sqlite3"
    keys.unlink(missing_ok=True)
    place, system = build(), Context.system(DAY)
    create(find("post"), system, code="sec", name="sec", unit="zone", role="security_admin", opened_on="2010-01-01")
    create(find("person"), system, login="sec", name="安全管理员")
    create(find("holding"), system, post="sec", person="sec", starts_on="2010-01-01")
    yield place
    keys.unlink(missing_ok=True)
    for folder in ("backups", "evidence", "uploads"):
        shutil.rmtree(settings.HOME / folder, ignore_errors=True)


def live(zone: Place) -> int:
    """Everything that is done with a household; returns it."""
    register, officer = find("household"), zone.as_post("officer")
    client = Client()
    client.force_login(Person.objects.get(login="officer"))
    pk = zone.signed(head=NAME, phone=PHONE, id_number=NUMBER, address=ADDRESS)
    edit(register, officer, pk, {"head": LATER}).must()
    card = f"%PDF-1.4\n{NAME} {NUMBER} 账号 {ACCOUNT}".encode()
    attach(register, officer, [(pk, "agreement", f"{NAME}银行卡.pdf", card)]).must()
    typed = {"head": LATER, "phone": PHONE, "address": ADDRESS}
    assert client.post(f"/r/household/draft/{pk}/", typed).status_code == 200
    code = zone.row(pk).values["code"]
    file = io.BytesIO(f"code,head,phone\n{code},{NAME},{PHONE}\n".encode())
    file.name = "住户.csv"
    answer = client.post("/r/household/import/", {"file": file})
    assert client.post(answer["Location"]).status_code in {200, 302}
    assert zone.row(pk).values["head"] == NAME
    assert PHONE in client.get(f"/api/household?f=phone:is:{PHONE}").content.decode()
    sheet.export(register, officer, Query())
    return pk


def erase(zone: Place, pk: int) -> None:
    """Asked for by the security administrator, confirmed by the head of the unit."""
    requests = find("personal-request")
    given = {**ASKED, "record": str(zone.row(pk).values["code"])}
    asked = one(requests, zone.as_post("sec"), Change("create", fields=given)).must().records[0]
    one(requests, zone.as_post("head"), Change("move", asked, to="approve")).must()


def store_files(tmp: Path) -> list[Path]:
    """Beside the home: PostgreSQL's data folder where it can be read, and a dump as its tool writes it."""
    if connection.vendor == "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SHOW data_directory")
        folder = Path(cursor.fetchone()[0])
    given = connection.settings_dict
    command = [str(find_programs() / "pg_dump"), "--host", str(given["HOST"] or given["OPTIONS"].get("host", ""))]
    dump = tmp / "dump.sql"
    with dump.open("wb") as target:
        subprocess.run([*command, "--username", given["USER"], given["NAME"]], stdout=target, check=True)
    assert os.access(folder, os.R_OK)
    return [folder, dump]


def sealed_of(subject: str, folders: Sequence[Path]) -> set[str]:
    """Every sealed text of a data subject that stands in any file."""
    found, form = set[str](), re.compile(rb"~[a-z]\." + subject.encode() + rb"\.[A-Za-z0-9_-]{16,}")
    for folder in folders:
        for path in [folder] if folder.is_file() else folder.rglob("*"):
            if path.is_file():
                found |= {text.decode() for text in form.findall(read_whole(path))}
    return found


def wrapped_key(subject: str) -> bytes:
    with closing(connect(settings.HOME / "keys" / "subjects.sqlite3")) as keys:
        return bytes(keys.execute("SELECT wrapped FROM subject WHERE id = ?", (subject,)).fetchone()[0])


def is_gone(zone: Place, pk: int) -> bool:
    row = zone.row(pk)
    return {str(row.values[name]) for name in ("head", "phone", "id_number", "address")} == {str(LOST["erased"])}


@pytest.mark.store
def test_nothing_of_an_erased_household_is_left_in_any_file(zone: Place, tmp_path: Path) -> None:
    pk = live(zone)
    row: Any = Household.objects.values().get(pk=pk)
    subject, key = row["subject_key"], wrapped_key(row["subject_key"])
    older = make_backup()
    assert lying_in_clear(SECRETS, (settings.HOME, *store_files(tmp_path))) == []
    held = open_all(sealed_of(subject, [settings.HOME])).values()
    assert {NAME, LATER, PHONE, NUMBER, ADDRESS} <= {text for text in held if isinstance(text, str)}

    erase(zone, pk)
    assert is_gone(zone, pk)
    assert draft_of(zone.as_post("officer"), f"household/{pk}") is None
    places = (settings.HOME, *store_files(tmp_path))
    assert lying_in_clear(SECRETS, places) == []
    left = sealed_of(subject, places)
    assert left, "rows and backups keep what nobody can open"
    assert set(open_all(left).values()) - {""} == {Lost("erased")}
    assert not [path for path in settings.HOME.rglob("*") if path.is_file() and key in path.read_bytes()]
    assert not (settings.EVIDENCE_ROOT / "sealed" / subject).exists()
    assert digests_in_store(row) == []
    assert verify()[1] is None

    newer = make_backup()
    for backup in (older, newer):
        assert check_archive(backup)[1] == []
        restore(backup, replace=True)
        assert is_gone(zone, pk)
        households: Any = gate.rows(find("household"), zone.as_post("head"))
        assert not households.filter(phone_digest=row["phone_digest"]).exists()
        assert verify()[1] is None
    assert lying_in_clear(SECRETS, (settings.HOME, *store_files(tmp_path))) == []


def digests_in_store(row: Any) -> list[str]:
    """The digests of the household that the store still holds: in SQLite's files, in PostgreSQL's rows and indexes."""
    digests = [row[f"{name}_digest"] for name in ("head", "phone", "id_number", "address") if row[f"{name}_digest"]]
    assert digests
    if connection.vendor == "sqlite":
        path = Path(str(connection.settings_dict["NAME"]))
        content = b"".join(p.read_bytes() for p in path.parent.glob(f"{path.name}*"))
        return [digest for digest in digests if digest.encode() in content]
    with connection.cursor() as cursor:
        # Counted in the table itself: the collector's numbers may arrive after the vacuum that they precede.
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pgstattuple")
        cursor.execute("SELECT dead_tuple_count FROM pgstattuple(%s)", [Household._meta.db_table])
        assert cursor.fetchone() == (0,)
    return []
