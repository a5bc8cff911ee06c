"""The curve against the promise, the forecast of what lateness costs, the page to sign, the sheet to collect with."""

from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from django.test import Client

from xianxing.kernel import sheet
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.filters import Query
from xianxing.kernel.kinds.capitals import in_capitals
from xianxing.kernel.register import find
from xianxing.kernel.units.models import Person
from xianxing.lines.serve.resettlement.outlook import curve, forecast, of_projects

if TYPE_CHECKING:
    from pathlib import Path

    from xianxing.lines.serve.resettlement.tests.zone import Place

ON = date(2017, 9, 29)


def projects(**days: Any) -> list[dict[str, Any]]:
    return [{"pk": 1, "promised_on": date(2022, 5, 17), "expected_on": date(2019, 3, 31), **days}]


def household(**values: Any) -> dict[str, Any]:
    return {
        "pk": 1, "project_id": 1, "mode": "exchange", "turnover": False, "living_area": 8000, "rate": 800,
        "vacated_on": date(2016, 1, 10), "months": 24, "delay_by": "department", "back_on": None, "business_area": 0,
        "business_rate": 0, "stage": "demolished", **values,
    }  # fmt: skip


def test_the_promise_holds_while_all_are_expected_in_time() -> None:
    found = curve(projects(), [household(), household(pk=2, back_on=date(2017, 8, 1))], ON)
    assert found.holds is True
    assert found.points[0].ends == date(2017, 9, 30)
    assert (found.points[0].back, found.points[0].projected) == (1, 1)
    assert found.points[-1].ends == date(2022, 6, 30)
    assert (found.points[-1].promised, found.points[-1].projected) == (2, 2)


def test_one_day_after_the_promise_breaks_it() -> None:
    found = curve(projects(expected_on=date(2022, 5, 18)), [household()], ON)
    assert (found.holds, found.late) == (False, 1)


def test_without_a_day_for_the_flats_it_is_not_known_whether_it_holds() -> None:
    found = curve(projects(expected_on=None), [household()], ON)
    assert (found.holds, found.unknown) == (None, 1)


def test_who_took_cash_is_promised_no_flat() -> None:
    assert curve(projects(), [household(), household(pk=2, mode="cash")], ON).households == 1


@pytest.mark.django_db
def test_the_forecast_counts_the_months_from_the_agreed_end_to_the_flats() -> None:
    """80 ㎡ at 8 yuan, vacated 2016-01-10 for 24 months: late from 2018-01-10, flats on 2018-03-31: three months."""
    found = forecast(projects(expected_on=date(2018, 3, 31)), [household()], ON)
    assert [(month.month, month.fen) for month in found] == [(date(2018, n, 1), 128_000) for n in (1, 2, 3)]


def test_the_list_and_its_outlook_rest_on_the_same_households(place: "Place") -> None:
    place.vacated()
    head = place.as_post("head")
    _projects, found = of_projects(head, Query())
    assert [row["vacated_on"] for row in found] == [date(2017, 3, 1)]


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (1_536_000, "壹万伍仟叁佰陆拾元整"), (0, "零元整"), (101, "壹元零壹分"), (150, "壹元伍角整"), (5, "伍分"),
        (10_005_000_000, "壹亿零伍万元整"), (1_680_320, "壹万陆仟捌佰零叁元贰角整"), (-500, "负伍元整"),
        (10_700_053, "壹拾万柒仟元零伍角叁分"), (100_000_000, "壹佰万元整"),
    ],
)  # fmt: skip
def test_amounts_in_capitals(fen: int, words: str) -> None:
    assert in_capitals(fen) == words


def test_the_agreement_names_both_ways_before_signing_and_one_after(place: "Place") -> None:
    pk = place.household(mode="")
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(Person.objects.get(login="officer"))
    before = client.get(f"/r/household/~{pk}/agreement/").content.decode()
    assert "Cash compensation" in before
    assert "Exchange of property" in before
    act(find("household"), place.as_post("officer"), [Change("edit", pk, fields={"mode": "cash"})]).must()
    place.move(pk, "sign").must()
    after = client.get(f"/r/household/~{pk}/agreement/").content.decode()
    assert "Exchange of property" not in after
    assert "肆拾万伍仟柒佰贰拾元整" in after
    assert "resettlement-compensation 1 " in after


def test_a_sheet_taken_along_comes_back_with_the_project_filled_in(place: "Place", tmp_path: "Path") -> None:
    register, officer = find("household"), place.as_post("officer")
    code = str(place.row(place.project, "resettlement").values["code"])
    path = tmp_path / "collect.xlsx"
    path.write_bytes(sheet.template(register, officer, [{"project": code}] * 5))
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    heads = [str(cell.value) for cell in page[1]]
    head = next(place for place, text in enumerate(heads, 1) if str(register.fields["head"].label) in text)
    project = next(
        place for place, text in enumerate(heads, 1) if text.startswith(str(register.fields["project"].label))
    )
    assert str(page.cell(3, project).value).startswith("=IF(COUNTA(")
    page.cell(3, head).value = "王某"
    page.cell(3, project).value = code  # what a spreadsheet shows once it has calculated
    for row in range(4, 8):
        page.cell(row, project).value = " "
    book.save(path)
    report = sheet.dry_run(register, officer, sheet.read(path))
    assert (report.rows, report.created, report.errors) == (1, 1, ())
