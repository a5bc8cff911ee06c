"""Zombies: the methods on a panel worked out by hand, agreement between them, and that nobody enters by machine."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act, create, one
from xianxing.kernel.actions.change import Change, Outcome
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import attach
from xianxing.kernel.register import find
from xianxing.kernel.scene import FILE
from xianxing.kernel.testing import Seated, credit_code, staff
from xianxing.lines.upgrade.exits.methods import METHODS, flags, reasons
from xianxing.rules.check import check_examples
from xianxing.rules.load import load_file

RULES = Path(__file__).parents[1] / "rules"
DAY = date(2017, 8, 14)
POSTS = {
    "director": ("leader", "zone"),
    "officer": ("service_officer", "service"),
    "head": ("unit_head", "service"),
    "firm": ("enterprise_contact", "service"),
    "rival": ("enterprise_contact", "service"),
}
# 万元. Dead: losses of 10 a year before and 40 after non-operating income 30; interest 20, debt 80 → 84 → 88 of 100.
DEAD = {"profit": -10, "non_operating": 30, "recurring_profit": -40, "interest": 20, "depreciation": 5, "assets": 100}
SOUND = {"profit": 50, "non_operating": 1, "recurring_profit": 36, "interest": 5, "depreciation": 5, "assets": 100}


@pytest.mark.parametrize("path", sorted(RULES.glob("*.yaml")), ids=lambda path: path.stem)
@pytest.mark.django_db
def test_every_method_is_sound_and_its_hand_made_figures_come_out(path: Path) -> None:
    """upgrade.md 2 and 3; the figures of ICR, CHK and FN are worked out in the names of the examples."""
    assert not list(check_examples(load_file(path)))


@pytest.fixture
def zone(db: None) -> Seated:
    staff(DAY, {"zone": "", "service": "zone"}, POSTS)
    zone = Seated(POSTS, DAY)
    rows: list[dict[str, Any]] = []
    for place, (told, account) in enumerate(((DEAD, "firm"), (SOUND, "rival"))):
        create(find("enterprise"), zone.officer, code=credit_code(place), name=f"企业{place}", unit="service",
               founded_on="2003-05-12", account=account)  # fmt: skip
        for year in (2014, 2015, 2016):
            debt = 80 + 4 * (year - 2014) if told is DEAD else 40
            rows.append({"enterprise": f"企业{place}", "year": year, "liabilities": debt, "short_loans": debt // 2,
                         "long_loans": 10, "bonds": 0, **told})  # fmt: skip
    act(find("enterprise-return"), zone.officer, [Change("create", fields=row) for row in rows]).must()
    return zone


def _firm(zone: Seated, name: str = "企业0") -> int:
    return int(gate.all_rows("enterprise", zone.officer, name=name).values_list("pk", flat=True)[0])


def _case(zone: Seated, by: Context | None = None, **fields: Any) -> Outcome:
    told = {"enterprise": "企业0", "year": 2016, "finding": "停产一年，靠续贷维持", **fields}
    return one(find("exit-case"), by or zone.officer, Change("create", fields=told))


def _move(zone: Seated, pk: int, move: str, by: Context | None = None, **fields: Any) -> Outcome:
    return one(find("exit-case"), (by or zone.officer).because("试"), Change("move", pk, fields=fields, to=move))


def codes(outcome: Outcome) -> list[str]:
    return [blocker.code for blocker in outcome.blockers]


def test_the_methods_side_by_side_flag_the_dead_enterprise_and_not_the_sound_one(zone: Seated) -> None:
    """By hand: loss 3 years; real profit −40; leverage 88 % and rising; EBIT 10 < 20; recurring cash −15 < 20.

    CHK, FN and 人大国发院 need prime rates that nobody entered: not computable, which is neither yes nor no.
    """
    found = flags(zone.officer, 2016)
    dead, sound = (dict(zip(METHODS, found.found[_firm(zone, f"企业{n}")])) for n in (0, 1))
    unknown = {"zombie-chk-2008", "zombie-fn-2011", "zombie-renda"}
    assert {code for code, yes in dead.items() if yes} == set(METHODS) - unknown
    assert {code for code, yes in dead.items() if yes is None} >= {"zombie-chk-2008"}
    assert not any(sound.values())
    assert found.counts()[METHODS.index("zombie-oecd")] == (1, 2)
    oecd, real = METHODS.index("zombie-oecd"), METHODS.index("zombie-real-profit")
    assert found.agreement()[oecd][real] == (1, 1)


def test_why_each_method_flags_opens_with_value_and_threshold(zone: Seated) -> None:
    judged = {one.ruleset: one for one in reasons(zone.officer, _firm(zone), 2016)}
    clause = judged["zombie-fn-chk-citic"].clause("over_indebted")
    assert (clause.holds, clause.shown["value"], clause.shown["threshold"]) == (True, "88%", "70%")
    assert "短期最优惠利率" in judged["zombie-chk-2008"].missing("zombie")


def test_nobody_enters_by_machine(zone: Seated) -> None:
    """The system has no right to open a case, flags open none, and a finding without words is refused."""
    flags(zone.officer, 2016)
    assert not gate.all_rows("exit-case", zone.officer)
    assert "may_not" in codes(_case(zone, Context.system(DAY)))
    assert "required" in codes(_case(zone, finding=""))
    assert codes(_case(zone, zone.firm))[0] == "may_not"


def test_a_case_keeps_which_methods_flagged_and_an_enterprise_has_one_open(zone: Seated) -> None:
    (pk,) = _case(zone).must().records
    row = gate.get(find("exit-case"), zone.officer, pk)
    assert "zombie-oecd" in row.values["flagged"]
    assert codes(_case(zone)) == ["exit_stands"]


def test_the_enterprise_answers_in_its_own_words_or_its_time_runs_out(zone: Seated) -> None:
    (pk,) = _case(zone).must().records
    assert codes(_move(zone, pk, "answer")) == ["period_not_run"]
    assert "not_there" in codes(_move(zone, pk, "answer", zone.rival, answer="x"))
    assert "read_only" in codes(one(find("exit-case"), zone.firm, Change("edit", pk, fields={"finding": "没有"})))
    assert _move(zone, pk, "answer", zone.firm, answer="设备正在技改，年底恢复生产").done
    row = gate.get(find("exit-case"), zone.officer, pk)
    assert (row.values["answer_way"], row.values["answer_bearer"]) == ("portal", "contact")
    (other,) = _case(zone, enterprise="企业1").must().records
    assert _move(zone, other, "answer", zone.on("officer", date(2017, 8, 29))).done


def test_what_an_officer_records_of_an_answer_names_how_it_came_and_has_its_paper(zone: Seated) -> None:
    (pk,) = _case(zone).must().records
    assert codes(_move(zone, pk, "answer", answer="愿意重组")) == ["answer_way"]
    by_letter: dict[str, Any] = {"answer": "愿意重组", "answer_way": "letter", "answer_bearer": "representative"}
    assert codes(_move(zone, pk, "answer", **by_letter)) == ["answer_paper"]
    assert codes(_move(zone, pk, "answer", **{**by_letter, "answer_way": "portal"})) == ["answer_not_yours"]
    attach(find("exit-case"), zone.officer, [(pk, "answer", "复函.pdf", FILE)]).must()
    assert _move(zone, pk, "answer", **by_letter).done


def test_what_the_enterprise_wrote_itself_nobody_else_rewrites(zone: Seated) -> None:
    (pk,) = _case(zone).must().records
    _move(zone, pk, "answer", zone.firm, answer="年底恢复生产").must()
    assert codes(one(find("exit-case"), zone.officer, Change("edit", pk, fields={"answer": "同意清算"}))) == [
        "answer_not_yours"
    ]


def test_the_route_follows_from_findings_and_without_a_statute_only_proposes_help(zone: Seated) -> None:
    """发改财金〔2018〕1756号: restructure → reorganisation → liquidation."""
    (pk,) = _case(zone).must().records
    _move(zone, pk, "answer", zone.firm, answer="无异议").must()
    assert "required" in codes(_move(zone, pk, "verify", verified="现场核实"))
    facts: dict[str, Any] = {"verified": "现场核实", "business_value": "no", "reorganisable": "no", "liquidable": "yes"}
    _move(zone, pk, "verify", **facts).must()
    row = gate.get(find("exit-case"), zone.officer, pk)
    assert (row.values["route"], row.values["force"]) == ("liquidate", "statute")
    _move(zone, pk, "return").must()
    _move(zone, pk, "verify", **{**facts, "business_value": "yes"}).must()
    row = gate.get(find("exit-case"), zone.officer, pk)
    assert (row.values["route"], row.values["force"]) == ("restructure", "help")
    assert "required" in codes(_move(zone, pk, "hear"))
    _move(zone, pk, "hear", hearing="企业、债权人到会").must()
    assert codes(_move(zone, pk, "route")) == ["not_your_move"]
    assert _move(zone, pk, "route", zone.head).done


def test_findings_that_lead_to_no_route_choose_none(zone: Seated) -> None:
    (pk,) = _case(zone).must().records
    _move(zone, pk, "answer", zone.firm, answer="无异议").must()
    none: dict[str, Any] = {"business_value": "no", "reorganisable": "no", "liquidable": "no"}
    _move(zone, pk, "verify", verified="现场核实", **none).must()
    _move(zone, pk, "hear", hearing="到会").must()
    assert codes(_move(zone, pk, "route", zone.head)) == ["no_route"]
