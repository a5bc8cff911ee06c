"""Observations are judged when they are entered: value, colour, threshold; what cannot be reckoned says so."""

from decimal import Decimal
from pathlib import Path

import pytest

from xianxing.kernel.kinds import Ratio
from xianxing.kernel.register import find
from xianxing.kernel.seeds import sow
from xianxing.lines.safeguard.bottomlines import inputs
from xianxing.lines.safeguard.tests.zone import Watch
from xianxing.rules import check_file, find_ruleset, judge

RULES = sorted((Path(__file__).parents[1] / "rules").glob("*.yaml"))
LAND = {"illegal_arable": 30, "deducted": 0, "new_arable": 200, "grave": "no"}
AIR = {"pm25_before": 50, "pm25_now": 51, "pm10_before": 90, "pm10_now": 91, "so2_before": 20, "so2_now": 21,
       "no2_before": 30, "no2_now": 31, "good_before": 60, "good_now": 58}  # fmt: skip


@pytest.mark.parametrize("path", RULES, ids=lambda path: str(path.stem))
def test_every_worked_example_of_a_rule_file_comes_out_as_its_source_says(path: Path) -> None:
    assert [blocker.words() for blocker in check_file(path)] == []
    assert find_ruleset(path.stem).examples


def test_the_threshold_of_the_day_decides_about_debt() -> None:
    facts = {"balance": 15_000, "resources": 10_000}
    assert judge("debt-ratio", facts, Watch.day).known("level") == "red"
    assert judge("debt-ratio", facts, Watch.day.replace(year=2021)).known("level") == "yellow"


def test_thirty_of_two_hundred_mu_is_red_and_fourteen_point_nine_percent_is_not(watch: Watch) -> None:
    """serve-safeguard.md, vector 6; 15号令第四条."""
    red = watch.observe("LA1", "2017-06-30", inputs=LAND)
    near = watch.observe("LA1", "2017-03-31", inputs={**LAND, "illegal_arable": "29.8"})
    assert (red.values["level"], red.values["value"], red.values["threshold"]) == ("red", 1500, 1500)
    assert (near.values["level"], near.values["value"], near.values["threshold"]) == ("yellow", 1490, 1200)


def test_a_denominator_of_zero_is_not_computable_and_never_zero_percent(watch: Watch) -> None:
    row = watch.observe("LA1", "2017-06-30", inputs={**LAND, "illegal_arable": 0, "new_arable": 0})
    assert (row.values["level"], row.values["value"], row.values["missing"]) == ("unknown", None, "zero")


def test_an_input_that_is_not_given_is_unknown(watch: Watch) -> None:
    row = watch.observe("LA1", "2017-06-30", inputs={"illegal_arable": 1, "new_arable": 200, "grave": "no"})
    assert (row.values["level"], row.values["value"], row.values["missing"]) == ("unknown", None, "input")


def test_an_observation_before_the_first_version_is_not_judged(watch: Watch) -> None:
    row = watch.observe("DE2", "2015-06-30", inputs={"general_interest": 1, "general_spending": 2})
    assert (row.values["level"], row.values["missing"]) == ("unknown", "version")


def test_a_number_without_red_line_is_counted_only(watch: Watch) -> None:
    row = watch.observe("CO1", "2017-06-30", value="12")
    assert (row.values["level"], row.values["value"]) == ("", 1200)
    assert watch.rows("bottom-warning") == []


def test_inputs_are_known_by_their_labels_in_both_languages_and_may_carry_units() -> None:
    text = "债务余额：1.05亿\nComprehensive fiscal resources = 10000万元"
    assert inputs.facts_of("debt-ratio", text, Watch.day) == {"balance": 105_000_000_00, "resources": 100_000_000_00}


def test_a_line_that_names_no_input_is_refused_with_those_there_are(watch: Watch) -> None:
    outcome = watch.try_observe("DE1", "2017-06-30", inputs={"balanse": 1})
    assert [(b.code, b.field, b.value) for b in outcome.blockers] == [("no_such_input", "inputs", "balanse = 1")]
    assert "balance" in outcome.blockers[0].mend()


def test_a_number_that_cannot_be_or_is_too_large_to_keep_is_refused(watch: Watch) -> None:
    tried = (
        watch.try_observe("SA3", "2017-06-30", value="1.5"),
        watch.try_observe("SA1", "2017-06-30", inputs={"deaths": 9 * 10**18}),
        watch.try_observe("DE1", "2017-06-30", inputs={"balance": "many"}),
        watch.try_observe("CO1", "2017-06-30", inputs={"anything": 1}),
    )
    assert [outcome.blockers[0].code for outcome in tried] == ["no_such_input"] * 4


def test_an_observation_of_the_same_place_and_day_is_refused(watch: Watch) -> None:
    watch.observe("LA2", "2017-06-30", value="1", place="town")
    watch.observe("LA2", "2017-06-30", value="2")
    codes = [watch.try_observe("LA2", "2017-06-30", value="3", place=place).blockers[0].code for place in ("town", "")]
    assert codes == ["observed_twice", "observed_twice"]


def test_an_observation_of_tomorrow_is_refused(watch: Watch) -> None:
    assert watch.try_observe("LA2", "2017-09-12", value="1").blockers[0].code == "in_future"


def test_an_indicator_that_nobody_holds_takes_no_observation(watch: Watch) -> None:
    indicator = next(row for row in watch.rows("bottom-indicator") if row.values["code"] == "LA2")
    watch.edit("bottom-indicator", indicator.id, watch.planner, owner="").must()
    assert watch.try_observe("LA2", "2017-06-30", value="1").blockers[0].code == "no_holder"


def test_air_that_became_worse_costs_by_concentration_and_by_good_days(watch: Watch) -> None:
    """鲁政办字〔2017〕43号: one microgram more at 800,000 yuan, two points of good days less at 200,000 each."""
    row = watch.observe("EN2", "2017-06-30", inputs=AIR)
    assert (row.values["level"], Ratio().print(row.values["value"])) == ("orange", "-120")


def test_a_rule_set_that_does_not_exist_is_refused(watch: Watch) -> None:
    indicator = watch.rows("bottom-indicator")[0]
    outcome = watch.edit("bottom-indicator", indicator.id, watch.planner, ruleset="none", scheme="debt")
    assert [b.code for b in outcome.blockers] == ["no_ruleset"]


def test_what_the_zone_changed_in_the_seeds_stays(watch: Watch) -> None:
    before = len(watch.rows("bottom-indicator"))
    watch.edit("bottom-indicator", watch.rows("bottom-indicator")[0].id, watch.planner, name="改名").must()
    assert sow(watch.planner) == 0
    assert len(watch.rows("bottom-indicator")) == before
    assert watch.rows("bottom-indicator")[0].values["name"] == "改名"
    assert Decimal(before) > 10
    assert find("bottom-indicator").flow is None
