"""The policies of upgrade.md section 5 as rules: each says who is eligible, where it comes from, and where its lines
lie."""

from datetime import date

import pytest

from xianxing.kernel.value import Known
from xianxing.lines.upgrade.policies.demo import NOTED, OWN, PUBLISHED
from xianxing.rules import find_ruleset, judge, judge_all, judge_rows
from xianxing.rules.check import check_examples
from xianxing.rules.sources import find_source

CODES = [code for code, *_more in (*OWN, *PUBLISHED, *NOTED)]
DAY = date(2017, 9, 29)
WAN = 1_000_000  # fen in 10,000 yuan


@pytest.mark.parametrize("code", CODES)
def test_every_policy_says_who_is_eligible_and_whence_and_its_worked_figures_come_out(code: str) -> None:
    ruleset = find_ruleset(code)
    assert "eligible" in ruleset.outputs
    assert ruleset.own or ruleset.source
    assert ruleset.jurisdiction
    assert ruleset.examples
    assert list(check_examples(ruleset)) == []


def test_at_least_fourteen_published_policies_stand_and_the_zones_own_are_told_apart() -> None:
    assert len([code for code in CODES if not find_ruleset(code).own]) >= 14
    assert [code for code in CODES if find_ruleset(code).own] == [code for code, *_more in OWN]


def test_one_name_is_one_type_in_all_policies_and_in_the_enterprise_file() -> None:
    types: dict[str, set[tuple[str, int]]] = {}
    for code in CODES:
        for version in find_ruleset(code).versions:
            for name, term in version.inputs.items():
                types.setdefault(name, set()).add((term.measure.type, term.measure.places))
    for name, (_label, measure) in find_source("enterprise").terms.items():
        if name in types:
            types[name].add((measure.type, measure.places))
    assert {name: found for name, found in types.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    ("staff", "revenue", "size"),
    [
        (1000, 40_000, "large"), (1000, 39_999, "medium"), (999, 40_000, "medium"), (300, 2_000, "medium"),
        (300, 1_999, "small"), (20, 300, "small"), (20, 299, "micro"), (19, 100_000, "micro"), (5000, 299, "micro"),
    ],
)  # fmt: skip
def test_the_size_of_an_sme_drops_a_class_for_each_missed_bound_as_300_2011_says(
    staff: int, revenue: int, size: str
) -> None:
    found = judge("sme-size", {"section": "C", "staff": staff, "revenue": revenue * WAN}, DAY)
    assert found.known("size") == size


def test_the_subsidy_of_rd_of_2025_takes_the_increment_above_200_million_and_the_total_up_to_it() -> None:
    def amount(revenue: int, before: int, now: int) -> int:
        shared = {"circuits": False, "high_tech": True, "staff": 300}
        rows = [
            {"year": 2023, "research": before * WAN, **shared},
            {"year": 2024, "research": now * WAN, "revenue": revenue * WAN, **shared},
        ]
        found = judge_rows(find_ruleset("rd-subsidy"), rows, date(2025, 9, 1), keys=["a", "a"], as_filed=True)
        return int(found[-1].known("amount")) // WAN

    assert amount(20_001, 1_000, 1_400) == 20  # 5 % of 400
    assert amount(20_000, 1_000, 1_400) == 70  # 5 % of 1,400
    assert amount(20_000, 1_400, 1_400) == 0
    assert amount(300_000, 1_000, 99_000) == 500


def test_a_gazelle_grows_by_25_20_15_or_10_percent_as_its_revenue_says() -> None:
    steps = {1_000: 25, 2_000: 25, 2_001: 20, 10_000: 20, 10_001: 15, 40_000: 15, 40_001: 10}
    for revenue, percent in steps.items():
        found = judge_all("gazelle", [{"year": 2016, "revenue": revenue * WAN}], DAY, keys=["a"])[0]
        needed = next(used for used in found.features if used.code == "needed")
        assert needed.value == Known(percent * 100), revenue


def test_jimos_award_for_listing_comes_in_instalments_of_100_100_300() -> None:
    stages = ("tutoring_passed", "filing_accepted", "listed")
    facts = {"reformed": True, **dict.fromkeys(stages, False), "refinanced": 0}
    paid = []
    for stage in stages:
        facts[stage] = True
        paid.append(judge("jimo-listing", facts, date(2018, 9, 1)).known("ipo") // WAN)
    assert paid == [100, 200, 500]


def test_an_award_is_what_was_laid_down_on_its_day() -> None:
    facts = {"champion": True, "champion_kind": "model"}
    assert judge("champion-award", facts, date(2016, 9, 1)).known("amount") == 100 * WAN
    assert judge("champion-award", facts, date(2017, 9, 1)).known("amount") == 200 * WAN
