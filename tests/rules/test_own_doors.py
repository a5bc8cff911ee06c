"""The same from terminal and API: draft, try, put in force, explain; refusals in the same words."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from xianxing.cli.main import app
from xianxing.kernel.units.models import Person, Zone
from xianxing.rules import judge
from xianxing.subjects.rulebook.tests.zone import DAY, ZoneOfRules, text_of


@pytest.fixture
def opened(db: None) -> ZoneOfRules:
    zone = ZoneOfRules()
    Zone.objects.create(name="示范区", name_en="Model Zone", business_date=DAY)
    Person.objects.update(must_change=False)
    return zone


def run(*words: str) -> Any:
    return CliRunner().invoke(app, ["--lang", "en", "rules", *words])


def client(post: str) -> Client:
    found = Client(headers={"Accept-Language": "en"})
    found.force_login(Person.objects.get(login=post))
    return found


def test_the_terminal_takes_a_file_into_force_in_two_pairs_of_hands(opened: ZoneOfRules, tmp_path: Path) -> None:
    opened.firms([{"profit": "-5"}, {"profit": "5"}, {"profit": "50"}])
    file = tmp_path / "own.yaml"
    file.write_text(text_of(), encoding="utf-8")
    entered = run("draft", str(file), "--kind", "warning", "--as", "officer")
    assert entered.exit_code == 0, entered.output
    number = next(word for word in entered.output.split() if word.startswith("GZ"))
    tried = run("try", number, "--as", "officer", "--json")
    assert json.loads(tried.output)["results"][0]["counts"] == [{"value": False, "rows": 2}, {"value": True, "rows": 1}]
    assert "flagged" in run("try", str(file), "--as", "officer").output
    assert run("mark-tried", number, "--as", "officer").exit_code == 0
    assert run("enact", number, "--as", "officer").exit_code == 2
    assert run("enact", number, "--as", "head").exit_code == 0
    assert judge("own-flag", {"profit": -1}, DAY).known("flag") is True
    again = run("try", number, "--as", "officer", "--against", "own-flag")
    assert "unchanged" in again.output
    assert run("retire", number, "--as", "head").exit_code == 2
    assert run("retire", number, "--as", "head", "--reason", "到期").exit_code == 0


def post(browser: Client, path: str, **body: Any) -> Any:
    return browser.post(f"/api/{path}", json.dumps(body), content_type="application/json")


def test_the_api_checks_tries_and_explains(opened: ZoneOfRules) -> None:
    firms = opened.firms([{"profit": "-5"}, {"profit": "5"}, {"profit": "50"}])
    officer = client("officer")
    wrong = text_of().replace("profit < profit_line", "profit < nothing")
    fault = post(officer, "drafting/check", text=wrong).json()[0]
    assert (fault["code"], "nothing" in wrong.splitlines()[fault["line"] - 1]) == ("rule_undeclared", True)
    assert post(officer, "drafting/check", text=text_of()).json() == []
    tried = post(officer, "drafting/try", text=text_of(), year=2016).json()
    assert (tried["rows"], tried["results"][0]["known"]) == (3, 3)
    assert post(officer, "drafting/try", text=text_of(), source="nothing").status_code == 422
    number = opened.row(opened.enacted(text_of())).values["code"]
    assert post(officer, "drafting/try", draft=number, against="own-flag").json()["changes"][0]["value"] == "3"
    assert post(client("service"), "drafting/try", draft=number).status_code == 404
    sheet = client("firm").get(f"/api/rules/own-flag/of/{firms[0]}?year=2016")
    assert sheet.json()["clauses"][0]["distance"] == "5 × 10,000 yuan"
    assert client("firm").get(f"/api/rules/own-flag/of/{firms[1]}?year=2016").status_code == 404


def test_a_policy_that_was_not_reviewed_is_refused_in_the_same_words_by_page_api_and_terminal(
    opened: ZoneOfRules,
) -> None:
    pk = opened.draft(text_of("policy", "own-policy"), "policy")
    opened.move(pk, "try", opened.officer).must()
    row = opened.row(pk)
    words = "The fair-competition review is not recorded"
    browser = client("head")
    assert words in browser.get(f"/r/ruleset/{row.values['code']}/").content.decode()
    sent = post(browser, f"ruleset/{row.values['code']}/moves/enact", version=row.version)
    assert words in sent.content.decode()
    told = run("enact", row.values["code"], "--as", "head")
    assert told.exit_code == 2
    assert words in " ".join((told.output + told.stderr).split())
