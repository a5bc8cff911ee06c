"""Parameters have a value from a day on; what is not laid down is unknown and never zero."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.kernel.town import Town

from xianxing.kernel.actions.act import act, create
from xianxing.kernel.actions.change import Change
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.context import Context
from xianxing.kernel.parameters.lookup import load_own, load_parameters, table, value
from xianxing.kernel.parameters.models import Parameter
from xianxing.kernel.parameters.registers import PARAMETERS
from xianxing.kernel.value import Known, Unknown

WAGES = """code,name,name_en,value,unit,starts_on,jurisdiction,clause,own,note
wage.low,最低工资,Lowest wage,1640,yuan,2016-06-01,山东省,鲁政字〔2016〕1号,no,
wage.low,最低工资,Lowest wage,1730,yuan,2017-06-01,山东省,鲁政字〔2017〕1号,no,
"""


@pytest.fixture
def wages(town: Town, tmp_path: Path) -> Path:
    path = tmp_path / "wages.csv"
    path.write_text(WAGES, encoding="utf-8")
    load_parameters(path, town.system)
    return path


def test_the_value_of_a_day_is_the_latest_that_began_by_then(wages: Path) -> None:
    assert value("wage.low", date(2017, 5, 31)) == Known(Decimal(1640))
    assert value("wage.low", date(2017, 6, 1)) == Known(Decimal(1730))


def test_before_the_first_row_the_value_is_unknown_and_says_what_is_missing(wages: Path) -> None:
    found = value("wage.low", date(2016, 5, 31))
    assert isinstance(found, Unknown)
    assert "wage.low" in found.words()
    assert "2016-05-31" in found.words()


def test_a_row_without_value_says_that_nothing_is_laid_down_any_more(wages: Path, town: Town) -> None:
    create(PARAMETERS, town.as_post("sys"), code="wage.low", name="最低工资", starts_on="2017-09-01", clause="废止")
    assert isinstance(value("wage.low", town.day), Unknown)


def test_a_batch_reads_all_parameters_in_one_query(wages: Path, town: Town) -> None:
    load_own(town.system)
    with CaptureQueriesContext(connection) as queries:
        found = table(town.day)
        assert found.value("wage.low") == Known(Decimal(1730))
        assert found.whole("clock.remind_days", 99) == 3
    assert len(queries) == 1


def test_loading_again_keeps_what_the_zone_changed(wages: Path, town: Town) -> None:
    row = Parameter.objects.get(code="wage.low", starts_on=date(2017, 6, 1))
    act(PARAMETERS, town.as_post("leader"), [Change("edit", row.pk, fields={"value": "1800"})]).must()
    assert load_parameters(wages, town.system) == 0
    assert value("wage.low", town.day) == Known(Decimal(1800))


def test_a_yaml_file_loads_like_a_csv_file(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "more.yaml"
    path.write_text("- {code: a.b, name: 甲, value: '0.5', starts_on: 2017-01-01, own: true}\n", encoding="utf-8")
    assert load_parameters(path, town.system) == 1
    assert value("a.b", town.day) == Known(Decimal("0.5"))


@pytest.mark.parametrize("text", ["twelve", "1,000", "1e3", "NaN", "١٢"])
def test_a_value_that_is_no_plain_decimal_is_refused(town: Town, text: str) -> None:
    with pytest.raises(Blocked) as blocked:
        create(PARAMETERS, town.as_post("leader"), code="x", name="x", value=text, starts_on="2017-01-01", own="yes")
    assert blocked.value.blockers[0].code == "not_a_number"


def test_a_parameter_names_its_document_or_is_marked_as_the_zones_own(town: Town) -> None:
    with pytest.raises(Blocked) as blocked:
        create(PARAMETERS, town.as_post("leader"), code="x", name="x", value="1", starts_on="2017-01-01")
    assert blocked.value.blockers[0].code == "no_source"


def test_a_code_has_one_row_a_day(wages: Path, town: Town) -> None:
    with pytest.raises(Blocked) as blocked:
        create(
            PARAMETERS, town.as_post("leader"), code="wage.low", name="x", value="1", starts_on="2017-06-01", own="yes"
        )
    assert blocked.value.blockers[0].code == "taken"


def test_an_officer_reads_parameters_and_cannot_set_them(wages: Path, town: Town) -> None:
    with pytest.raises(Blocked) as blocked:
        create(
            PARAMETERS, town.as_post("officer-one"), code="x", name="x", value="1", starts_on="2017-01-01", own="yes"
        )
    assert blocked.value.blockers[0].code == "may_not"


def test_published_parameters_of_a_demo_are_not_invented(town: Town) -> None:
    load_own(Context.system(town.day, "demo"))
    assert not Parameter.objects.filter(invented=True).exists()
