"""All enterprises against all policies: columns and reasons agree, unknown is apart, nearest misses come first."""

import pytest

from xianxing.kernel.actions.act import create, edit
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.register import find
from xianxing.lines.upgrade.policies.demo import NOTED, PUBLISHED
from xianxing.lines.upgrade.policies.matching import lacking, match, of_enterprise, standing
from xianxing.lines.upgrade.policies.tests.zone import FIRMS, ZoneForTest

WAN = 1_000_000


def names(zone: ZoneForTest) -> dict[int, str]:
    return {zone.id("enterprise", name=name): name for name, *_more in FIRMS}


def test_who_gets_it_who_does_not_and_who_is_not_known(zone: ZoneForTest) -> None:
    policies = standing(zone.officer, zone.day)
    found = match(zone.officer, 2016, policies)
    called = names(zone)
    assert [(called[pk], fen) for pk, _key, fen in found.who(policies[0], True).iter_rows()] == [
        ("乙", 30 * WAN),
        ("甲", 10 * WAN),
    ]
    assert [called[pk] for pk in found.who(policies[0], False)["id"]] == ["丙", "丁"]
    assert [called[pk] for pk in found.who(policies[0], None)["id"]] == ["戊"]
    assert found.money(policies[0]) == 40 * WAN
    assert [(str(label), n) for label, n in found.missing(policies[0])] == [("研发费用", 1)]


def test_columns_and_reasons_say_the_same_of_every_enterprise_and_policy(zone: ZoneForTest) -> None:
    for code, *_more in (*PUBLISHED, *NOTED):
        create(find("policy"), zone.officer, name=code, ruleset=code)
    policies = standing(zone.officer, zone.day)
    assert len(policies) == 1 + len(PUBLISHED) + len(NOTED)
    found = match(zone.officer, 2016, policies)
    for firm in found.ids:
        row = found.frame.filter(found.frame["id"] == firm).to_dicts()[0]
        for policy, judged in of_enterprise(zone.officer, 2016, firm, policies):
            for output in judged.values:
                if f"{policy.code}.{output}" in row:
                    assert row[f"{policy.code}.{output}"] == judged.known(output), (policy.code, output)


def test_a_policy_of_later_years_is_judged_as_if_in_force_and_takes_no_applications(zone: ZoneForTest) -> None:
    pk = zone.published("rd-subsidy")
    one = next(one for one in standing(zone.officer, zone.day) if one.id == pk)
    assert one.trial
    assert not one.open
    outcome = zone.apply("甲", policy=f"#{pk}")
    assert [blocker.code for blocker in outcome.blockers] == ["policy_not_open"]


def test_what_an_enterprise_lacks_comes_with_its_distance(zone: ZoneForTest) -> None:
    firm = zone.id("enterprise", name="丁")
    [(_policy, judged)] = of_enterprise(zone.officer, 2016, firm, standing(zone.officer, zone.day))
    [clause] = lacking(judged)
    assert clause.code == "intensity"
    assert clause.shown["distance"] == "-0.07%"


def test_a_policy_that_is_nearer_stands_before_one_that_is_farther(zone: ZoneForTest) -> None:
    zone.published("jinan-revenue")
    firm = zone.id("enterprise", name="丁")
    found = of_enterprise(zone.officer, 2016, firm, standing(zone.officer, zone.day))
    assert [policy.code for policy, _judged in found] == ["zone-research", "jinan-revenue"]


def test_a_declared_fact_makes_known_what_no_return_says(zone: ZoneForTest) -> None:
    zone.published("shanxi-share-reform")
    firm = zone.id("enterprise", name="甲")
    policies = standing(zone.officer, zone.day, ruleset="shanxi-share-reform")
    returned = zone.id("enterprise-return", enterprise=firm, year=2016)
    edit(find("enterprise-return"), zone.officer, returned, {"staff": 50}).must()
    [(_one, before)] = of_enterprise(zone.officer, 2016, firm, policies)
    assert before.known("eligible") is None
    create(find("policy-fact"), zone.firm, enterprise=f"#{firm}", year=2016, name="reformed", value="是")
    [(_one, after)] = of_enterprise(zone.officer, 2016, firm, policies)
    assert after.known("amount") == 30 * WAN
    assert match(zone.officer, 2016, policies).money(policies[0]) == 30 * WAN


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [("nothing", "1", "no_such_fact"), ("revenue", "1", "fact_is_column"), ("champion_kind", "x", "not_a_choice")],
)
def test_a_declared_fact_is_one_that_a_policy_asks_for(zone: ZoneForTest, name: str, value: str, code: str) -> None:
    zone.published("champion-award")
    with pytest.raises(Blocked) as refused:
        create(find("policy-fact"), zone.officer, enterprise="甲", year=2016, name=name, value=value)
    assert code in {blocker.code for blocker in refused.value.blockers}


def test_an_enterprise_sees_itself_alone(zone: ZoneForTest) -> None:
    found = match(zone.firm, 2016, standing(zone.firm, zone.day))
    assert found.ids == [zone.id("enterprise", name="甲")]
