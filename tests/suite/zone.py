"""The zone of the inherited suite: the demo's organisation and programme, fourteen invented projects, what the slices
play in the demo, and something of every register that all this leaves empty."""

import random
from datetime import timedelta

from stdnum.cn import uscc

from xianxing.api.tokens import issue
from xianxing.demo import programme
from xianxing.demo.loader import of_slices
from xianxing.demo.organisation import DEMO_DAY, data, set_up
from xianxing.demo.play import play, scenes
from xianxing.demo.story import stories
from xianxing.kernel import clock
from xianxing.kernel.actions.act import create
from xianxing.kernel.calendar.workdays import WorkingDays
from xianxing.kernel.context import Context
from xianxing.kernel.jobs import jobs
from xianxing.kernel.notices.outbox import enter
from xianxing.kernel.register import find
from xianxing.kernel.seeds import sow
from xianxing.kernel.units.seats import context_of_post

__all__ = ["CALLERS", "DAY", "NOBODY", "as_post", "build"]

DAY = DEMO_DAY
SEED = 20170517
# A post of every role, and a second one in another unit where the unit makes a difference.
CALLERS = (
    "zone-leader", "supervision-officer", "invest1-head", "construction-head", "invest1-officer1", "invest2-officer1",
    "invest1-pm", "construction-pm", "plan-officer", "policy-officer", "economy-head", "enterprise-service-officer",
    "economy-service",
    "demolition-officer", "demolition-head", "safety-officer", "land-officer", "petition-officer", "finance-officer",
    "town-east-grid", "enterprise-contact1", "sys-admin", "sec-admin", "audit-admin",
)  # fmt: skip
NOBODY = ""


def as_post(post: str, reason: str = "") -> Context:
    """Whoever holds the post on the day of the demo; nobody for the empty code."""
    return context_of_post(post, "page", day=DAY, reason=reason) if post else Context.nobody(DAY)


def build(number: int = 14) -> None:
    """Fill an empty database, through actions alone."""
    set_up(SEED)
    sow(Context.system(DAY, "demo"))
    told = list(stories(number, SEED, DAY, WorkingDays.load().works, data("names.yaml")))
    told_by_slices = (scene for module in of_slices() for scene in module.scenes(1, random.Random(SEED)))
    play([*scenes(told), *told_by_slices], lambda _day: None, DAY, DAY)
    programme.load(context_of_post("plan-officer", "demo", day=DAY))
    _flats()
    _people()
    _work()
    _asked()
    _outside()


def _flats() -> None:
    """The example register: flats of two units, some with a tenant."""
    for head in ("invest1-head", "construction-head"):
        for place in range(4):
            create(
                find("apartment"), as_post(head), name=f"人才公寓{head[0]}{place}", size=60 + place, rent=1200 + place,
                kind="family" if place % 2 else "single", tenant=f"住户{place}号" if place > 1 else "",
            )  # fmt: skip


def _people() -> None:
    """Companies with personal fields, and a stand-in for a post that calls nothing here."""
    for place, officer in enumerate(("invest1-officer1", "invest2-officer1")):
        create(
            find("enterprise"), as_post(officer), code=_credit_code(place),
            name=f"示范企业{place}", representative="欧阳明月", phone=f"1391234567{place}",
        )  # fmt: skip
    create(
        find("delegation"), as_post("sec-admin"), post="land-head", person="rural-head",
        starts_on=DAY, ends_on=DAY + timedelta(days=3), reason="外出培训",
    )  # fmt: skip


def _credit_code(place: int) -> str:
    """A well-formed code in a region number that is assigned to no place."""
    body = f"91999900MB{place:07d}"
    return body + str(uscc.calc_check_digit(body))


def _work() -> None:
    """What each post has for itself: a token, a job; and a comment on the plan."""
    create(find("plan-comment"), as_post("zone-leader"), node="dezhou-2017-1.1", text="请按周报送")
    for post in ("zone-leader", "invest1-officer1"):
        issue(as_post(post), f"{post}的程序", post, clock.local_today() + timedelta(days=9))[0].must()
        jobs.ask(as_post(post), "sheet.export", {"register": "attraction"}).must()


def _asked() -> None:
    """A request for personal data, and a base map without tiles."""
    asked = {"kind": "export", "register": "attraction-contact", "purpose": "核对联系人"}
    create(find("personal-request"), as_post("invest1-officer1"), **asked)
    create(find("basemap"), as_post("sys-admin"), code="none", name="无底图")


def _outside() -> None:
    """A webhook, and what is on its way out by it."""
    given = {"name": "政务平台", "url": "https://hooks.example/in", "events": "urge", "post": "zone-leader"}
    hook = create(find("webhook"), as_post("sys-admin"), **given)
    enter([{"channel": "webhook", "kind": "urge", "webhook_id": hook, "due_at": clock.instant(), "invented": True}])
