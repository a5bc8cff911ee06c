"""An export survives LibreOffice: what was not touched comes back as it was, and only edits change anything."""

import io
import os
from pathlib import Path

import openpyxl
import pytest
from tests.kernel.sheet.office import NAMES, convert, enter, office
from tests.kernel.town import Town

from xianxing.kernel import gate, sheet
from xianxing.kernel.register import find
from xianxing.kernel.sheet import Table

DATA = Path(__file__).parents[2] / "data"
KEPT = {ending: DATA / f"by-libreoffice.{ending}" for ending in ("xlsx", "ods")}


@pytest.fixture
def exported(town: Town) -> bytes:
    enter(town.as_post("head-one"))
    return sheet.export(find("apartment"), town.as_post("head-one"))


def grid(table: Table) -> list[list[str | None]]:
    """The cells; a day that one format keeps with an hour and the other without is the same day."""
    return [[cell and cell.removesuffix(" 00:00:00") for cell in row] for row in table.parts[0].rows]


def changes(town: Town, table: Table) -> tuple[int, int, int]:
    report = sheet.dry_run(find("apartment"), town.as_post("head-one"), table)
    assert report.ok, [error.plain() for error in report.errors][:3]
    return report.created, report.edited, report.unchanged


@pytest.mark.parametrize("ending", KEPT)
def test_what_libreoffice_saved_again_changes_nothing(town: Town, exported: bytes, ending: str) -> None:
    kept = sheet.read(KEPT[ending])
    assert grid(kept) == grid(sheet.read(exported))
    assert [row[1] for row in sorted(grid(kept)[1:], key=str)] == list(NAMES)
    assert changes(town, kept) == (0, 0, len(NAMES))


def test_only_what_was_edited_changes(town: Town, exported: bytes) -> None:
    table = sheet.read(KEPT["xlsx"])
    rows = table.parts[0].rows
    rows[:] = [tuple("=2+2" if cell == NAMES[2] else cell for cell in row) for row in rows]
    assert changes(town, table) == (0, 1, len(NAMES) - 1)
    sheet.apply(find("apartment"), town.as_post("head-one"), table).must()
    found = gate.rows(find("apartment"), town.as_post("head-one")).order_by("code").values_list("name", flat=True)
    assert list(found) == [NAMES[0], NAMES[1], "=2+2", *NAMES[3:]]


@pytest.mark.trial
@pytest.mark.skipif(not office(), reason="LibreOffice is not installed")
def test_libreoffice_itself_changes_nothing_on_the_way_through_ods(town: Town, exported: bytes, tmp_path: Path) -> None:
    (tmp_path / "export.xlsx").write_bytes(exported)
    found = {"ods": convert(tmp_path / "export.xlsx", "ods")}
    found["xlsx"] = convert(found["ods"], "xlsx")
    for ending, path in found.items():
        assert grid(sheet.read(path)) == grid(sheet.read(exported)), ending
        assert changes(town, sheet.read(path)) == (0, 0, len(NAMES))
        if "XIANXING_WRITE_OFFICE" in os.environ:
            KEPT[ending].write_bytes(path.read_bytes())
    book = openpyxl.load_workbook(found["xlsx"])
    page = book.worksheets[0]
    cell = next(cell for row in page.iter_rows() for cell in row if cell.value == "12345678901234567890")
    cell.value = "12345678901234567891"
    target = io.BytesIO()
    book.save(target)
    assert changes(town, sheet.read(target.getvalue())) == (0, 1, len(NAMES) - 1)
