"""No clear text of personal data lies in any file of an installation, whatever was done with it."""

import io
import os
import zipfile
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from tests.kernel.personal.test_sealing import code_of
from tests.kernel.town import Town, build

from xianxing.kernel import gate, sheet
from xianxing.kernel.actions.act import create, edit
from xianxing.kernel.clock import instant
from xianxing.kernel.evidence.actions import attach
from xianxing.kernel.jobs import jobs
from xianxing.kernel.notices.notify import notify
from xianxing.kernel.register import find
from xianxing.kernel.tick import tick
from xianxing.kernel.units.models import Person
from xianxing.pages.kept import draft_of, views_of
from xianxing.pages.uploads import KEPT, new_upload, remove_uploads, upload_of

SECRETS = ("慕容复兴", "诸葛小明", "13711112222", "13733334444", "身份证扫描件内容")


@pytest.fixture
def place(transactional_db: None) -> Iterator[Town]:
    """A town whose transactions really end, so that they lie in the file of the database and its log."""
    yield build()
    (settings.HOME / "keys" / "subjects.sqlite3").unlink(missing_ok=True)


def lying_in_clear(secrets: Sequence[str] = SECRETS, places: Sequence[Path] = ()) -> list[tuple[str, str]]:
    """(file, secret) for every secret that a file of the home (or of ``places``) holds, whatever its encoding."""
    found = []
    folders = places or (Path(settings.HOME),)
    files = [f for folder in folders for f in ([folder] if folder.is_file() else folder.rglob("*"))]
    for path in files:
        content = read_whole(path) if path.is_file() else b""
        found += [(path.name, s) for s in secrets for e in ("utf-8", "utf-16-le", "gb18030") if s.encode(e) in content]
        escaped = [s.encode("unicode_escape") for s in secrets if not s.isascii()]
        found += [(path.name, str(text)) for text in escaped if text in content]
    return found


def read_whole(path: Path) -> bytes:
    """A file; what lies in a workbook or a backup, which are zips, counts as lying in the file."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return b""  # a store removes its own files while they are read
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return content + b"".join(parts.read(name) for name in parts.namelist())


def workbook() -> bytes:
    return (
        "code,name,representative,phone\n"
        f"{code_of(7)},导入企业,诸葛小明,13733334444\n"
        f"{code_of(8)},坏行企业,诸葛小明,诸葛小明的电话13733334444\n"
    ).encode()


def test_nothing_that_is_done_with_personal_data_leaves_clear_text_in_a_file(place: Town) -> None:
    officer, register = place.as_post("officer-one"), find("enterprise")
    client = Client()
    client.force_login(Person.objects.get(login="p-officer-one"))
    pk = create(register, officer, code=code_of(1), name="示范企业", representative="慕容复兴", phone="13711112222")
    edit(register, officer, pk, {"representative": "诸葛小明"}).must()
    edit(register, officer, pk, {"representative": "慕容复兴"}).must()
    attach(register, place.as_post("head-one"), [(pk, "other", "慕容复兴.txt", "身份证扫描件内容".encode())]).must()
    notify(officer, [place.post("head-one")], "info", "enterprise", pk, "%(what)s", {})
    tick(place.day)
    # A form that was left behind, of a new record and of this one.
    typed = {"representative": "诸葛小明", "phone": "13733334444"}
    for form in ("new", str(pk)):
        assert client.post(f"/r/enterprise/draft/{form}/", typed).status_code == 200
    kept = draft_of(officer, "enterprise/new")
    assert kept is not None
    assert kept.values["phone"] == ["13733334444"]
    # An import with a good and a faulty row, through its page: upload, report, corrected workbook, result.
    file = io.BytesIO(workbook())
    file.name = "企业.csv"
    answer = client.post("/r/enterprise/import/", {"file": file})
    assert answer.status_code == 302
    assert client.post(answer["Location"]).status_code in {200, 302}
    assert gate.get(register, officer, code_of(7)).values["code"] == code_of(7)
    # Exports: at once and as a job, under a filter that names somebody.
    sheet.export(register, officer)
    token = new_upload(officer).token
    arguments = {"register": "enterprise", "token": token, "f": ["phone:is:13711112222"], "q": "", "order": "",
                 "columns": ""}  # fmt: skip
    job = jobs.ask(officer, "sheet.export", arguments).must().records[0]
    assert jobs.run(job) in {"done", "failed"}
    # A saved view, pages, the programme interface.
    client.post("/r/enterprise/views/", {"name": "找人", "f": "phone:is:13711112222"})
    assert "13711112222" not in "".join(view.query for view in views_of(officer, "enterprise"))
    assert "慕容复兴" in client.get(f"/r/enterprise/{code_of(1)}/").content.decode()
    assert client.get("/api/enterprise?f=phone:is:13711112222").json()["rows"]
    assert lying_in_clear() == []


def test_what_was_uploaded_is_gone_with_its_key_after_a_day(place: Town) -> None:
    officer = place.as_post("officer-one")
    upload = new_upload(officer, workbook(), "企业.csv")
    path = next((settings.HOME / "uploads").glob(f"*{upload.token}.book"))
    sealed = path.read_bytes()
    assert upload.read() == workbook()
    assert remove_uploads(place.system) == 0
    long_ago = (instant() - KEPT - timedelta(seconds=9)).timestamp()
    for held in path.parent.glob(f"*{upload.token}.*"):
        os.utime(held, (long_ago, long_ago))
    assert remove_uploads(place.system) == 2
    assert upload_of(officer, upload.token) is None
    path.write_bytes(sealed)
    with pytest.raises(FileNotFoundError):
        upload.read()


def test_a_kept_form_is_thrown_away_with_its_key(place: Town) -> None:
    client: Any = Client()
    client.force_login(Person.objects.get(login="p-officer-one"))
    client.post("/r/enterprise/draft/new/", {"representative": "诸葛小明"})
    client.post("/r/enterprise/draft/new/", {"drop": "1"})
    assert draft_of(place.as_post("officer-one"), "enterprise/new") is None
