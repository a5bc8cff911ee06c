"""A method that stands in no published document is entered on the page as data, tried, put in force: without code."""

import re

from playwright.sync_api import Page, expect
from tests.browser.conftest import Enter


def settled(page: Page) -> None:
    """What was swapped in answers to clicks."""
    expect(page.locator(".htmx-added, .htmx-settling, .htmx-request")).to_have_count(0)


def shape(page: Page, code: str, **answers: str) -> None:
    """Choose a shape, fill its form, write it into the text."""
    settled(page)
    page.locator("#shape").select_option(code)
    expect(page.locator(f".draft-shape[data-shape={code}]")).to_be_visible()
    settled(page)
    for name, value in answers.items():
        field = page.locator(f"#v-{name}")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.get_by_role("button", name="Write into the text").click()
    expect(page.locator(".draft-said")).to_contain_text("Written into the text")
    expect(page.locator(".error-summary")).to_have_count(0)


METHOD: tuple[tuple[str, dict[str, str]], ...] = (
    ("quotient", {"of": "tax", "per": "land", "name": "tax_per_mu", "label": "亩均税收"}),
    ("ratio", {"of": "tax_per_mu", "against": "average", "cap": "1.5", "full": "100", "name": "tax_points"}),
    ("quotient", {"of": "energy", "per": "staff", "name": "energy_use", "label": "人均能耗"}),
    ("average", {"of": "energy_use", "name": "energy_known"}),
    ("min_max", {"of": "energy_known", "order": "low", "floor": "20", "full": "100", "name": "energy_points"}),
    ("weighted", {"items": "tax_points = 70\nenergy_points = 30", "name": "total"}),
    ("classes", {"of": "total", "shares": "优先 = 20\n鼓励 = 50\n限制 = rest", "round": "floor", "name": "level"}),
    ("condition", {"of": "profit", "relation": "<", "threshold": "0", "name": "at_a_loss", "label": "亏损"}),
    ("veto", {"when": "at_a_loss", "to": "限制", "name": "final"}),
)


def test_a_method_of_our_own_is_entered_tried_and_put_in_force_by_a_second_person(enter: Enter) -> None:
    officer = enter("policy-officer")
    officer.goto("/drafting/")
    officer.locator("#code").fill("own-land-energy")
    officer.locator("#title").fill("地税能效加权试行")
    officer.locator("#kind").select_option("classification")
    officer.locator("#template").select_option("blank")
    officer.get_by_role("button", name="Begin").click()
    officer.wait_for_url(re.compile(r"/drafting/\d+/"))
    address = re.sub(r"#.*", "", officer.url)

    for code, answers in METHOD:
        shape(officer, code, **answers)
    expect(officer.locator("#faults")).to_contain_text("No fault")
    text = officer.locator("#text").input_value()
    assert "weighted:" in text
    assert "at_a_loss" in text

    officer.locator("#text").fill(text.replace("weight: 70", "weight: 60"))  # by hand, and wrong
    officer.get_by_role("button", name="Check").click()
    expect(officer.locator("#faults")).to_contain_text("The weights sum to 90 %")
    expect(officer.locator("#faults li").first).to_contain_text(re.compile(r"line \d+"))
    settled(officer)
    officer.locator("#text").fill(text)
    officer.get_by_role("button", name="Try", exact=True).click()
    trial = officer.locator("#trial")
    expect(trial).to_contain_text("Trial on Enterprises, 2016 36")
    expect(trial.locator("#results tbody tr")).to_have_count(36)
    trial.locator("#results tbody a").first.click()
    officer.wait_for_url(re.compile(r"/of/\d+/"))
    record = officer.url.split("/of/")[1].split("/")[0]
    expect(officer.locator("main")).to_contain_text("“total profit” < “")

    officer.goto(address)
    officer.get_by_role("link", name="The case: review, put in force").click()
    officer.get_by_role("button", name="Mark as tried").click()
    officer.wait_for_load_state()
    expect(officer.locator("[aria-current=step]")).to_contain_text("Tried")
    case = officer.url
    expect(officer.get_by_role("button", name="Put in force")).to_have_count(0)

    head = enter("zone-leader")
    head.goto(case)
    head.get_by_role("button", name="Put in force").click()
    head.wait_for_load_state()
    expect(head.locator("[aria-current=step]")).to_contain_text("In force")

    firm = enter("enterprise-service-officer")
    firm.goto(f"/r/enterprise/~{record}/")
    firm.get_by_role("link", name="地税能效加权试行").click()
    firm.wait_for_url(re.compile(r"/rules/own-land-energy/of/\d+/"))
    sheet = firm.locator("main")
    for words in ("亩均税收", "“total profit” < “", "version 1", "Snapshot"):
        expect(sheet).to_contain_text(words)
    sizes = firm.locator(".judgement .grid").evaluate_all("all => all.map(one => one.scrollWidth - one.clientWidth)")
    assert max(sizes) <= 0
