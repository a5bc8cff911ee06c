"""Points and shapes: what is read, what is stored, how large it is on the ground."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianxing.kernel.blockers import Refused
from xianxing.kernel.kinds import Point, Shape
from xianxing.kernel.kinds.coordinates import EARTH, from_system, to_gcj02
from xianxing.kernel.kinds.places import area_of, geojson_of, geometry_of, middle_of

POINT, SHAPE = Point(), Shape()
PLACE = "117.3000000,37.4500000"
LONS = st.floats(73.5, 135.5)
LATS = st.floats(3.5, 53.5)


@pytest.mark.parametrize(
    "typed",
    [
        "117.30, 37.45",
        "117.3，37.45",
        "117.3 37.45",
        "117°18′00″E, 37°27′00″N",
        "37°27'N 117°18'E",
        "东经117度18分，北纬37度27分0秒",
        "POINT (117.3 37.45)",
        '{"type":"Point","coordinates":[117.3,37.45]}',
        {"type": "Point", "coordinates": [117.3, 37.45, 12.5]},
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [117.3, 37.45]}},
        "CGCS2000: 117.3, 37.45",
        "EPSG:4490 117.3, 37.45",
    ],
)
def test_a_point_is_read_however_people_write_it(typed):
    assert POINT.parse(typed) == PLACE


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("37.45, 117.3", "swapped"),
        ("12, 3", "outside_china"),
        ("here", "bad_type"),
        ("117.3", "bad_type"),
        ("{" * 5000, "bad_type"),
        ('{"type":"Point","coordinates":["a",1]}', "bad_type"),
        ("POINT (nan nan)", "outside_china"),
        (True, "bad_type"),
        ("EPSG:3857: 13000000, 4500000", "bad_system"),
    ],
)
def test_what_is_no_point_of_china_is_refused_by_name(typed, code):
    with pytest.raises(Refused) as refused:
        POINT.parse(typed)
    assert refused.value.problem.code == code


@given(lon=LONS, lat=LATS)
def test_every_way_out_of_a_point_leads_back_to_it(lon, lat):
    stored = POINT.parse(f"{lon:.9f}, {lat:.9f}")
    for out in (POINT.plain(stored), POINT.cell(stored), POINT.typed(stored), json.dumps(POINT.plain(stored))):
        assert POINT.parse(out) == stored


@given(one=st.tuples(LONS, LATS), other=st.tuples(LONS, LATS))
def test_stored_points_sort_as_their_numbers_do(one, other):
    stored = [POINT.parse(f"{lon:.7f}, {lat:.7f}") for lon, lat in (one, other)]
    longitudes = [round(lon, 7) for lon, _lat in (one, other)]
    if longitudes[0] != longitudes[1]:
        assert (stored[0] < stored[1]) == (longitudes[0] < longitudes[1])


# The vectors of googollee/eviltransform (tests of its Python package): WGS-84 and GCJ-02, latitude first there.
@pytest.mark.parametrize(
    ("earth", "shifted"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_gcj02_agrees_with_the_published_vectors_both_ways(earth, shifted):
    assert math.dist(to_gcj02(*earth), shifted) < 2e-6
    back = from_system("GCJ02")
    assert back is not None
    assert math.dist(back(*to_gcj02(*earth)), earth) < 1e-9


def test_bd09_agrees_with_the_answer_that_baidu_gives_to_the_example_of_its_own_converter():
    # Web service geoconv v1, coords=114.21892734521,29.575429778924 from=1 (GPS) to=5 (BD-09).
    back = from_system("BD09")
    assert back is not None
    found = back(114.2307519546763, 29.57908428837437)
    assert math.dist(found, (114.21892734521, 29.575429778924)) < 1e-5  # a metre


def test_a_projected_point_finds_its_degrees():
    # EPSG:4527, 3-degree zone 39: false easting 39 500 000 m, central meridian 117° E; on it only the latitude counts.
    lon, lat = middle_of(POINT.parse("EPSG:4527: 39500000, 4146789"))
    assert lon == pytest.approx(117, abs=1e-7)
    _azimuth, _back, metres = EARTH.inv(117, 0, 117, lat)
    assert metres == pytest.approx(4146789, abs=0.02)


def test_the_area_of_a_square_of_a_hundred_metres_is_ten_thousand_square_metres():
    lon, lat = 116.4, 37.4
    corners = [(lon, lat)]
    for azimuth in (90, 0, 270):
        east, north, _back = EARTH.fwd(*corners[-1], azimuth, 100)
        corners.append((east, north))
    text = ", ".join(f"{x:.9f} {y:.9f}" for x, y in [*corners, corners[0]])
    assert area_of(SHAPE.parse(f"POLYGON (({text}))")) == pytest.approx(10_000 * 100, rel=2e-4)


def test_an_outline_is_kept_as_geojson_and_its_ring_runs_anticlockwise():
    stored = SHAPE.parse("POLYGON ((116.4 37.4, 116.4 37.5, 116.5 37.5, 116.5 37.4, 116.4 37.4))")
    assert stored.startswith("116.4000000,37.4000000,116.5000000,37.5000000;{")
    assert geometry_of(stored).exterior.is_ccw
    assert SHAPE.parse(geojson_of(stored)) == SHAPE.parse(SHAPE.cell(stored)) == stored


@pytest.mark.parametrize(
    ("typed", "code", "why"),
    [
        ("POLYGON ((116.4 37.4, 116.5 37.5, 116.5 37.4, 116.4 37.5, 116.4 37.4))", "bad_shape", "116.45"),
        ("LINESTRING (116 37, 117 37)", "wrong_shape", ""),
        ("POLYGON ((37.4 116.4, 37.4 116.5, 37.5 116.5, 37.4 116.4))", "swapped", ""),
        ("POLYGON EMPTY", "wrong_shape", ""),
        ("POLYGON ((116.4 37.4))", "bad_type", ""),
        ({"type": "Polygon", "coordinates": [[[116, 37]] * 4]}, "bad_shape", ""),
        ("{" * 100_000, "bad_type", ""),
        ("POLYGON ((" + "1" * 2_000_001, "shape_too_long", ""),
        ({"type": "Polygon"}, "bad_type", ""),
        (7, "bad_type", ""),
    ],
)
def test_a_broken_outline_is_refused_with_the_place_of_its_fault(typed, code, why):
    with pytest.raises(Refused) as refused:
        SHAPE.parse(typed)
    assert refused.value.problem.code == code
    assert why in str(refused.value.params.get("why", ""))


def test_a_shape_in_a_projection_says_so_in_its_crs():
    ring = [[39500000, 4146000], [39500100, 4146000], [39500100, 4146100], [39500000, 4146100], [39500000, 4146000]]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4527"}}
    stored = SHAPE.parse({"type": "Polygon", "coordinates": [ring], "crs": crs})
    assert area_of(stored) == pytest.approx(10_000 * 100, rel=2e-4)
    assert middle_of(stored)[0] == pytest.approx(117.00056, abs=1e-4)


def test_an_outline_of_too_many_corners_is_refused_before_it_fills_a_cell_of_a_workbook():
    corners = [
        (116.4 + 0.1 * math.cos(2 * math.pi * k / 3000), 37.4 + 0.1 * math.sin(2 * math.pi * k / 3000))
        for k in range(3000)
    ]
    text = ", ".join(f"{x:.7f} {y:.7f}" for x, y in [*corners, corners[0]])
    with pytest.raises(Refused) as refused:
        SHAPE.parse(f"POLYGON (({text}))")
    assert refused.value.problem.code == "shape_too_long"
