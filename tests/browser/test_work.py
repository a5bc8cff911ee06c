"""A day's work in the browser: the leader's glance, the officer's move, two people on one record, a draft kept."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect
from tests.browser.conftest import Enter


def first_project(page: Page, stages: str) -> str:
    """The address of the newest project of the reader's own unit in one of the stages."""
    page.goto(f"/r/attraction/?f=stage:in:{stages}&f=status:empty")
    link = page.locator("tbody a[href^='/r/attraction/XM']").first
    return str(link.get_attribute("href"))


def test_the_leader_reads_four_lines_and_a_number_opens_its_records(enter: Enter) -> None:
    page = enter("zone-leader")
    for title in ("Attract", "Upgrade", "Serve", "Safeguard"):
        expect(page.get_by_role("heading", name=re.compile(title)).first).to_be_visible()
    strip = page.locator(".strip").filter(has_text="Bring in and raise leading firms").first
    shown = strip.locator("a.strip-evidence")
    reached = int(re.findall(r"\d+", shown.inner_text())[0])
    shown.click()
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text(re.compile(rf"\b{reached} in all"))


def test_a_move_says_what_is_missing_and_goes_through_once_it_is_there(enter: Enter, tmp_path: Path) -> None:
    page = enter("invest1-officer1")
    address = first_project(page, "negotiation")
    page.goto(address)
    box = page.locator("section.next")
    expect(box).to_contain_text("Evidence is missing: contract")
    contract = tmp_path / "contract.pdf"
    contract.write_bytes(b"%PDF-1.4\n%a contract")
    page.locator("select[name=tag]").select_option("contract")
    page.locator("input[type=file]").last.set_input_files(contract)
    page.get_by_role("button", name="Attach").click()
    page.wait_for_load_state()
    expect(box).not_to_contain_text("Evidence is missing: contract")
    box.get_by_label("Contracted investment").first.fill("1.2亿")
    box.get_by_role("button", name="Sign the contract").click()
    page.wait_for_load_state()
    expect(page.locator("[aria-current=step]")).to_contain_text("Signed")


def test_the_second_of_two_tabs_sees_both_versions(enter: Enter) -> None:
    first = enter("invest1-officer1")
    address = first_project(first, "landed,started,completed") + "edit/"
    second = first.context.new_page()
    first.goto(address)
    second.goto(address)
    for page, words in ((first, "the first version"), (second, "the second version")):
        page.get_by_label("Content and scale").fill(words)
        page.get_by_role("button", name="Save").first.click()
        page.wait_for_load_state()
    expect(second.locator("main")).to_contain_text("the first version")
    expect(second.locator("main")).to_contain_text("the second version")


def test_a_half_filled_form_waits_in_the_next_session_of_the_same_person(enter: Enter) -> None:
    page = enter("invest1-officer1")
    page.goto("/r/attraction/new/")
    with page.expect_response(re.compile("draft")):
        page.get_by_label("Project name").fill("Half a project")
        page.get_by_label("Investor").fill("Somebody")
    again = enter("invest1-officer1")
    again.goto("/r/attraction/new/")
    expect(again.get_by_label("Project name")).to_have_value("Half a project")


def test_the_list_is_worked_by_keyboard(enter: Enter) -> None:
    page = enter("zone-leader")
    page.goto("/r/attraction/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/r/attraction/[^/?]+/$"))


def test_the_language_changes_with_one_click_and_back(enter: Enter) -> None:
    page = enter("zone-leader")
    page.get_by_role("button", name="中文").first.click()
    expect(page.get_by_role("link", name="驾驶舱").first).to_be_visible()
    page.get_by_role("button", name="English").first.click()
    expect(page.get_by_role("link", name="Cockpit").first).to_be_visible()
