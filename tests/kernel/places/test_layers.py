"""A register as a layer: the same rows as its list, bounded, grouped by the store, under the same rights."""

import random
from dataclasses import replace

import pytest

from xianxing.kernel import gate
from xianxing.kernel.access import grant
from xianxing.kernel.actions.act import act, create, edit
from xianxing.kernel.actions.change import Change
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.filters import Query, read_filter
from xianxing.kernel.places import layers
from xianxing.kernel.register import find

BOX = layers.Box(116.3, 37.3, 116.4, 37.4)


def projects(town, officer, number):
    """Cases of an officer: each third without a place, the others over the whole grid."""
    chance = random.Random(7)
    rows = [
        {
            "name": f"{officer}项目{place}",
            "investor": f"{officer}的某{place}",
            "industry": ("equipment", "health")[place % 2],
            "location": f"{chance.uniform(116.3, 116.5):.7f}, {chance.uniform(37.3, 37.5):.7f}" if place % 3 else None,
        }
        for place in range(number)
    ]
    return act(find("attraction"), town.as_post(officer), [Change("create", fields=r) for r in rows]).must().records


@pytest.fixture
def cases(ground):
    projects(ground, "officer-one", 30)
    projects(ground, "officer-two", 12)
    return find("attraction")


@pytest.mark.parametrize("post", ["leader", "head-one", "officer-two", "sys"])
@pytest.mark.parametrize("tokens", [[], ["industry:is:health"], ["location:filled"], ["location:empty"]])
def test_a_layer_holds_the_records_of_the_list_and_those_without_a_place_make_up_the_rest(ground, cases, post, tokens):
    context = ground.as_post(post)
    query = Query(filters=tuple(read_filter(cases, context, token) for token in tokens))
    listed = set(gate.rows(cases, context, query).values_list("pk", flat=True))
    drawn = {row.id for row, _place in layers.layer(cases, context, query, ()).records}
    counted = layers.count(cases, context, query)
    assert drawn <= listed
    assert (counted.total.number, counted.placed.number) == (len(listed), len(drawn))
    assert counted.without == len(listed) - len(drawn)
    without = gate.rows(cases, context, query).filter(project__location=None)
    assert without.count() == counted.without


def test_a_view_holds_what_lies_in_it(ground, cases):
    context = ground.as_post("leader")
    found = layers.layer(cases, context, Query(), (), BOX).records
    everything = layers.layer(cases, context, Query(), ()).records
    inside = [
        place for _row, place in everything if place[:11] <= "116.4000000" and place[12:] <= "37.4000000"
    ]  # fmt: skip
    assert sorted(place for _row, place in found) == sorted(inside)
    assert 0 < len(found) < len(everything)


def test_what_is_too_much_for_a_view_is_counted_in_groups_that_leave_nothing_out(ground, cases, monkeypatch):
    context = ground.as_post("leader")
    everything = layers.layer(cases, context, Query(), (), BOX)
    monkeypatch.setattr(layers, "LIMIT", 3)
    grouped = layers.layer(cases, context, Query(), (), BOX)
    assert grouped.records == []
    assert sum(group.number for group in grouped.groups) == grouped.number == everything.number
    assert all(BOX.west <= g.lon <= BOX.east + 0.01 and BOX.south <= g.lat <= BOX.north + 0.01 for g in grouped.groups)


def test_the_extent_is_that_of_what_the_caller_sees(ground, cases):
    create(cases, ground.as_post("officer-one"), name="远处", investor="某", location="117.9, 38.9")
    reached = layers.extent(cases, ground.as_post("leader"), Query())
    assert (reached.east, reached.north) == (117.9, 38.9)
    assert layers.extent(cases, ground.as_post("officer-two"), Query()).east < 117


def test_a_layer_asks_the_store_a_few_times_whatever_it_holds(ground, cases, django_assert_max_num_queries):
    context = ground.as_post("leader")
    with django_assert_max_num_queries(4):
        layers.layer(cases, context, Query(), gate.visible(cases, context, ("code", "name")), BOX)


@pytest.mark.parametrize(
    "box", ["", "1,2,3", "a,b,c,d", "116,37,115,38", "nan,37,116,38", "-inf,37,116,38", "1e999,37,116,38"]
)
def test_a_view_that_is_none_is_refused(box):
    with pytest.raises(Blocked):
        layers.Box.read(box)


def test_a_place_that_a_grant_hides_is_on_no_map_and_in_no_count_of_it(ground, cases, monkeypatch):
    hiding = replace(cases, code="hidden-layer", grants=(grant("leader", "view", hidden=("location",)),))
    context = ground.as_post("leader")
    assert layers.layer(hiding, context, Query(), ()).records == []
    assert layers.count(hiding, context, Query()).placed.number == 0
    assert layers.extent(hiding, context, Query()) is None


def test_a_building_knows_its_cell_and_follows_when_it_moves(ground):
    land, buildings = ground.as_post("land"), find("building")
    by_code = {row.values["code"]: row.id for row in _cells(ground)}
    pk = create(buildings, land, name="厂房", shape="116.35, 37.35")
    assert gate.get(buildings, land, pk).values["cell"] == by_code["A1"]
    edit(buildings, land, pk, {"shape": "POLYGON ((116.41 37.41, 116.42 37.41, 116.42 37.42, 116.41 37.41))"}).must()
    assert gate.get(buildings, land, pk).values["cell"] == by_code["B2"]
    edit(buildings, land, pk, {"shape": "118, 38"}).must()
    assert gate.get(buildings, land, pk).values["cell"] is None


def test_a_cell_counts_only_on_the_days_on_which_it_stands(ground):
    cells, sys = find("cell"), ground.as_post("sys")
    first = next(row.id for row in _cells(ground) if row.values["code"] == "A1")
    edit(cells, sys, first, {"ends_on": "2017-09-28"}).must()
    pk = create(find("building"), ground.as_post("land"), name="厂房", shape="116.35, 37.35")
    assert gate.get(find("building"), ground.as_post("land"), pk).values["cell"] is None


def test_a_batch_of_buildings_reads_the_grid_once(ground, django_assert_max_num_queries):
    changes = [Change("create", fields={"name": f"楼{k}", "shape": "116.35, 37.35"}) for k in range(60)]
    with django_assert_max_num_queries(40):
        act(find("building"), ground.as_post("land"), changes).must()


def test_the_area_of_an_outline_is_measured_by_itself(ground):
    land, parcels = ground.as_post("land"), find("parcel")
    outline = "POLYGON ((116.4 37.4, 116.41 37.4, 116.41 37.41, 116.4 37.41, 116.4 37.4))"
    pk = create(parcels, land, code="P1", name="一号地", shape=outline, area="1470")
    assert gate.get(parcels, land, pk).values["drawn"] == pytest.approx(98263396, rel=1e-6)
    assert edit(parcels, land, pk, {"drawn": "1"}).blockers[0].code == "read_only"


def test_tiles_come_from_a_named_host_over_https_or_not_at_all(ground):
    maps, sys = find("basemap"), ground.as_post("sys")
    for address in ("http://tiles.example/{z}/{x}/{y}", "https:///{z}/{x}/{y}", "https://a;b/{z}{x}{y}", "x"):
        refused = act(maps, sys, [Change("create", fields={"code": "1", "name": "底图", "tiles": address})])
        assert [blocker.code for blocker in refused.blockers] == ["bad_tiles"]
    create(maps, sys, code="1", name="底图", tiles="https://tiles.example/{z}/{x}/{y}.png")


def test_tiles_in_gcj02_are_taken_only_from_whoever_says_so(ground):
    maps, sys, shifted = find("basemap"), ground.as_post("sys"), "https://webrd0{s}.is.autonavi.com/{z}/{x}/{y}"
    for tiles, code in (
        (shifted, "shifted_tiles"),
        (f"BD09: {shifted}", "bad_tiles"),
        (f"EPSG:4527 {shifted}", "bad_tiles"),
    ):
        refused = act(maps, sys, [Change("create", fields={"code": "1", "name": "底图", "tiles": tiles})])
        assert [blocker.code for blocker in refused.blockers] == [code]
    create(maps, sys, code="1", name="底图", tiles=f"GCJ02: {shifted}")


def _cells(ground):
    context = ground.as_post("leader")
    return gate.cells(find("cell"), context, gate.rows(find("cell"), context), gate.visible(find("cell"), context))
