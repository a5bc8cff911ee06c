"""The sheet that is given to an enterprise: all its reasons, nothing of anybody else's."""

from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client

from xianxing.kernel.actions.act import create
from xianxing.kernel.blockers import Blocked
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.kernel.units.models import Person, Zone
from xianxing.kernel.value import Known, Unknown
from xianxing.rules import find_ruleset
from xianxing.rules.asking import must_ask
from xianxing.rules.disclosure import WITHHELD
from xianxing.rules.explanation import explained, judging
from xianxing.rules.judgement import Judgement
from xianxing.rules.sources import find_source
from xianxing.subjects.rulebook.tests.zone import DAY, ZoneOfRules, text_of, with_shapes

RATIO = ("ratio", {"of": "tax", "order": "high", "against": "average", "cap": "1.5", "floor": "0", "full": "100",
                   "name": "points"})  # fmt: skip


def told(zone: ZoneOfRules, pk: int, by: Context, code: str = "own-method") -> Judgement:
    return explained(must_ask(find_ruleset(code), DAY), find_source("enterprise"), by, pk, 2016, DAY)


def feature(found: Judgement, code: str) -> Any:
    value = next(one.value for one in found.features if one.code == code)
    return value.value if isinstance(value, Known) else value


def taxes(zone: ZoneOfRules, *amounts: str) -> list[int]:
    return zone.firms([{"tax": amount, "profit": "1"} for amount in amounts])


def method(zone: ZoneOfRules, *shapes: Any) -> None:
    zone.enacted(with_shapes(text_of(code="own-method"), *shapes), "classification")


def test_an_average_of_enough_enterprises_is_told_with_what_each_clause_compares(zone: ZoneOfRules) -> None:
    firms = taxes(zone, "100", "200", "300")
    method(zone, RATIO)
    found = told(zone, firms[0], zone.firm)
    assert feature(found, "tax_mean") == 200_000_000  # 200万元 in fen
    assert feature(found, "points") == 50
    clause = found.clause("at_a_loss")
    assert (clause.holds, clause.value, clause.threshold, clause.distance) == (False, 1_000_000, 0, -1_000_000)
    assert found.version == "1"
    assert len(found.snapshot) == 64


@pytest.mark.parametrize("amounts", [("100", "200"), ("1", "2", "3", "997")])
def test_an_average_of_two_or_ruled_by_one_is_withheld_and_the_own_points_are_not(
    zone: ZoneOfRules, amounts: tuple[str, ...]
) -> None:
    firms = taxes(zone, *amounts)
    method(zone, RATIO)
    found = told(zone, firms[0], zone.firm)
    assert feature(found, "tax_mean") == Unknown(WITHHELD)
    assert not isinstance(feature(found, "points"), Unknown)


def test_the_fewest_that_may_stand_behind_a_statistic_are_the_zones_parameter(zone: ZoneOfRules) -> None:
    firms = taxes(zone, "100", "200", "300")
    method(zone, RATIO)
    create(find("parameter"), zone.leader, code="rules.least_contributors", name="最少家数", value="4", unit="家",
           starts_on="2017-09-01", own="yes")  # fmt: skip
    assert feature(told(zone, firms[0], zone.firm), "tax_mean") == Unknown(WITHHELD)


def test_the_greatest_is_told_to_nobody_but_the_enterprise_whose_it_is(zone: ZoneOfRules) -> None:
    firms = taxes(zone, "100", "200", "300")
    method(zone, ("best", {"of": "tax", "order": "high", "full": "100", "name": "points"}))
    assert feature(told(zone, firms[0], zone.firm), "tax_most") == Unknown(WITHHELD)
    assert feature(told(zone, firms[2], zone.leader), "tax_most") == 300_000_000


def test_a_clause_against_a_withheld_number_tells_neither_threshold_nor_distance(zone: ZoneOfRules) -> None:
    firms = taxes(zone, "100", "200")
    text = with_shapes(text_of(code="own-method"), RATIO).replace(
        "clauses:\n", "clauses:\n  above_mean: {label: 高于均值, when: tax >= tax_mean, own: true}\n"
    )
    zone.enacted(text)
    clause = told(zone, firms[0], zone.firm).clause("above_mean")
    assert (clause.holds, clause.threshold, clause.distance) == (False, None, None)
    assert clause.value == 100_000_000


def test_an_enterprise_is_judged_among_all_and_sees_its_own_sheet_alone(zone: ZoneOfRules) -> None:
    firms = taxes(zone, "100", "200", "300", "400", "500")
    method(zone, ("classes", {"of": "tax", "order": "high", "shares": "A = 20\nB = 60\nC = rest", "round": "floor",
                              "denominator": "ranked", "ties": "all_in", "unknown": "left_out",
                              "name": "class"}))  # fmt: skip
    assert told(zone, firms[0], zone.firm).known("class") == "c"
    assert told(zone, firms[0], zone.leader).snapshot == told(zone, firms[0], zone.firm).snapshot
    with pytest.raises(Blocked) as refused:
        told(zone, firms[1], zone.firm)
    assert refused.value.blockers[0].code == "not_there"


def test_a_year_without_a_return_is_said(zone: ZoneOfRules) -> None:
    firms = taxes(zone, "100")
    method(zone, RATIO)
    one = must_ask(find_ruleset("own-method"), DAY)
    with pytest.raises(Blocked) as refused:
        explained(one, find_source("enterprise"), zone.firm, firms[0], 2012, DAY)
    assert refused.value.blockers[0].code == "rule_no_return"


def test_only_rule_sets_whose_every_input_is_a_fact_of_the_source_judge_it(zone: ZoneOfRules) -> None:
    method(zone, RATIO)
    zone.enacted(text_of(code="own-other").replace("profit", "luck"))
    codes = {one.code for one in judging(find_source("enterprise"), DAY)}
    assert "own-method" in codes
    assert "own-other" not in codes


def client(post: str) -> Client:
    found = Client(headers={"Accept-Language": "en"})
    found.force_login(Person.objects.get(login=post))
    return found


def page(found: Any) -> str:
    return unescape(found.content.decode())


@pytest.fixture
def opened(zone: ZoneOfRules) -> ZoneOfRules:
    """The zone as the pages serve it."""
    Zone.objects.create(name="示范区", name_en="Model Zone", business_date=DAY)
    Person.objects.update(must_change=False)
    return zone


def test_an_enterprise_opens_its_own_sheet_from_its_file_and_no_other(opened: ZoneOfRules) -> None:
    firms = taxes(opened, "100", "200", "300")
    method(opened, RATIO)
    address = f"/rules/own-method/of/{firms[0]}/"
    assert address in page(client("firm").get(f"/r/enterprise/~{firms[0]}/", follow=True))
    text = page(client("firm").get(address))
    assert "企业0" in text
    assert "average of tax paid" in text
    assert "企业1" not in text
    assert client("rival").get(address).status_code == 404
    assert client("firm").get(f"/rules/no-such/of/{firms[0]}/").status_code == 404
    assert client("firm").get("/drafting/").status_code == 404


def test_the_page_of_a_draft_keeps_every_word_names_lines_and_tries(opened: ZoneOfRules) -> None:
    firms = taxes(opened, "100", "200", "300")
    browser = client("officer")
    begun = browser.post("/drafting/", {"code": "own-page", "title": "页面试写", "kind": "warning", "template": "flag"})
    address = begun.headers["Location"]
    pk = int(address.strip("/").split("/")[-1])
    text = opened.row(pk).values["text"]
    wrong = text.replace("profit < profit_line", "profit < nothing")
    sent = {"text": wrong, "version": "1", "do": "check", "records": "enterprise", "year": "2016"}
    shown = page(browser.post(address, sent))
    line = 1 + next(at for at, one in enumerate(wrong.splitlines()) if "nothing" in one)
    assert f"line {line}<" in shown
    assert opened.row(pk).values["text"] == wrong.strip()  # every step keeps the text
    refused = page(browser.post(address, {**sent, "version": "2", "do": "write", "shape": "bonus"}))
    assert "The text has faults" in refused
    version = str(opened.row(pk).version)
    answers = {"v.when": "high_tech", "v.points": "5", "v.name": "extra"}
    written = {**sent, "text": text, "version": version, "do": "write", "shape": "bonus", **answers}
    assert "Written into the text" in page(browser.post(address, written))
    assert "extra:" in opened.row(pk).values["text"]
    tried = page(browser.post(address, {**sent, "text": "", "version": str(opened.row(pk).version), "do": "try"}))
    assert f"{address}of/{firms[0]}/?year=2016" in tried
    sheet = page(browser.get(f"{address}of/{firms[0]}/?year=2016"))
    assert "“total profit” < “" in sheet
    assert client("service").get(address).status_code == 404
    stale = browser.post(address, {**sent, "text": text, "version": "1", "do": "save"})
    assert "changed" in page(stale).lower()


def test_a_trial_against_the_rule_in_force_says_who_changes(opened: ZoneOfRules) -> None:
    opened.firms([{"profit": "-5"}, {"profit": "-50"}, {"profit": "5"}])
    opened.enacted(text_of())
    pk = opened.draft(text_of(version="2", starts=date(2018, 1, 1)).replace("0万元", "-10万元"))
    row = opened.row(pk)
    sent = {"text": row.values["text"], "version": "1", "do": "try", "records": "enterprise", "year": "2016",
            "against": "own-flag"}  # fmt: skip
    shown = page(client("officer").post(f"/drafting/{pk}/", sent))
    assert "Against 试行办法 1" in shown
    assert "Yes → No" in shown
