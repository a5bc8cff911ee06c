"""What follows from final classes, set-based at the end of a round and with reasons on demand."""

from datetime import date

from xianxing.kernel import gate
from xianxing.kernel.actions.act import create
from xianxing.kernel.register import find
from xianxing.lines.upgrade.classification.consequences import surcharge, uplift
from xianxing.lines.upgrade.classification.tests.zone import ZoneForTest, returned


def _last(zone: ZoneForTest, year: int) -> str:
    """A final round of a year in which the seventh enterprise is the last; its surcharge as the entry says it."""
    for place in range(8):
        create(find("enterprise-return"), zone.officer, **returned(place, year))
    pk = zone.final(year=year, name=f"{year}年度")
    row = zone.entries(pk)["企业6"]
    assert row.values["grade"] == "d"
    return row.text(find("evaluation-entry").fields["surcharge"])


def test_class_d_pays_5_10_and_15_fen_in_the_first_second_and_third_year_in_a_row(zone: ZoneForTest) -> None:
    """鲁发改价格〔2022〕56号, upgrade.md 1.1; the year 2024 without a class breaks the run."""
    found = []
    for year in (2021, 2022, 2023, 2025):
        zone.day = date(year + 1, 5, 9)
        found.append(_last(zone, year))
    assert found == ["0.05", "0.1", "0.15", "0.05"]
    firm = gate.all_rows("enterprise", zone.officer, name="企业6").values_list("pk", flat=True)[0]
    judged = surcharge(firm, 2023, zone.officer)
    assert judged is not None
    assert judged.known("years_running") == 3
    assert judged.known("charged") is None  # whether another price applies is not known
    best = gate.all_rows("enterprise", zone.officer, name="企业0").values_list("pk", flat=True)[0]
    none = surcharge(best, 2023, zone.officer)
    assert none is not None
    assert none.known("surcharge") == 0


def test_before_the_surcharge_is_in_force_the_entry_has_none_and_the_page_shows_it_as_it_would_be(
    zone: ZoneForTest,
) -> None:
    pk = zone.final()
    row = zone.entries(pk)["企业6"]
    assert (row.values["grade"], row.values["surcharge"]) == ("d", None)
    judged = surcharge(row.values["enterprise"], 2016, zone.officer)
    assert judged is not None
    assert judged.on == date(2022, 1, 1)
    assert uplift("a", zone.officer).known("uplift") == 2000  # 20 %, 山东省2021年技改政策
