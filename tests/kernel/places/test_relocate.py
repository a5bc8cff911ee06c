"""Cells drawn anew: whoever lies in them finds its cell again, and the audit says so."""

import json
from datetime import date

import pytest
from tests.kernel.places.conftest import square

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act, create, edit, one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.audit.chain import verify
from xianxing.kernel.audit.models import AuditEntry, AuditItem
from xianxing.kernel.context import Context
from xianxing.kernel.places.relocate import cells_of_the_day
from xianxing.kernel.register import find

WIDE = "POLYGON ((116.3 37.3, 116.45 37.3, 116.45 37.4, 116.3 37.4, 116.3 37.3))"
EAST = "POLYGON ((116.45 37.3, 116.5 37.3, 116.5 37.4, 116.45 37.4, 116.45 37.3))"


def built(ground, *places):
    changes = [Change("create", fields={"name": f"楼{k}", "shape": place}) for k, place in enumerate(places)]
    return act(find("building"), ground.as_post("land"), changes).must().records


def cells(ground, ids):
    """The code of the cell of each building, or none."""
    codes = dict(find("cell").model._default_manager.values_list("pk", "code"))
    rows = dict(find("building").model._default_manager.values_list("pk", "cell"))
    return [codes.get(rows[pk]) for pk in ids]


def cell(code):
    return find("cell").model._default_manager.get(code=code, deleted_at=None).pk


def last_items():
    entry = AuditEntry.objects.order_by("-pk").first()
    return [(i.register, i.record, json.loads(i.payload)) for i in AuditItem.objects.filter(entry=entry)]


def test_redrawing_cells_moves_exactly_the_records_inside_and_the_one_audit_entry_names_each(ground):
    west, between, east, far = built(ground, "116.35, 37.35", "116.43, 37.35", "116.47, 37.35", "116.35, 37.45")
    assert cells(ground, (west, between, east, far)) == ["A1", "A2", "A2", "B1"]
    changes = [
        Change("edit", cell("A1"), fields={"shape": WIDE}),
        Change("edit", cell("A2"), fields={"shape": EAST}),
    ]
    act(find("cell"), ground.as_post("sys"), changes).must()
    assert cells(ground, (west, between, east, far)) == ["A1", "A1", "A2", "B1"]
    moved = [(pk, said["verb"], said["before"], said["after"]) for code, pk, said in last_items() if code == "building"]
    assert moved == [(between, "locate", {"cell": f"#{cell('A2')}"}, {"cell": f"#{cell('A1')}"})]
    assert verify()[1] is None


def test_a_record_that_lies_outside_every_cell_after_the_redrawing_is_in_none(ground):
    (pk,) = built(ground, "116.35, 37.35")
    edit(find("cell"), ground.as_post("sys"), cell("A1"), {"shape": square(116.3, 37.3, 0.04)}).must()
    assert cells(ground, [pk]) == [None]
    assert [said["after"] for code, _pk, said in last_items() if code == "building"] == [{"cell": None}]
    land = ground.as_post("land")
    outside = gate.rows(find("building"), land).filter(cell=None, shape__isnull=False)
    assert list(outside.values_list("pk", flat=True)) == [pk]


def test_deleting_restoring_and_entering_a_cell_find_its_records_anew(ground):
    pks = built(ground, "116.35, 37.35", "116.55, 37.35")
    sys, register = ground.as_post("sys"), find("cell")
    pk = cell("A1")
    one(register, sys.because("重划"), Change("delete", pk)).must()
    assert cells(ground, pks) == [None, None]
    one(register, sys.because("恢复"), Change("restore", pk)).must()
    assert cells(ground, pks) == ["A1", None]
    create(register, sys, code="C1", name="新", unit="one", shape=square(116.5, 37.3), starts_on=date(2015, 1, 1))
    assert cells(ground, pks) == ["A1", "C1"]


def test_a_record_in_the_bin_has_the_right_cell_when_it_comes_back(ground):
    (pk,) = built(ground, "116.43, 37.35")
    land = ground.as_post("land")
    one(find("building"), land.because("误录"), Change("delete", pk)).must()
    act(find("cell"), ground.as_post("sys"), [Change("edit", cell("A1"), fields={"shape": WIDE})]).must()
    one(find("building"), land.because("恢复"), Change("restore", pk)).must()
    assert cells(ground, [pk]) == ["A1"]


def test_a_cell_whose_name_changes_asks_nobody_again(ground, django_assert_max_num_queries):
    built(ground, "116.35, 37.35")
    pk = cell("A1")
    edit(find("cell"), ground.as_post("sys"), pk, {"name": "甲"}).must()
    assert {code for code, _pk, _said in last_items()} == {"cell"}


def test_redrawing_asks_as_often_for_many_records_as_for_few(ground, django_assert_max_num_queries):
    built(ground, *["116.43, 37.35"] * 300)
    with django_assert_max_num_queries(45):
        act(find("cell"), ground.as_post("sys"), [Change("edit", cell("A1"), fields={"shape": WIDE})]).must()
    assert len(last_items()) == 301


def test_the_tick_finds_cells_anew_on_the_day_on_which_a_cell_begins_or_after_it_ended(ground):
    pks = built(ground, "116.35, 37.35", "116.55, 37.35")
    day = ground.as_post("sys").business_date
    create(find("cell"), ground.as_post("sys"), code="C1", name="新", unit="one", shape=square(116.5, 37.3),
           starts_on=date(2017, 12, 1))  # fmt: skip
    edit(find("cell"), ground.as_post("sys"), cell("A1"), {"ends_on": date(2017, 11, 30)}).must()
    assert day < date(2017, 11, 30)
    assert cells(ground, pks) == ["A1", None]
    assert cells_of_the_day(Context.system(date(2017, 12, 1), "tick")) == 2
    assert cells(ground, pks) == [None, "C1"]
    assert cells_of_the_day(Context.system(date(2017, 12, 1), "tick")) == 0


@pytest.mark.parametrize("fault", ["POLYGON ((116.3 37.3, 116.4 37.4, 116.4 37.3, 116.3 37.4, 116.3 37.3))", "x"])
def test_a_refused_redrawing_leaves_every_record_where_it_was(ground, fault):
    pks = built(ground, "116.35, 37.35")
    changes = [Change("edit", cell("A2"), fields={"shape": WIDE}), Change("edit", cell("A1"), fields={"shape": fault})]
    assert not act(find("cell"), ground.as_post("sys"), changes).done
    assert cells(ground, pks) == ["A1"]
