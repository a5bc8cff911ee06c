"""The published methods as rule sets: every worked figure of upgrade.md 1.1 to 1.3, on reference path and engine."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from xianxing.kernel.blockers import Blocked
from xianxing.rules import find_ruleset, judge, judge_all
from xianxing.rules.asking import must_ask
from xianxing.rules.check import check_examples
from xianxing.rules.engine import judge_table
from xianxing.rules.load import load_file, load_text

pytestmark = pytest.mark.django_db
RULES = Path(__file__).parents[1] / "rules"
METHODS = (
    "huangyan-above", "huangyan-below", "huaian-2024", "jingde-2022", "anhui-style-above", "changle-2023",
    "jining-hitech-above-2023", "jining-hitech-below-2023", "wujin-draft", "classification-zone",
)  # fmt: skip
WAN = 10_000 * 100


def firm(place: int, **more: Any) -> dict[str, Any]:
    """An enterprise whose tax per mu falls with its place; all else equal."""
    given: dict[str, Any] = {
        "tax": (1000 - place) * WAN, "land": 2_000_000, "value_added": 900 * WAN, "revenue": 3000 * WAN,
        "main_revenue": 3000 * WAN, "energy": Decimal(300), "emissions": Decimal(3), "staff": 30, "research": 90 * WAN,
        "power": Decimal(100), "upgrading": 10 * WAN, "bonus": Decimal(0), "deduction": Decimal(0), "utility": False,
        "starting_up": False, "newly_above": False, "major_project": False, "subsidised": False, "vetoed": False,
    }  # fmt: skip
    return given | more


def classes(code: str, rows: list[dict[str, Any]], on: date = date(2024, 6, 1)) -> list[str]:
    found = judge_all(code, rows, on, keys=[f"{place:04d}" for place in range(len(rows))])
    return [one.known("class") for one in found]


def counted(found: list[str]) -> str:
    return "/".join(str(found.count(code)) for code in "abcdt")


@pytest.mark.parametrize("path", sorted(RULES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_rule_file_is_sound_and_its_worked_figures_come_out(path: Path) -> None:
    """111.0995, 100, 150.0330, 56.25, 50, 6/18/30, the surcharge of 鲁发改价格〔2022〕56号: examples of the files."""
    assert not list(check_examples(load_file(path)))


@pytest.mark.parametrize("code", METHODS)
def test_engine_and_reference_agree_on_every_method(code: str) -> None:
    ruleset = find_ruleset(code)
    one = must_ask(ruleset, date(2024, 6, 1), version="draft" if code == "wujin-draft" else "")
    rows = [
        firm(place, staff=20 + place, emissions=None if place % 7 == 3 else Decimal(place + 1), utility=place % 9 == 4,
             vetoed=place == 0, newly_above=place == 39, energy=Decimal(100 + 3 * place), upgrading=place * WAN,
             research=(40 + place) * WAN)
        for place in range(40)
    ]  # fmt: skip
    keys = [f"{place:04d}" for place in range(40)]
    reference = judge_all(code, rows, date(2024, 6, 1), keys=keys, version=one.version.code)
    schema = {n: pl.Decimal(38, 2) for n, v in rows[0].items() if isinstance(v, Decimal)}
    table = judge_table(one, pl.DataFrame(rows, schema_overrides=schema).with_columns(pl.Series("key", keys)))
    for name, measure in table.measures.items():
        if name in reference[0].values:
            given = [None if held is None else measure.give(held) for held in table.frame[name].to_list()]
            assert given == [found.known(name) for found in reference], name


def test_jining_high_tech_zone_2023_below_scale_100_enterprises_fall_into_20_40_35_5() -> None:
    """upgrade.md 1.3, 济宁高新区 规下 2023."""
    assert counted(classes("jining-hitech-below-2023", [firm(n) for n in range(100)])) == "20/40/35/5/0"


def test_jining_high_tech_zone_2023_above_scale_275_enterprises_fall_into_55_97_99_14_and_10_not_classed() -> None:
    """upgrade.md 1.3, 济宁高新区 规上 2023: A 20 % holds with T in the denominator alone."""
    rows = [firm(n, utility=n % 27 == 0 and n < 270) for n in range(275)]
    assert counted(classes("jining-hitech-above-2023", rows)) == "55/97/99/14/10"


def test_changle_2023_a_veto_keeps_from_a_and_b_and_protection_from_d_unless_vetoed() -> None:
    """upgrade.md 1.2, 昌乐县 2023: A ≤20, B (20,75], C (75,95], D (95,100]."""
    assert counted(classes("changle-2023", [firm(n) for n in range(100)])) == "20/55/20/5/0"
    vetoed = [firm(n, vetoed=n in {0, 30, 80}) for n in range(100)]
    found = classes("changle-2023", vetoed)
    assert (found[0], found[30], found[80]) == ("c", "c", "c")
    saved = classes("changle-2023", [firm(n, newly_above=n >= 98, vetoed=n == 99) for n in range(100)])
    assert (saved[97], saved[98], saved[99]) == ("d", "c", "d")


@pytest.mark.parametrize(("code", "found"), [("huaian-2024", "20/40/35/5/0"), ("anhui-style-above", "25/45/25/5/0")])
def test_shares_of_a_hundred_are_those_published(code: str, found: str) -> None:
    """upgrade.md 1.2: 淮安 A ≤20, B (20,60], C (60,95], D last 5; the Anhui-style city 25/45/25/5."""
    assert counted(classes(code, [firm(n) for n in range(100)])) == found


@pytest.mark.parametrize("place", ["min", "mid", "max"])
def test_jingde_2022_gives_6_18_30_points_on_an_item_of_weight_30(place: str) -> None:
    """upgrade.md 1.3, 旌德: min, mid and max firm."""
    rows = [firm(0, tax=tax * WAN) for tax in (30, 60, 90)]
    found = judge_all("jingde-2022", rows, date(2022, 6, 30), keys=["min", "mid", "max"])
    ratio = next(used.held for used in found[("min", "mid", "max").index(place)].features if used.code == "tax_ratio")
    assert ratio == {"min": 6, "mid": 18, "max": 30}[place] * 10**8 / 30


def test_weights_that_sum_to_1_30_are_refused_as_in_the_java_system_they_were_not() -> None:
    """upgrade.md 1.3: an open Java system hard-codes weights that sum to 1.30."""
    text = (RULES / "huangyan-below.yaml").read_text(encoding="utf-8").replace("weight: 50", "weight: 65")
    with pytest.raises(Blocked) as refused:
        load_text(text)
    assert [(b.code, b.field, b.value) for b in refused.value.blockers] == [
        ("rule_weights", "outputs.score.weighted.items", "130")
    ]


def test_shares_of_the_remainder_are_refused_which_gave_20_32_16_32() -> None:
    """upgrade.md 1.3: the same system takes B = 40 % and C = 35 % of the remainder."""
    text = (RULES / "changle-2023.yaml").read_text(encoding="utf-8")
    with pytest.raises(Blocked) as refused:
        load_text(text.replace("{class: b, up_to: 75}", "{class: b, of_rest: 40}"))
    assert "rule_share_of_rest" in {b.code for b in refused.value.blockers}


COUNTS = {
    "济宁高新区规下2023": ({"n": 100, "a": 20, "b": 40, "c": 35, "d": 5, "t": 0}, set()),
    "济宁高新区规上2023": ({"n": 275, "a": 55, "b": 97, "c": 99, "d": 14, "t": 10}, {"a_of_ranked"}),
    "鱼台2023": ({"n": 141, "a": 26, "b": 54, "c": 44, "d": 8, "t": 9}, set()),
    "胶州2018": ({"n": 507, "a": 76, "b": 305, "c": 102, "d": 24, "t": 0}, {"d_of_all", "d_of_ranked"}),
    "景宁2022规上": ({"n": 39, "a": 11, "b": 21, "c": 7, "d": 0, "t": 0},
                {"a_of_all", "a_of_ranked", "d_of_all", "d_of_ranked"}),
    "景宁2022规下": ({"n": 36, "a": 4, "b": 21, "c": 0, "d": 3, "t": 0}, {"adds_up"}),
    "四川2021": ({"n": 9445, "a": 2597, "claimed": 2880}, {"as_claimed", "a_of_all"}),
    "Java系统": ({"n": 100, "a": 20, "b": 32, "c": 16, "d": 32, "t": 0}, set()),
}  # fmt: skip


@pytest.mark.parametrize("table", COUNTS)
def test_published_counts_that_do_not_add_up_are_detected(table: str) -> None:
    """upgrade.md 1.3; 景宁 规下 sums to 28 and not 36, 四川 is 27.5 % and not 28.8 %."""
    facts, faults = COUNTS[table]
    found = judge("class-counts", facts, date(2024, 6, 1))
    assert {clause.code for clause in found.clauses if clause.holds is False} == faults
