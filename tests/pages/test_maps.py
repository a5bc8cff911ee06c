"""The map and its layers, as pages and as data."""

import html
import json
import re

import pytest
from tests.pages.zone import client_of, context, make_zone

from xianxing.kernel.actions.act import act, create
from xianxing.kernel.actions.change import Change
from xianxing.kernel.register import find
from xianxing.pages.addresses import by_id

SQUARE = "POLYGON ((116.3 37.3, 116.5 37.3, 116.5 37.5, 116.3 37.5, 116.3 37.3))"


@pytest.fixture
def mapped(db):
    """The zone with its boundary and three cases of the officer, one of them without a place."""
    make_zone()
    admin = context("admin")
    create(find("boundary"), admin, code="Z", name="边界", kind="zone", shape=SQUARE)
    places = ("116.35, 37.35", "116.45, 37.45", None)
    cases = [
        {"name": f"项目{k}", "investor": f"某{k}", "industry": "health" if k else "equipment", "location": place}
        for k, place in enumerate(places)
    ]
    act(find("attraction"), context("officer"), [Change("create", fields=fields) for fields in cases]).must()


def seat(code, role):
    """A further post with somebody in it."""
    admin, guard = context("admin"), context("guard")
    create(find("post"), admin, code=code, name=code, unit="zone", role=role, opened_on="2010-01-01")
    create(find("person"), admin, login=code, name=code)
    create(find("holding"), guard, post=code, person=code, starts_on="2015-01-01")
    return context(code)


def running_plan():
    fields = {"code": "P", "title": "方案", "starts_on": "2017-01-01", "ends_on": "2017-12-31"}
    create(find("plan"), seat("planner", "plan_officer"), **fields)


def layer(client, code, **query):
    answer = client.get(f"/map/layer/{code}.geojson", query)
    assert answer.status_code == 200
    return json.loads(answer.content)


def test_the_map_lists_the_layers_a_caller_may_see_with_their_counts(mapped):
    page = client_of("leader").get("/map/").content.decode()
    assert "Attraction projects" in page
    assert "1 without a place" in page
    assert "Not for publication" in page
    assert "Parcels" not in client_of("auditor").get("/map/").content.decode()


def test_list_and_map_count_the_same_under_the_same_filter(mapped):
    client = client_of("leader")
    drawn = layer(client, "attraction", f="industry:is:health")
    assert (drawn["number"], len(drawn["features"])) == (1, 1)
    seen = client.get("/r/attraction/", {"f": "industry:is:health", "as": "map"}).content.decode()
    assert "2 in all" in seen
    assert "1 without a place" in seen


def test_a_feature_says_its_name_its_light_and_where_it_opens(mapped):
    feature = layer(client_of("leader"), "attraction", box="116.3,37.3,116.4,37.4")["features"][0]
    assert feature["geometry"] == {"type": "Point", "coordinates": [116.35, 37.35]}
    assert feature["properties"]["name"] == "项目0"
    assert feature["properties"]["url"].startswith("/r/attraction/")
    assert feature["properties"]["light"] in {"ok", "soon", "late", "waiting", "done", "unknown"}


def test_another_unit_sees_neither_the_layers_records_nor_its_file(mapped):
    assert layer(client_of("other-head"), "attraction")["features"] == []
    assert client_of("auditor").get("/map/layer/attraction.geojson").status_code == 404
    assert client_of("manager").get("/map/layer/parcel.geojson", {"download": "1"}).status_code == 404
    for query in ({}, {"download": "1"}):
        assert client_of("leader").get("/map/layer/unit.geojson", query).status_code == 400


def test_the_file_of_a_layer_holds_every_record_of_the_list(mapped):
    answer = client_of("leader").get("/map/layer/attraction.geojson", {"download": "1"})
    told = json.loads(b"".join(answer.streaming_content))
    assert len(told["features"]) == 3
    assert sum(feature["geometry"] is None for feature in told["features"]) == 1
    assert "attachment" in answer["Content-Disposition"]


def test_a_filter_typed_on_the_map_becomes_its_address(mapped):
    typed = {"layer": "attraction", "field": "industry", "op": "is", "value": "health"}
    answer = client_of("leader").get("/map/", typed)
    assert answer["Location"] == "/map/?layer=attraction&f=industry%3Ais%3Ahealth"


def test_a_view_that_is_none_is_refused_in_words(mapped):
    client = client_of("leader")
    assert client.get("/map/layer/attraction.geojson", {"box": "x"}).status_code == 400
    assert client.get("/map/", {"at": "1,2"}).status_code == 400
    assert client.get("/map/", {"layer": "nothing"}).status_code == 404


def test_the_approval_number_stands_below_the_map_and_only_its_tile_host_is_let_in(mapped):
    assert "tiles.example" not in client_of("leader").get("/map/")["Content-Security-Policy"]
    create(
        find("basemap"), context("admin"), code="1", name="底图", approval="鲁SG（2017）099号",
        tiles="https://tiles.example/{z}/{x}/{y}.png",
    )  # fmt: skip
    answer = client_of("leader").get("/map/")
    assert "鲁SG（2017）099号" in answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert "img-src 'self' https://tiles.example data: blob:" in policy
    assert "script-src 'self';" in policy
    assert "tiles.example" not in client_of("leader").get("/r/attraction/")["Content-Security-Policy"]


def test_a_record_with_a_place_leads_to_it_on_the_map(mapped):
    client = client_of("officer")
    with_place = find("attraction").model.objects.exclude(project__location=None).first()
    without = find("attraction").model.objects.get(project__location=None)
    shown = client.get(f"/r/attraction/~{with_place.pk}/", follow=True).content.decode()
    assert "/map/?layer=attraction&amp;at=" in shown
    assert "/map/?layer=" not in client.get(f"/r/attraction/~{without.pk}/", follow=True).content.decode()


def test_the_cockpit_shows_the_cases_on_a_small_map_that_leads_to_the_large_one(mapped):
    running_plan()
    page = client_of("leader").get("/").content.decode()
    assert "data-map-small" in page
    assert "data-map-here" in page
    config = json.loads(html.unescape(re.search(r'data-map="([^"]+)"', page)[1]))
    assert {"boundary", "attraction"} <= {layer["code"] for layer in config["layers"]}


@pytest.mark.parametrize("url", ["/", "/wall/", "/map/"])
def test_tiles_are_let_in_by_every_page_that_draws_them_and_by_no_other(mapped, url):
    running_plan()
    tiles = "https://tiles.example/{z}/{x}/{y}.png"
    create(find("basemap"), context("admin"), code="1", name="底图", tiles=tiles)
    client = client_of("leader")
    assert "img-src 'self' https://tiles.example" in client.get(url)["Content-Security-Policy"]
    for other in ("/numbers/", "/r/attraction/?as=map", "/map/ground.json"):
        answer = client.get(other)
        assert "tiles.example" not in answer["Content-Security-Policy"]
        assert tiles not in answer.content.decode()


@pytest.mark.parametrize("system", ["", "GCJ02"])
def test_the_script_is_told_the_system_of_the_tiles_and_their_plain_address(mapped, system):
    tiles = "https://tiles.example/{z}/{x}/{y}"
    create(find("basemap"), context("admin"), code="1", name="底图", tiles=f"{system}: {tiles}" if system else tiles)
    page = client_of("leader").get("/map/").content.decode()
    config = json.loads(html.unescape(re.search(r'data-map="([^"]+)"', page)[1]))
    assert (config["tiles"], config["gcj02"]) == (tiles, bool(system))


def test_a_place_is_chosen_on_outlines_the_caller_may_see(mapped):
    seen = json.loads(client_of("leader").get("/map/ground.json").content)
    assert [layer["code"] for layer in seen["layers"]][:2] == ["boundary", "cell"]
    assert all(layer["plain"] for layer in seen["layers"])
    assert not {"attraction", "project"} & {layer["code"] for layer in seen["layers"]}
    assert "parcel" not in client_of("auditor").get("/map/ground.json").content.decode()


def test_the_form_offers_a_point_or_an_outline_on_the_map_and_keeps_what_is_typed(mapped):
    point = client_of("officer").get("/r/attraction/new/").content.decode()
    assert html.escape('{"outlines": false, "points": true}') in point.replace("&#34;", "&quot;")
    outline = client_of("admin").get("/r/cell/new/").content.decode()
    assert html.escape('{"outlines": true, "points": false}') in outline.replace("&#34;", "&quot;")
    refused = client_of("admin").post("/r/cell/new/", {"code": "X", "shape": "POLYGON ((116 37, oops"})
    assert "POLYGON ((116 37, oops" in refused.content.decode()


def test_a_record_outside_every_cell_says_so_and_one_without_a_place_does_not(mapped):
    land, shapes = seat("land", "safeguard_officer"), {"外": "120.5, 31.2", "无": None}
    for name, shape in shapes.items():
        pk = create(find("building"), land, name=name, shape=shape)
        page = client_of("leader").get(by_id(find("building"), pk), follow=True).content.decode()
        assert ("outside every cell" in page) is bool(shape)
