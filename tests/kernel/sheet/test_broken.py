"""Workbooks as they should not be: each is answered in words, none with a traceback."""

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest

from xianxing.kernel import gate, sheet
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.register import find

HEAD = ["code", "name", "registered capital", "founded on"]


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def without(content: bytes, name: str) -> bytes:
    """The archive without one of its members."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as left:
        for entry in source.namelist():
            if entry != name:
                left.writestr(entry, source.read(entry))
    return target.getvalue()


def replaced(content: bytes, name: str, text: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as left:
        for entry in source.namelist():
            left.writestr(entry, text if entry == name else source.read(entry))
    return target.getvalue()


def archive() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as book:
        book.writestr("readme.txt", "no workbook")
    return target.getvalue()


@pytest.mark.parametrize(
    "make",
    [
        lambda good: b"",
        lambda good: b"   \r\n ",
        lambda good: b"\x00\x01\x02\x03",
        lambda good: b"PK\x03\x04junk",
        lambda good: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 not really",
        lambda good: b"\x89PNG\r\n\x1a\n\x00\x00",
        lambda good: archive(),
        cut,
        lambda good: without(good, "xl/workbook.xml"),
        lambda good: without(good, "xl/worksheets/sheet1.xml"),
        lambda good: replaced(good, "xl/workbook.xml", b"<broken"),
        lambda good: b'a,"' + b"x" * 200_000 + b'"',
    ],
)
def test_what_is_no_workbook_is_refused_in_words(town, workbook, make: Callable[[bytes], bytes]):
    content = make(workbook([HEAD, ["x", "y", 1, None]]))
    officer = town.as_post("officer-one")
    try:
        found = sheet.dry_run(find("enterprise"), officer, sheet.read(content)).errors
    except Blocked as blocked:
        found = blocked.blockers
    assert {error.code for error in found} <= {"not_a_workbook", "no_heads"}
    assert all(error.words() and error.mend() for error in found)
    assert found


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["CODE", "甲", "abc", None], {"bad_type"}),
        (["CODE", "甲", "1", "yesterday"], {"bad_type"}),
        (["CODE", "甲", "1", "2017-13-01"], {"bad_type"}),
        (["CODE", "甲", "1", "31.02.2017"], {"bad_type"}),
        (["CODE", "甲", "1", 99999999], {"bad_type"}),
        (["CODE", "甲", "1", True], {"bad_type"}),
        (["CODE", "甲", -5, None], {"negative"}),
        (["CODE", "甲", 1e30, None], {"too_large"}),
        (["CODE", "甲", "1.23456789", None], {"too_fine"}),
        (["CODE", "甲", "12 美元", None], {"bad_type"}),
        (["CODE", "甲" * 201, "1", None], {"too_long"}),
        (["CODE", "甲" * 32_000, "1", None], {"too_long"}),
        (["CODE", None, "1", None], {"required"}),
        ([None, "甲", "1", None], {"required"}),
        (["91371400000000001", "甲", "1", None], {"bad_credit_code"}),
        ([913714000000000000, "甲", "1", None], {"bad_credit_code"}),
        (["CODE", "甲", "=1/0", None], {"broken_cell"}),
        (["CODE", "甲", "NaN", None], {"bad_type"}),
        (["CODE", "甲", "1", "1899-12-31"], {"bad_type"}),
    ],
)
def test_a_wrong_cell_is_named(town, workbook, code, cells: list[object], expected: set[str]):
    row = [code(1) if cell == "CODE" else cell for cell in cells]
    content = workbook([HEAD, row])
    if "=1/0" in cells:
        content = uncalculated(row)
    report = sheet.dry_run(find("enterprise"), town.as_post("officer-one"), sheet.read(content))
    assert {error.code for error in report.errors} == expected
    assert all(error.at.row == 2 for error in report.errors)


def uncalculated(row: list[object]) -> bytes:
    """A formula that no program has calculated yet: openpyxl writes it without a result."""
    book = openpyxl.Workbook()
    for cells in (HEAD, row):
        book.active.append(cells)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("cells", "capital", "day"),
    [
        (["CODE", "甲", "１２００", "２０１７年５月１日"], 1_200_000_000, "2017-05-01"),
        (["CODE", "甲", "1,200", "2017.5.1"], 1_200_000_000, "2017-05-01"),
        (["CODE", "甲", "1.2亿", "2017/05/01"], 12_000_000_000, "2017-05-01"),
        (["CODE", "甲", 0.1 + 0.2, 42856], 300_000, "2017-05-01"),
        (["CODE", "甲", "=100*3", "2017-05-01"], 300_000_000, "2017-05-01"),
        (["CODE", "  甲  ", " 5 ", " 2017-05-01 "], 5_000_000, "2017-05-01"),
    ],
)
def test_what_people_mean_is_understood(town, workbook, code, cells: list[object], capital: int, day: str):
    row = [code(1) if cell == "CODE" else cell for cell in cells]
    officer = town.as_post("officer-one")
    content = workbook([HEAD, row])
    if "=100*3" in cells:
        content = calculated(content)
    sheet.apply(find("enterprise"), officer, sheet.read(content)).must()
    values = gate.get(find("enterprise"), officer, code(1)).values
    assert (values["name"], values["capital"], values["founded_on"].isoformat()) == ("甲", capital, day)


def calculated(content: bytes) -> bytes:
    """Our writer leaves 0 as the result of a formula; put the right one, as Excel would."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        text = book.read("xl/worksheets/sheet1.xml").replace(b'<v>0</v></c><c r="D2"', b'<v>300</v></c><c r="D2"')
    return replaced(content, "xl/worksheets/sheet1.xml", text)


@pytest.mark.parametrize("rows", [[], [[]], [HEAD], [HEAD, [None] * 4, [" ", "", None, None]], [["nothing", "known"]]])
def test_a_workbook_without_rows_says_so(town, workbook, rows: list[list[object]]):
    report = sheet.dry_run(find("enterprise"), town.as_post("officer-one"), sheet.read(workbook(rows)))
    assert report.fatal
    assert {error.code for error in report.errors} <= {"no_heads", "empty_sheet"}


def test_a_column_that_stands_twice_stops_the_import(town, workbook, code):
    table = sheet.read(workbook([[*HEAD, "name"], [code(1), "甲", 1, None, "乙"]]))
    report = sheet.dry_run(find("enterprise"), town.as_post("officer-one"), table)
    assert [error.code for error in report.errors] == ["head_twice"]


def test_a_cell_with_an_error_of_the_spreadsheet_is_named_and_erases_nothing(town, workbook, code):
    content = workbook([HEAD, [code(1), "甲", 5, None]])
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        text = book.read("xl/worksheets/sheet1.xml").replace(b'<c r="C2"><v>5</v>', b'<c r="C2" t="e"><v>#REF!</v>')
    report = sheet.dry_run(
        find("enterprise"), town.as_post("officer-one"), sheet.read(replaced(content, "xl/worksheets/sheet1.xml", text))
    )
    assert [(error.code, error.value) for error in report.errors] == [("broken_cell", "#REF!")]
