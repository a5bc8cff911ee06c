"""A small plan over the flats of the example: two lines, three measures, a task; a plan officer who answers for it."""

from datetime import date
from typing import Any

from tests.kept import kept
from tests.pages.zone import DAY, context, make_zone

from xianxing.kernel.actions.act import act, create
from xianxing.kernel.actions.change import Change
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import attach
from xianxing.kernel.plan.days import store_lights
from xianxing.kernel.plan.models import PlanNode
from xianxing.kernel.register import find
from xianxing.kernel.units.models import Person

__all__ = ["PLAN", "let", "make_programme", "measure_id", "night", "plan_node"]

PLAN = "zone-2017"
PDF = b"%PDF-1.4\n%lease"


@kept
def make_programme() -> None:
    """The zone, its plan officer, the plan. The flats that are let evidence measure 1.1; nothing the others."""
    make_zone()
    system = Context.system(DAY, "cli")
    create(
        find("post"), system, code="planner", name="规划岗", unit="zone", role="plan_officer", opened_on="2010-01-01"
    )
    create(find("person"), system, login="planner", name="规划某")
    create(find("holding"), system, post="planner", person="planner", starts_on="2015-01-01")
    Person.objects.update(must_change=False)
    planner = context("planner")
    dates = {"starts_on": "2017-01-01", "ends_on": "2017-12-31"}
    create(find("plan"), planner, code=PLAN, title="示范区方案", title_en="Model programme", **dates)
    for number, title, title_en in (("1", "抓住房", "Housing"), ("2", "抓建设", "Works")):
        plan_node(number, level="line", title=title, title_en=title_en, due_on=None)
    plan_node("1.1", parent="1", title="公寓出租", title_en="Let the flats", quotes="盘活人才公寓", owner="head")
    plan_node("1.2", parent="1", title="公寓扩建", title_en="Build more flats")
    plan_node("1.2.1", parent="1.2", level="task", title="选址", title_en="Choose a site")
    plan_node("2.1", parent="2", title="道路", title_en="Roads")
    link = {"kind": "cases", "register": "apartment", "stage": "let"}
    create(find("plan-link"), planner, node=f"#{measure_id('1.1')}", **link)


def plan_node(number: str, *, parent: str = "", level: str = "measure", **fields: Any) -> int:
    """Add a line, measure or task."""
    given = {"plan": PLAN, "number": number, "position": number.replace(".", ""), "level": level, "unit": "housing"}
    above = {"parent": f"#{measure_id(parent)}"} if parent else {}
    return create(find("plan-node"), context("planner"), **{**given, **above, "due_on": "2017-12-31", **fields})


def measure_id(number: str) -> int:
    """The id of a node by its number."""
    return PlanNode.objects.get(number=number).pk


def let(pk: int) -> None:
    """Let a flat with its lease attached."""
    head = context("head")
    attach(find("apartment"), head, [(pk, "lease", "lease.pdf", PDF)]).must()
    act(find("apartment"), head, [Change("move", pk, fields={"tenant": "王某"}, to="let")]).must()


def night(day: date) -> None:
    """What the nightly run of a day stores for the plan."""
    store_lights(Context.system(day))
