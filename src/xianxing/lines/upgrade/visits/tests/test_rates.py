"""Published rates reproduce: 长垣 288/298 = 96.6 % and 67/69 = 97.1 %, 中山 13,686 cases at 98.82 % (upgrade.md 7)."""

from decimal import Decimal

from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.indicators.indicator import find_indicator
from xianxing.kernel.indicators.read import read
from xianxing.kernel.register import find
from xianxing.kernel.value import Known, Unknown
from xianxing.lines.upgrade.visits.tests.zone import ZoneForTest


def enter(zone: ZoneForTest, number: int, **fields: str) -> None:
    """Problems of an earlier time, taken as stated and then verified."""
    problems = find("problem")
    own = {"enterprise": "甲公司", "name": "往年诉求", "handler": "land_officer", "answer": "已办"} | fields
    made = act(problems, zone.officer, [Change("create", fields=own) for _n in range(number)]).must().records
    act(problems, zone.officer, [Change("verify", pk) for pk in made]).must()


def value(zone: ZoneForTest, code: str) -> Decimal:
    found = read(zone.director, find_indicator(f"upgrade.{code}")).value
    assert isinstance(found, Known)
    return found.value


def test_changyuans_rate_of_problems_solved_reproduces(zone: ZoneForTest) -> None:
    enter(zone, 288, stage="closed", solved="yes", rating="satisfied")
    enter(zone, 10, stage="closed", solved="no", rating="dissatisfied")
    assert value(zone, "problems_solved") == Decimal("96.6")


def test_changyuans_rate_of_satisfied_enterprises_reproduces(zone: ZoneForTest) -> None:
    enter(zone, 60, stage="closed", solved="yes", rating="satisfied")
    enter(zone, 7, stage="closed", solved="yes", rating="basically")
    enter(zone, 2, stage="closed", solved="yes", rating="dissatisfied")
    assert value(zone, "satisfaction") == Decimal("97.1")


def test_zhongshans_figures_belong_together() -> None:
    fitting = [n for n in range(13_686 + 1) if round(Decimal(n * 100) / 13_686, 2) == Decimal("98.82")]
    assert fitting == [13_524, 13_525]


def test_without_problems_the_rates_are_unknown_not_zero(zone: ZoneForTest) -> None:
    for code in ("problems_on_time", "problems_solved", "satisfaction"):
        assert isinstance(read(zone.director, find_indicator(f"upgrade.{code}")).value, Unknown)
