"""What all lists share, in a browser: the past, columns on a phone, large text, the wall, paper, keys."""

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import Enter

LIST = "/r/attraction/"


def overflow(page: Page) -> int:
    """How many pixels a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_a_list_is_compared_with_a_past_day_at_every_width(enter: Enter, width: int) -> None:
    page = enter("zone-leader", width=width)
    page.goto(f"{LIST}?as=baseline")
    assert page.locator("#baseline-on").input_value() == "2017-08-31"
    assert page.locator("table#altered tbody tr").count() > 0
    assert overflow(page) == 0


def test_columns_are_put_into_an_order_on_a_phone(enter: Enter) -> None:
    page = enter("invest1-officer1", width=390)
    page.goto(LIST)
    page.locator("summary", has_text="Columns").click()
    first = page.locator("[data-ordered] > li").first.locator("input").get_attribute("value")
    page.locator("[data-ordered] > li").first.locator("[data-down]").click()
    assert page.locator("[data-ordered] > li").nth(1).locator("input").get_attribute("value") == first
    page.get_by_role("button", name="Show these").click()
    page.locator("summary", has_text="Columns").click()
    assert page.locator("[data-ordered] > li").nth(1).locator("input").get_attribute("value") == first


@pytest.mark.parametrize("path", ["/", LIST, f"{LIST}new/", "/desk/"])
def test_large_text_is_large_contrasted_and_within_a_phone(enter: Enter, path: str) -> None:
    page = enter("invest1-officer1", width=390)
    with page.expect_response("**/text/"):
        page.locator("[data-text-size]").click()
    page.goto(path)
    assert page.locator("html").get_attribute("data-text") == "large"
    assert overflow(page) == 0
    sizes = page.evaluate(
        "[...document.querySelectorAll('main *')].filter((e) => e.checkVisibility() && [...e.childNodes]"
        ".some((n) => n.nodeType === 3 && n.data.trim())).map((e) => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 16
    low = page.evaluate(
        "[...document.querySelectorAll('main .button, .top .tool')].filter((e) => e.checkVisibility())"
        ".filter((e) => e.getBoundingClientRect().height < 43.5).map((e) => e.textContent.trim())"
    )
    assert low == []
    with page.expect_response("**/text/"):
        page.locator("[data-text-size]").click()


def test_the_wall_fits_its_screen_and_says_the_time_of_its_data(enter: Enter) -> None:
    page = enter("zone-leader", width=1920)
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto("/wall/")
    assert page.locator(".wall .column").count() == 4
    assert "Data as of" in page.locator(".wall-foot").inner_text()
    foot = page.locator(".wall-foot").bounding_box()
    assert foot is not None
    assert foot["y"] + foot["height"] <= 1080


def test_a_list_is_printed_on_paper_with_its_rows_and_without_navigation(enter: Enter) -> None:
    page = enter("zone-leader")
    page.goto(f"{LIST}?print=1")
    page.emulate_media(media="print")
    assert page.locator("table#list tbody tr").count() > 50
    assert not page.locator("nav.nav").is_visible()
    assert page.pdf(prefer_css_page_size=True)[:5] == b"%PDF-"


def test_a_question_mark_shows_the_keys(enter: Enter) -> None:
    page = enter("zone-leader")
    page.goto(LIST)
    page.keyboard.press("?")
    assert page.locator("dialog[data-keys]").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("dialog[data-keys]").is_visible()
