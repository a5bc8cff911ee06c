"""The statistics of a register through the API: what the page shows, with the query behind every number."""

import pytest
from tests.api.zone import Caller, caller, make_zone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def zone(db: None) -> None:
    make_zone()


@pytest.fixture
def officer() -> Caller:
    return caller("officer")


def test_each_table_has_its_lines_and_total_with_the_query_behind_every_number(officer: Caller) -> None:
    for place, brings in enumerate(("project,funds", "funds", "")):
        lead = {"name": f"项目{place}", "investor": f"投资方{place}", "brings": brings}
        assert officer("POST", "/attraction", {"fields": lead}).status_code == 201
    tables = officer("GET", "/statistics/attraction/rates").json()["tables"]
    assert [table["by"] for table in tables] == ["unit", "industry", "signed_on", "brings"]
    lines = {line["label"]: line for line in tables[-1]["lines"]}
    assert [line["readings"]["cases"]["value"] for line in lines.values()] == [
        "2",
        "1",
        "2",
        "0",
        "0",
        "0",
        "0",
        "0",
        "1",
    ]
    assert tables[-1]["total"]["readings"]["cases"]["value"] == "3"
    for line in lines.values():
        asked = "&".join(f"{name}={value}" for name, value in line["readings"]["cases"]["query"])
        assert officer("GET", f"/attraction?{asked}").json()["count"]["number"] == line["readings"]["cases"]["behind"]


def test_the_filters_of_the_list_narrow_the_statistics(officer: Caller) -> None:
    for name, industry in (("甲项目", "new_energy"), ("乙项目", "health")):
        officer("POST", "/attraction", {"fields": {"name": name, "investor": name, "industry": industry}})
    answer = officer("GET", "/statistics/attraction/rates?f=industry:is:health").json()
    assert answer["tables"][-1]["total"]["readings"]["cases"]["value"] == "1"


def test_a_rate_over_nothing_is_null_and_says_what_is_missing(officer: Caller) -> None:
    total = officer("GET", "/statistics/attraction/rates").json()["tables"][0]["total"]
    rate = total["readings"]["attract.start_rate"]
    assert rate["value"] is None
    assert rate["missing"]


def test_statistics_are_listed_and_unknown_ones_refused_by_name(officer: Caller) -> None:
    listed = officer("GET", "/statistics").json()
    assert ("attraction", "rates") in [(one["register"], one["code"]) for one in listed]
    refused = officer("GET", "/statistics/attraction/none")
    assert refused.status_code == 404
    assert "none" in refused.json()["blockers"][0]["words"]
