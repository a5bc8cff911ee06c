"""The plan's pages: tree, table, workbook, Gantt, measure; comments explain, links give light, nothing typed does."""

import io
import re

import pytest
from openpyxl import load_workbook
from tests.desk.programme import PLAN, let, measure_id, night
from tests.pages.zone import DAY, client_of, context, flats, text_of

from xianxing.kernel.actions.act import create
from xianxing.kernel.plan.evaluate import evaluate
from xianxing.kernel.plan.models import Comment, Link
from xianxing.kernel.register import find

pytestmark = pytest.mark.usefixtures("zone")
MEASURE = f"/plan/{PLAN}/1.1/"


def light(number: str) -> str:
    pk = measure_id(number)
    return str(evaluate(context("leader"), [pk])[pk].light.code)


def test_the_only_plan_opens_by_itself_and_a_node_by_its_id_leads_to_its_page() -> None:
    client = client_of("leader")
    assert client.get("/plan/")["Location"] == f"/plan/{PLAN}/"
    assert client.get(f"/plan/node/{measure_id('1.1')}/")["Location"] == MEASURE
    assert client.get(f"/plan/node/{measure_id('1')}/")["Location"] == f"/plan/{PLAN}/#n1"


@pytest.mark.parametrize(
    "url", ["/plan/none/", "/plan/none/table/", f"/plan/{PLAN}/9.9/", "/plan/node/999999/", "/desk/nothing/"]
)
def test_what_does_not_exist_is_not_found(url: str) -> None:
    assert client_of("leader").get(url).status_code == 404


def test_the_tree_shows_lines_measures_tasks_targets_projects_documents_units_and_comments() -> None:
    planner, node = context("planner"), f"#{measure_id('1.1')}"
    create(
        find("plan-target"),
        planner,
        node=node,
        code="t1",
        subject="出租率",
        subject_en="flats let",
        value="90",
        unit="%",
    )
    create(find("plan-project"), planner, node=node, code="p1", name="青年公寓", name_en="Youth flats")
    create(find("plan-project"), planner, node=node, code="p2", name="未列名", name_en="Others", named=False, count="3")
    create(find("plan-support"), planner, node=node, unit="works")
    document = create(find("plan-document"), planner, plan=PLAN, code="d1", title="住房办法", title_en="Housing rules")
    create(find("plan-citation"), planner, node=node, document=f"#{document}")
    create(find("plan-comment"), context("head"), node=node, text="正在招租")
    text = text_of(client_of("leader").get(f"/plan/{PLAN}/"))
    for words in (
        "Housing", "Let the flats", "Choose a site", "flats let", "≥ 90", "Youth flats",
        "Others (3, not named in the source)", "Housing rules", "建设局", "正在招租",
    ):  # fmt: skip
        assert words in text, words


def test_the_responsibility_table_stands_on_the_page_and_in_the_workbook_with_the_same_rows() -> None:
    client = client_of("leader")
    page = text_of(client.get(f"/plan/{PLAN}/table/"))
    response = client.get(f"/plan/{PLAN}/table.xlsx")
    assert "attachment" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    sheet = load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None
    numbers = [row[0] for row in sheet.iter_rows(min_row=3, values_only=True)]
    assert numbers == re.findall(rf'href="/plan/{PLAN}/([\d.]+)/"', page)
    assert numbers == ["1.1", "1.2", "1.2.1", "2.1"]


def test_the_gantt_has_a_bar_for_every_measure_and_task_with_a_date_and_the_business_date() -> None:
    text = text_of(client_of("leader").get(f"/plan/{PLAN}/gantt/"))
    assert text.count('class="gantt-planned"') == 4 + 1  # and the legend
    assert "gantt-today" in text


def test_a_measure_says_what_is_counted_how_far_it_is_and_since_when() -> None:
    pks = flats(2)
    night(DAY)
    let(pks[0])
    text = text_of(client_of("leader").get(MEASURE))
    assert "Talent apartments reach “let”: all" in text
    assert "1/2" in text
    assert "2 records you may see" in text
    assert "盘活人才公寓" in text
    history = text[text.index('id="history"') :]
    assert "0 of 2 at “let”" in history


def test_a_comment_explains_and_does_not_change_the_light() -> None:
    flats(1)
    client = client_of("head")
    before = light("1.1")
    assert client.post(f"{MEASURE}comment/", {"text": "已经全部完成 100%"}).status_code == 302
    assert "已经全部完成 100%" in text_of(client.get(MEASURE))
    assert light("1.1") == before


def test_an_empty_comment_is_refused_in_words_and_whoever_may_not_comment_is_not_asked() -> None:
    response = client_of("head").post(f"{MEASURE}comment/", {"text": " "})
    assert response.status_code == 422
    assert "comment is missing" in text_of(response)
    assert 'name="text"' not in text_of(client_of("guard").get(MEASURE))
    assert client_of("guard").post(f"{MEASURE}comment/", {"text": "x"}).status_code == 422
    assert not Comment.objects.exists()


def test_the_plan_officer_links_evidence_by_the_address_of_a_filtered_list() -> None:
    let(flats(1)[0])
    client = client_of("planner")
    assert light("2.1") == "unknown"
    given = {
        "kind": "cases",
        "reach": "apartment:let",
        "filters": "https://zone.example/r/apartment/?f=rent%3Age%3A1&order=rent",
    }
    assert client.post(f"/plan/{PLAN}/2.1/links/", given).status_code == 302
    assert Link.objects.get(node=measure_id("2.1")).filters == "rent:ge:1"
    assert light("2.1") == "done"


def test_a_link_that_cannot_be_read_is_refused_with_every_word_kept() -> None:
    given = {"kind": "cases", "reach": "apartment:let", "filters": "nonsense:is:1"}
    response = client_of("planner").post(f"/plan/{PLAN}/2.1/links/", given)
    assert response.status_code == 422
    assert "cannot be filtered by" in text_of(response)
    assert "nonsense:is:1</textarea>" in text_of(response)


def test_taking_a_link_away_needs_a_reason_and_puts_the_light_out() -> None:
    flats(1)
    client, link = client_of("planner"), Link.objects.get(node=measure_id("1.1"))
    url = f"{MEASURE}links/{link.pk}/remove/"
    assert client.post(url, {"reason": ""}).status_code == 422
    assert light("1.1") != "unknown"
    assert client.post(url, {"reason": "口径调整"}).status_code == 302
    assert light("1.1") == "unknown"


def test_a_link_of_another_measure_is_not_taken_away_through_this_one() -> None:
    link = Link.objects.get(node=measure_id("1.1"))
    assert client_of("planner").post(f"/plan/{PLAN}/2.1/links/{link.pk}/remove/", {"reason": "x"}).status_code == 422
    assert Link.objects.get(pk=link.pk).deleted_at is None


def test_only_those_who_may_change_the_plan_are_offered_to() -> None:
    head, planner = text_of(client_of("head").get(MEASURE)), text_of(client_of("planner").get(MEASURE))
    assert f"/r/plan-node/~{measure_id('1.1')}/edit/" in planner
    assert f"{MEASURE}links/" in planner
    assert "/edit/" not in head
    assert f"{MEASURE}links/" not in head
    assert client_of("head").post(f"{MEASURE}links/", {"kind": "cases", "reach": "apartment:let"}).status_code == 422
    assert Link.objects.filter(node=measure_id("1.1")).count() == 1
