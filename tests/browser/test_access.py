"""Every page can be read and worked by everybody: no serious or critical fault by axe-core, at desk and phone width."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from tests.browser.conftest import Enter

PAGES = {
    "zone-leader": (
        "/", "/desk/", "/plan/dezhou-2017/", "/plan/dezhou-2017/1.12/", "/plan/dezhou-2017/table/",
        "/plan/dezhou-2017/gantt/", "/r/attraction/", "/r/attraction/?as=board", "/r/attraction/?as=gantt",
        "/r/attraction/?as=funnel", "/r/attraction/?as=rates", "/r/attraction/?as=week", "/search/?q=xm", "/r/nothing/",
        "/map/", "/wall/", "/numbers/",
    ),
    "invest1-officer1": ("/r/attraction/new/", "/r/attraction/import/", "/r/attraction/2017-P04/", "/desk/?pile=read"),
    "sys-admin": ("/", "/backups/", "/r/unit/", "/r/unit/invest1/", "/r/parameter/"),
    "audit-admin": ("/audit/",),
}  # fmt: skip

LARGE = 20  # pixels


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("post", PAGES)
def test_no_page_has_a_serious_fault(enter: Enter, post: str, width: int) -> None:
    page = enter(post, width=width, locale="zh-CN")
    faults = []
    for path in PAGES[post]:
        page.goto(path)
        found = Axe().run(page).response["violations"]
        serious = [fault for fault in found if fault["impact"] in {"serious", "critical"}]
        faults += [f"{path}: {fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in serious]
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        faults += [f"{path}: scrolls sideways"] if wide else []
    assert faults == []


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_in_large_text_on_a_phone_nothing_runs_over_the_edge(enter: Enter, locale: str) -> None:
    page = enter("demolition-officer", width=390, locale=locale)
    if page.locator("html").get_attribute("data-text") != "large":  # kept for the person, whatever the language
        with page.expect_response(lambda answer: "/text/" in answer.url):
            page.locator("[data-text-size]").first.click()
    faults = []
    for path in ("/", "/r/resettlement/", "/r/resettlement/~1/", "/r/household/~1/"):
        page.goto(path)
        assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= LARGE
        found = Axe().run(page).response["violations"]
        faults += [f"{path}: {fault['id']}" for fault in found if fault["impact"] in {"serious", "critical"}]
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        faults += [f"{path}: scrolls sideways"] if wide else []
    assert faults == []


@pytest.mark.parametrize("width", [1440, 390])
def test_the_map_beside_a_field_has_no_serious_fault(enter: Enter, width: int) -> None:
    page = enter("land-officer", width=width, locale="zh-CN")
    page.goto("/r/building/new/")
    page.locator("details.picker summary").click()
    page.wait_for_selector("[data-picker][data-drawn]")
    page.locator("[data-picker-canvas]").click(position={"x": 120, "y": 120})
    found = Axe().run(page).response["violations"]
    assert [fault["id"] for fault in found if fault["impact"] in {"serious", "critical"}] == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_the_log_in_page_has_no_serious_fault(enter: Enter, width: int, locale: str) -> None:
    page = enter("zone-leader", width=width, locale=locale)
    page.context.clear_cookies()
    page.goto("/login/")
    found = Axe().run(page).response["violations"]
    assert [fault["id"] for fault in found if fault["impact"] in {"serious", "critical"}] == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize("width", [1440, 390])
def test_whoever_logs_out_is_out_also_with_the_back_button_and_in_another_tab(enter: Enter, width: int) -> None:
    page = enter("invest1-officer1", width=width)
    page.goto("/desk/")
    other = page.context.new_page()
    other.goto("/r/attraction/")
    expect(other.locator("main h1")).to_be_visible()
    page.locator("header summary:has(.top-person)").click()
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login/**")
    page.go_back()
    page.reload()
    page.wait_for_url("**/login/**")
    other.reload()
    other.wait_for_url("**/login/**")
    expect(other.locator("button[name=post]").first).to_be_visible()
