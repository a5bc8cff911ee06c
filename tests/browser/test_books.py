"""A workbook's way in, and an organisation that loses no task: both say what would happen before it does."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect
from tests.browser.conftest import Enter

ROWS = (
    ("name", "investor", "industry"),
    ("Wizard plant one", "Wizard investor one", "services"),
    ("Wizard plant two", "Wizard investor two", "cat"),
    ("Wizard plant three", "Wizard investor three", "health"),
)


def write(path: Path) -> Path:
    """Three projects as a workbook; the second names an industry that does not exist."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ROWS:
        sheet.append(row)
    book.save(path)
    return path


def found_in_list(page: Page) -> list[str]:
    """The projects of the workbook that stand in the register, by name."""
    page.goto("/r/attraction/?q=wizard&columns=name&order=name")
    texts = page.locator("tbody tr[data-key] th a").all_inner_texts()
    return [text.strip() for text in texts]


def test_a_workbook_is_checked_marked_taken_in_part_and_taken_back(enter: Enter, tmp_path: Path) -> None:
    page = enter("invest1-officer1")
    page.goto("/r/attraction/import/")
    page.locator("input[type=file]").set_input_files(write(tmp_path / "leads.xlsx"))
    page.get_by_role("button", name="Check it").click()
    expect(page.locator("section.dry-run")).to_contain_text("Nothing is saved yet.")
    fault = page.locator("#faults tbody tr")
    expect(fault).to_have_count(1)
    expect(fault).to_contain_text("cat")
    expect(fault).to_contain_text("is not one of the choices")
    expect(fault).to_contain_text("Choose one of")
    checked = page.url
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download the workbook with the faults marked").click()
    taken.value.save_as(tmp_path / "marked.xlsx")
    marked = load_workbook(tmp_path / "marked.xlsx").worksheets[0]
    assert [[cell.value for cell in row][:3] for row in marked.iter_rows()] == [list(ROWS[0]), list(ROWS[2])]
    comment = marked["C2"].comment
    assert comment is not None
    assert "is not one of the choices" in comment.text
    assert found_in_list(page) == []

    page.goto(checked)
    page.get_by_role("button", name="Take the 2 good rows").click()
    expect(page.locator("section.dry-run")).to_contain_text("2 rows were taken over")
    done = page.url
    assert found_in_list(page) == ["Wizard plant one", "Wizard plant three"]

    page.goto(done)
    page.get_by_role("button", name="Take this import back").click()
    expect(page.locator("#messages")).to_contain_text("Taken back.")
    assert found_in_list(page) == []


def test_a_unit_with_open_tasks_is_not_dissolved_and_the_tasks_are_named(enter: Enter) -> None:
    page = enter("sys-admin")
    page.goto("/r/unit/invest1/")
    page.get_by_role("link", name="Dissolve").click()
    page.get_by_role("button", name="Dissolve").click()
    refused = page.locator("main ul.errors")
    expect(refused).to_contain_text("would leave tasks without an owner")
    expect(refused).to_contain_text(re.compile(r"Attraction projects|Measures and tasks"))
    page.goto("/r/unit/invest1/")
    expect(page.get_by_role("link", name="Dissolve")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_forms_with_errors_a_checked_workbook_and_the_tree_of_units_have_no_serious_fault(
    enter: Enter, tmp_path: Path, width: int
) -> None:
    page = enter("invest1-officer1", width=width, locale="zh-CN")
    page.goto("/r/attraction/new/")
    page.locator("input[name=investment]").fill("很多")
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".error-summary")).to_be_visible()
    faults = serious(page)
    page.goto("/r/attraction/import/")
    page.locator("input[type=file]").set_input_files(write(tmp_path / "leads.xlsx"))
    page.locator("form.form button[type=submit]").click()
    expect(page.locator("#faults")).to_be_visible()
    faults += serious(page)
    page.goto("/organise/")
    faults += serious(page)
    page.goto("/r/unit/invest1/")
    faults += serious(page)
    assert faults == []


def serious(page: Page) -> list[str]:
    """The serious and critical faults that axe-core finds on a page, with where they are."""
    found = Axe().run(page).response["violations"]
    return [
        f"{page.url}: {fault['id']} at {fault['nodes'][0]['target']}"
        for fault in found
        if fault["impact"] in {"serious", "critical"}
    ]
