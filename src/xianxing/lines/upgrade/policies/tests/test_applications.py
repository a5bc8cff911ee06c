"""Applications: judged and frozen, never twice, never beyond the budget; every fen of the fund is accounted for."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from xianxing.kernel.actions.act import edit, one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.context import Context
from xianxing.kernel.indicators.indicator import find_indicator
from xianxing.kernel.indicators.read import read
from xianxing.kernel.register import find
from xianxing.kernel.value import Known
from xianxing.lines.upgrade.policies.applying import make_direct, recount
from xianxing.lines.upgrade.policies.flow import APPLICATION_FLOW, booked
from xianxing.lines.upgrade.policies.kept import judged_again, same
from xianxing.lines.upgrade.policies.models import Application
from xianxing.lines.upgrade.policies.tests.zone import ZoneForTest, build

WAN = 1_000_000


def codes(outcome: object) -> list[str]:
    return [blocker.code for blocker in getattr(outcome, "blockers", ())]


def fund(zone: ZoneForTest) -> dict[str, int]:
    row = zone.row(zone.id("policy-fund"), "policy-fund").values
    return {name: row[name] // WAN for name in ("committed", "paid", "recovered")}


def test_an_application_gets_its_amount_by_the_rule_and_keeps_what_decided(zone: ZoneForTest) -> None:
    pk = zone.apply("甲", zone.firm).must().records[0]
    row = zone.row(pk).values
    assert (row["verdict"], row["due"], row["stage"]) == ("eligible", 10 * WAN, "applied")
    kept = Application.objects.get(pk=pk).frozen
    returned = zone.id("enterprise-return", enterprise=zone.id("enterprise", name="甲"), year=2016)
    edit(find("enterprise-return"), zone.officer, returned, {"research": 999}).must()
    assert same(kept)
    assert judged_again(kept).known("amount") == 10 * WAN


def test_the_review_judges_again_by_what_is_known_then(zone: ZoneForTest) -> None:
    pk = zone.apply("戊").must().records[0]
    assert zone.row(pk).values["verdict"] == "unknown"
    returned = zone.id("enterprise-return", enterprise=zone.id("enterprise", name="戊"), year=2016)
    edit(find("enterprise-return"), zone.officer, returned, {"research": 300}).must()
    zone.move(pk, "review", approved="10", opinion="补齐年报", deviation="受理时缺数据，已补齐").must()
    assert zone.row(pk).values["verdict"] == "eligible"


def test_a_reviewer_deviates_from_the_rule_only_with_a_reason(zone: ZoneForTest) -> None:
    pk = zone.apply("甲").must().records[0]
    assert codes(zone.move(pk, "review", approved="9", opinion="核减")) == ["deviates"]
    assert zone.move(pk, "review", approved="9", opinion="核减", deviation="部分凭证不合规").done
    other = zone.apply("丙").must().records[0]
    assert codes(zone.move(other, "review", approved="1", opinion="不符合")) == ["deviates"]


def test_nobody_is_funded_twice_for_one_matter_in_a_year(zone: ZoneForTest) -> None:
    zone.apply("甲").must()
    assert not zone.apply("甲").done
    again = zone.published("zone-research", name="同类政策", matter="research")
    assert codes(zone.apply("甲", policy=f"#{again}")) == ["double_funding"]
    assert zone.apply("甲", year=2015).done


def test_a_payment_waits_for_the_public_notice_and_for_its_fund(zone: ZoneForTest) -> None:
    pk = zone.noticed("甲")
    zone.later(-3)
    assert codes(zone.move(pk, "approve", zone.leader)) == ["period_not_run"]
    zone.later(3)
    assert zone.move(pk, "approve", zone.leader).done
    assert fund(zone) == {"committed": 10, "paid": 0, "recovered": 0}
    assert codes(edit(find("application"), zone.head, pk, {"approved": "5"})) == ["amount_locked"]


def test_what_is_refused_after_approval_is_released_and_what_is_recovered_is_booked(zone: ZoneForTest) -> None:
    first = zone.noticed("甲")
    zone.move(first, "approve", zone.leader).must()
    one(find("application"), zone.head.because("企业注销"), Change("status", first, to="refused")).must()
    assert fund(zone) == {"committed": 0, "paid": 0, "recovered": 0}
    pk = zone.paid("乙", "30")
    assert codes(zone.move(pk, "recover", zone.payer, "数据不实", recovered="31")) == ["recovers_too_much"]
    zone.move(pk, "recover", zone.payer, "数据不实", recovered="30").must()
    assert fund(zone) == {"committed": 30, "paid": 30, "recovered": 30}


def test_nothing_is_approved_beyond_the_budget(db: None) -> None:
    zone = build(budget="35")
    first, second = zone.noticed("甲"), zone.noticed("乙", "30")
    zone.move(second, "approve", zone.leader).must()
    assert codes(zone.move(first, "approve", zone.leader)) == ["fund_overdrawn"]
    assert zone.row(first).values["stage"] == "noticed"
    assert codes(edit(find("policy-fund"), zone.payer, zone.id("policy-fund"), {"budget": "29"})) == ["fund_overdrawn"]


def test_of_two_approvals_at_once_only_one_fits_the_budget(transactional_db: None) -> None:
    zone = build(budget="35")
    cases, ready = (zone.noticed("甲"), zone.noticed("乙", "30")), Barrier(2)
    leaders = [zone.on("leader", zone.day) for _case in cases]

    def approve(pair: tuple[int, Context]) -> bool:
        try:
            ready.wait(10)
            return zone.move(pair[0], "approve", pair[1]).done
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(approve, zip(cases, leaders)))
    assert sorted(done) == [False, True]
    stages = {pk: zone.row(pk).values["stage"] for pk in cases}
    granted = sum(zone.row(pk).values["approved"] for pk in cases if stages[pk] == "approved")
    assert fund(zone)["committed"] * WAN == granted


STEP = st.tuples(
    st.sampled_from([stage.code for stage in APPLICATION_FLOW.stages]),
    st.sampled_from(["", "waiting", "refused", "withdrawn"]),
    st.none() | st.integers(0, 10**12),
    st.none() | st.integers(0, 10**12),
)


@given(st.lists(STEP, max_size=12))
def test_whatever_way_an_application_goes_its_entries_add_up_to_where_it_stands(
    steps: list[tuple[str, str, int | None, int | None]],
) -> None:
    sums, before = {"commit": 0, "pay": 0, "recover": 0}, {"commit": 0, "pay": 0, "recover": 0}
    for stage, status, approved, recovered in steps:
        now = booked({"stage": stage, "status": status, "approved": approved, "recovered": recovered})
        sums = {kind: sums[kind] + now[kind] - before[kind] for kind in sums}
        before = now
    assert sums == before


def test_who_needs_not_apply_is_entered_in_one_deed_and_only_once(zone: ZoneForTest) -> None:
    zone.published("zone-above-scale", matter="scale", direct="yes")
    for year, above in ((2015, "no"), (2016, "yes")):
        returned = zone.id("enterprise-return", enterprise=zone.id("enterprise", name="丙"), year=year)
        edit(find("enterprise-return"), zone.officer, returned, {"above_scale": above}).must()
    made = make_direct(zone.payer, 2016).must().records
    assert [(zone.row(pk).values["due"], zone.row(pk).values["direct"]) for pk in made] == [(5 * WAN, True)]
    assert make_direct(zone.payer, 2016).records == ()


def test_a_payment_after_sixty_working_days_is_late_and_counts_against_the_rate(zone: ZoneForTest) -> None:
    zone.paid("甲")
    slow = zone.noticed("乙", "30")
    zone.later(100)
    recount(Context.system(zone.day))
    assert zone.row(slow).values["standing"] == "overdue"
    found = read(zone.leader, find_indicator("upgrade.policy_on_time")).value
    assert isinstance(found, Known)
    assert found.value == 50


def test_the_tick_counts_reach_and_uptake_and_changes_nothing_the_second_time(zone: ZoneForTest) -> None:
    zone.apply("甲").must()
    assert recount(Context.system(zone.day)) == 1
    assert recount(Context.system(zone.day)) == 0
    row = zone.row(zone.policy, "policy").values
    assert [row[name] for name in ("judged", "eligible", "doubtful", "applied")] == [5, 2, 1, 1]
    reach, uptake = (read(zone.leader, find_indicator(f"upgrade.policy_{name}")).value for name in ("reach", "uptake"))
    assert [value.value for value in (reach, uptake) if isinstance(value, Known)] == [40, 50]
