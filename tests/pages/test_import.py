"""The import wizard: template, dry run with every fault, corrected workbook, partial take-over; export."""

import io
from threading import Thread
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.pages.zone import client_of, context, flats, text_of

from xianxing.kernel import gate
from xianxing.kernel.actions.change import Outcome
from xianxing.kernel.filters import Query
from xianxing.kernel.register import find
from xianxing.pages import exchange
from xianxing.pages.uploads import new_upload

pytestmark = pytest.mark.usefixtures("zone")


def book(*rows: tuple[Any, ...]) -> SimpleUploadedFile:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(("name", "size", "rent", "kind"))
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return SimpleUploadedFile("公寓.xlsx", out.getvalue())


def number() -> int:
    return gate.count(gate.rows(find("apartment"), context("head"), Query())).number


def upload(*rows: tuple[Any, ...], post: str = "head") -> Any:
    return client_of(post).post("/r/apartment/import/", {"file": book(*rows)})


def test_the_template_is_a_workbook_with_the_heads() -> None:
    response = client_of("head").get("/r/apartment/template/")
    heads = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0][1]]
    assert any("rent a month" in str(head) for head in heads)
    assert response["Content-Disposition"].startswith("attachment")


def test_a_dry_run_names_every_fault_and_saves_nothing() -> None:
    response = upload(("甲公寓", 60, 1000, "single"), ("乙公寓", "大", "贵", "single"), ("", 60, 900, "family"))
    text = text_of(client_of("head").get(response["Location"]))
    for words in ("大", "贵", "Give a number in", "Fill in name"):
        assert words in text
    assert "Take the 1 good rows" in text
    assert number() == 0


def test_the_good_rows_are_taken_over_and_the_others_come_back_marked() -> None:
    at = upload(("甲公寓", 60, 1000, "single"), ("乙公寓", "大", 1000, "single"))["Location"]
    client = client_of("head")
    client.post(at)
    assert number() == 1
    text = text_of(client.get(at))
    assert "1 rows were taken over" in text
    client.post(at)
    assert number() == 1
    corrected = client.get(f"{at}corrected.xlsx")
    cells = [
        str(cell.value) for row in openpyxl.load_workbook(io.BytesIO(corrected.content)).worksheets[0] for cell in row
    ]
    assert "乙公寓" in cells
    assert "甲公寓" not in cells


def test_an_upload_belongs_to_its_person_alone() -> None:
    at = upload(("甲公寓", 60, 1000, "single"))["Location"]
    assert client_of("other-head").get(at).status_code == 404
    assert client_of("other-head").post(at).status_code == 404
    assert number() == 0


def test_what_is_no_workbook_is_refused_in_words() -> None:
    client = client_of("head")
    empty = client.post("/r/apartment/import/", {})
    assert empty.status_code == 422
    at = client.post("/r/apartment/import/", {"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04broken")})["Location"]
    text = text_of(client.get(at))
    assert "cannot be imported" in text
    assert client.post(at).status_code == 200
    assert number() == 0


def test_import_and_export_are_closed_to_who_may_not() -> None:
    assert client_of("leader").get("/r/apartment/import/").status_code == 404
    assert client_of("leader").get("/r/apartment/template/").status_code == 404
    assert client_of("manager").get("/r/apartment/export/").status_code == 404


def test_an_export_holds_the_rows_of_the_lists_filter_and_imports_back_unchanged() -> None:
    flats(4)
    client = client_of("head")
    content = client.get("/r/apartment/export/", {"f": "rent:ge:1203"}).content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    names = [str(cell.value) for row in sheet for cell in row if "人才公寓" in str(cell.value)]
    assert sorted(names) == ["人才公寓3号", "人才公寓4号"]
    at = client.post("/r/apartment/import/", {"file": SimpleUploadedFile("back.xlsx", content)})["Location"]
    client.post(at)
    assert "0 rows were taken over, 2 said nothing new" in text_of(client.get(at))


def test_two_clicks_at_once_take_a_workbook_over_once(monkeypatch: pytest.MonkeyPatch) -> None:
    register, officer = find("apartment"), context("head")
    held = new_upload(officer, b"name,size,rent\n", "x.csv")
    begun, clicks = [], []

    def slow(*_given: Any, **_more: Any) -> Outcome:
        begun.append(1)
        if len(begun) == 1:  # the second click comes while the first is at work
            clicks.append(Thread(target=exchange.take_over, args=(register, officer, held)))
            clicks[0].start()
            clicks[0].join(0.2)
        return Outcome("done")

    monkeypatch.setattr("xianxing.kernel.sheet.apply", slow)
    monkeypatch.setattr("xianxing.kernel.sheet.read", lambda _content: None)
    exchange.take_over(register, officer, held)
    clicks[0].join()
    assert len(begun) == 1
