"""GeoJSON in and out, as a sheet is."""

import json

import pytest

from xianxing.kernel import gate, sheet
from xianxing.kernel.actions.act import create
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.register import find

SQUARE = [[116.4, 37.4], [116.41, 37.4], [116.41, 37.41], [116.4, 37.41], [116.4, 37.4]]
CROSSED = [[116.4, 37.4], [116.41, 37.41], [116.41, 37.4], [116.4, 37.41], [116.4, 37.4]]


@pytest.fixture
def land(town) -> Context:
    create(
        find("post"),
        town.system,
        code="land",
        name="国土",
        unit="one",
        role="safeguard_officer",
        opened_on="2010-01-01",
    )
    create(find("person"), town.system, login="p-land", name="国土")
    create(find("holding"), town.system, post="land", person="p-land", starts_on="2015-01-01")
    return town.as_post("land")


def feature(ring, **properties):
    geometry = None if ring is None else {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def file_of(*features, **more) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more}, ensure_ascii=False).encode()


def test_features_become_records_and_the_export_comes_back_without_a_change(land):
    parcels = find("parcel")
    content = file_of(
        feature(SQUARE, code="P1", name="一号地", use="0601", area="1470", note="not read"),
        feature(None, name="二号地"),
    )
    report = sheet.dry_run(parcels, land, sheet.read(content))
    assert (report.rows, report.created, report.ignored) == (2, 1, ("note",))
    assert [(fault.at.row, fault.field) for fault in report.errors if fault.at] == [(2, "code")]
    done = sheet.apply(parcels, land, sheet.read(file_of(feature(SQUARE, code="P1", name="一号地", area=1470))))
    assert done.state == "done"
    out = "".join(sheet.collection(parcels, land, Query())).encode()
    told = json.loads(out)
    assert told["crs"]["properties"]["name"].endswith("EPSG::4490")
    assert told["features"][0]["geometry"] == {"type": "Polygon", "coordinates": [SQUARE]}
    again = sheet.dry_run(parcels, land, sheet.read(out))
    assert (again.ok, again.unchanged, again.edited, again.created) == (True, 1, 0, 0)


def test_each_fault_names_its_feature_and_its_property(land):
    content = file_of(
        feature(SQUARE, code="P1", name="一号地"),
        feature(CROSSED, code="P2", name="二号地"),
        feature(SQUARE, code="P3", name="三号地", use="no such use"),
        "no feature at all",
        feature([[0, 0], [1, 0], [1, 1], [0, 0]], code="P5", name="五号地"),
    )
    report = sheet.dry_run(find("parcel"), land, sheet.read(content))
    faults = {(fault.at.row, fault.field, fault.code) for fault in report.errors if fault.at}
    assert (2, "shape", "bad_shape") in faults
    assert (3, "use", "not_a_choice") in faults
    assert (4, "shape", "bad_type") in faults
    assert (5, "shape", "outside_china") in faults
    assert not any(row == 1 for row, _field, _code in faults)
    taken = sheet.apply(find("parcel"), land, sheet.read(content), partial=True)
    rows = gate.rows(find("parcel"), land)
    assert (taken.state, sorted(rows.values_list("code", flat=True))) == ("done", ["P1"])


def test_known_keys_are_edited(land):
    parcels = find("parcel")
    create(parcels, land, code="P1", name="一号地")
    report = sheet.dry_run(parcels, land, sheet.read(file_of(feature(SQUARE, code="P1", state="idle"))))
    assert (report.ok, report.edited, report.created) == (True, 1, 0)


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b'{"type":"FeatureCollection"}',
        b'{"type":"FeatureCollection","features":7}',
        b'{"type":"Topology"}',
        b"{}",
        b'{"a":' * 100_000,
        b'\xef\xbb\xbf{"type":"FeatureCollection","features":[',
        b'{"type":"\xff"}',
        b'{"type":"Feature","geometry":null,"properties":[]} extra',
    ],
)
def test_a_broken_file_is_refused_in_words(content):
    with pytest.raises(Blocked) as refused:
        sheet.read(content)
    assert refused.value.blockers[0].code == "bad_geojson"
    assert refused.value.blockers[0].words()


def test_more_features_than_can_be_read_are_refused():
    many = b'{"type":"FeatureCollection","features":[' + b"{}," * 200_000 + b"{}]}"
    with pytest.raises(Blocked) as refused:
        sheet.read(many)
    assert refused.value.blockers[0].code == "too_many_features"


def test_the_projection_of_a_collection_holds_for_each_of_its_features(land):
    ring = [[39500000, 4146000], [39500100, 4146000], [39500100, 4146100], [39500000, 4146000]]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4527"}}
    content = file_of(feature(ring, code="P1", name="一号地"), crs=crs)
    assert sheet.apply(find("parcel"), land, sheet.read(content)).state == "done"
    shape = gate.rows(find("parcel"), land).values_list("shape", flat=True)[0]
    assert shape.startswith("117.0000000,37.4")
