"""By which class an award is raised: the final one of classification, else the declared one; the page says which."""

import pytest
from django.utils.translation import override

from xianxing.kernel.actions.act import create, edit
from xianxing.kernel.actions.kept import keep
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.lines.upgrade.policies.matching import AMOUNT, match, standing
from xianxing.lines.upgrade.policies.pages import policies_of
from xianxing.lines.upgrade.policies.tests.zone import ZoneForTest

pytestmark = pytest.mark.store
HUNDRED = 100 * 1_000_000  # 1,000,000 yuan in fen


@pytest.fixture
def declared(zone: ZoneForTest) -> int:
    """An enterprise with equipment of 10 million yuan that declared class B; the policy is that of 2021."""
    zone.policy = zone.published("upgrading-2021")
    firm = zone.id("enterprise", name="甲")
    returned = zone.id("enterprise-return", enterprise=firm, year=2016)
    edit(find("enterprise-return"), zone.officer, returned, {"equipment": "1000"}).must()
    for name, value in (("land_class", "b"), ("major_project", "no")):
        create(find("policy-fact"), zone.officer, enterprise=f"#{firm}", year=2016, name=name, value=value)
    return firm


def due(zone: ZoneForTest, firm: int) -> int:
    policies = standing(zone.leader, zone.day, pk=zone.policy)
    rows = match(zone.leader, 2016, policies).who(policies[0], verdict=True)
    return int(rows.filter(rows["id"] == firm)[AMOUNT][0])


def classed(zone: ZoneForTest, firm: int, *, final: bool) -> None:
    """A round of evaluation in which the enterprise is A."""
    create(find("evaluation"), zone.officer, name="评价", year=2016, method="classification-zone", track="all",
           industrial="no")  # fmt: skip
    entry = zone.id("evaluation-entry", enterprise=firm)
    keep("evaluation-entry", Context.system(zone.day), {entry: {"grade": "a", "final": final}})


def origins(zone: ZoneForTest, firm: int) -> set[str]:
    with override("en"):
        found = policies_of(zone.leader, zone.row(firm, "enterprise"))
    assert found
    return {line["origin"] for name in ("gets", "lacks", "unknown") for line in found[name]} - {""}


def test_without_a_final_class_the_declared_one_counts(zone: ZoneForTest, declared: int) -> None:
    assert due(zone, declared) == HUNDRED
    assert origins(zone, declared) == {"class as declared; there is no final result of the year"}


def test_a_class_that_is_not_final_yet_does_not_count(zone: ZoneForTest, declared: int) -> None:
    classed(zone, declared, final=False)
    assert due(zone, declared) == HUNDRED


def test_the_final_class_goes_before_the_declared_one_and_raises_the_award_by_a_fifth(
    zone: ZoneForTest, declared: int
) -> None:  # upgrade.md 1.1 and 5 line 10: A is raised by at most 20 %
    classed(zone, declared, final=True)
    assert due(zone, declared) == HUNDRED * 6 // 5
    assert {words.partition(" PJ")[0] for words in origins(zone, declared)} == {"class by the final result of round"}
