"""The map in a real browser: what is drawn is what the lists count."""

import json
import re

import pytest

from xianxing.kernel.kinds.coordinates import to_gcj02

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


def opened(page, url):
    page.goto(url)
    page.locator("details.picker summary").click()
    page.wait_for_selector("[data-picker][data-drawn]")
    return page.locator("[data-picker-canvas]"), page.locator("[data-place]")


def test_an_outline_is_drawn_by_pressing_its_corners_and_saved(enter, served):
    page = enter("land-officer", width=390)
    canvas, field = opened(page, f"{served}/r/parcel/new/")
    for x, y in ((100, 100), (200, 100), (200, 180)):
        canvas.click(position={"x": x, "y": y})
    ring = json.loads(field.input_value())["coordinates"][0]
    assert len(ring) == 4
    assert ring[0] == ring[-1]
    page.fill("[name=code]", "TEST-1")
    page.fill("[name=name]", "画出来的地")
    page.locator("form[data-keep] button[type=submit]").click()
    page.wait_for_selector("main h1:has-text('画出来的地')")
    assert page.locator("main").get_by_text("3 corners").count() or page.locator("main").get_by_text("3个角点").count()


def test_a_point_is_chosen_without_a_mouse_and_typed_coordinates_stay(enter, served):
    page = enter("invest1-officer1")
    page.goto(f"{served}/r/attraction/new/")
    page.fill("[name=location]", "116.36, 37.39")
    page.locator("details.picker summary").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-picker][data-drawn]")
    field = page.locator("[data-place]")
    assert field.input_value() == "116.36, 37.39"
    page.locator("[data-picker-canvas]").focus()
    page.keyboard.press("Enter")
    lon, lat = (float(part) for part in field.input_value().split(","))
    assert (lon, lat) == pytest.approx((116.36, 37.39), abs=1e-4)
    page.locator(".map-corner").locator("..").focus()
    page.keyboard.press("Delete")
    assert field.input_value() == ""


def test_the_small_map_of_the_cockpit_opens_the_large_one_where_it_stands(enter, served):
    page = enter("zone-leader")
    page.goto(f"{served}/")
    assert drawn(page)["attraction"] > 0
    link = page.locator("a[data-map-here]")
    assert "at=" in link.get_attribute("href")
    link.click()
    page.wait_for_url("**/map/?at=*")
    assert drawn(page)["attraction"] > 0


def test_the_script_shifts_tiles_as_the_kernel_shifts_coordinates(enter, served):
    page = enter("zone-leader")
    page.goto(f"{served}/map/")
    module = page.evaluate("new URL('gcj02.js', document.querySelector('script[type=module]').src).href")
    for pair in ((116.4, 37.4), (121.5272106, 31.1774276), (104.9, 25.0)):
        shifted = page.evaluate("([url, pair]) => import(url).then((m) => m.toGcj02(...pair))", [module, pair])
        assert shifted == pytest.approx(to_gcj02(*pair), abs=1e-9)
