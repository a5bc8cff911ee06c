"""The map in a real browser: what is drawn is what the lists count."""

import re

ADDRESS = re.compile(r"(\S+):(\d*)")


def drawn(page):
    """How many records of each layer the map shows, once it has drawn."""
    page.wait_for_selector("[data-map][data-drawn]")
    return {
        code: int(number or 0)
        for code, number in ADDRESS.findall(page.locator("[data-map]").get_attribute("data-drawn"))
    }


def counted(page, code):
    row = page.locator(f".map-layers li:has([data-map-layer='{code}'])")
    return int(row.locator(".map-count .digits").inner_text().replace(",", ""))


def test_every_layer_draws_as_many_records_as_it_says_and_asks_nobody_else(enter, served):
    page = enter("zone-leader")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{served}/map/")
    shown = drawn(page)
    assert shown["attraction"] == counted(page, "attraction") > 0
    assert shown["cell"] == counted(page, "cell") == 40
    page.locator("[data-map-layer=parcel]").check()
    page.wait_for_selector("[data-map][data-drawn*='parcel:1']")
    assert drawn(page)["parcel"] == counted(page, "parcel")
    assert page.locator("path.is-parcel").count() == counted(page, "parcel")
    assert all(url.startswith(served) for url in asked)


def test_a_mark_opens_the_record_it_stands_for(enter, served):
    page = enter("zone-leader")
    page.goto(f"{served}/map/?layer=attraction")
    drawn(page)
    page.locator(".map-mark:not(.map-group)").last.click()
    link = page.locator(".leaflet-popup-content a").first
    name = link.inner_text()
    link.click()
    page.wait_for_selector("main h1")
    assert name in page.locator("main h1").inner_text()


def test_the_switch_of_a_list_shows_the_map_without_a_new_page(enter, served):
    page = enter("zone-leader")
    page.goto(f"{served}/r/attraction/")
    page.locator(".switch a[href*='as=map']").click()
    shown = drawn(page)
    assert shown["attraction"] == int(page.locator(".map-line .digits").inner_text())
