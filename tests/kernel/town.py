"""A small zone for the kernel's tests: units, posts and people on a fixed day, set up through actions."""

from dataclasses import dataclass
from datetime import date

from tests.kept import kept

from xianxing.kernel.actions.act import create
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.kernel.units.models import Holding, Person, Post, Unit
from xianxing.kernel.units.seats import context_of_post

DAY = date(2017, 9, 29)
POSTS = (
    ("leader", "zone", "leader"),
    ("sys", "zone", "system_admin"),
    ("sec", "zone", "security_admin"),
    ("aud", "zone", "audit_admin"),
    ("planner", "zone", "plan_officer"),
    ("head-one", "one", "unit_head"),
    ("officer-one", "one", "investment_officer"),
    ("head-two", "two", "unit_head"),
    ("officer-two", "two", "investment_officer"),
)


@dataclass(frozen=True)
class Town:
    """Codes to ids, and contexts by post."""

    day: date
    system: Context

    def unit(self, code: str) -> int:
        return Unit.objects.get(code=code).pk

    def post(self, code: str) -> int:
        return Post.objects.get(code=code).pk

    def person(self, login: str) -> int:
        return Person.objects.get(login=login).pk

    def holding(self, post: str) -> int:
        return Holding.objects.get(post__code=post, ends_on=None).pk

    def as_post(self, code: str, reason: str = "") -> Context:
        return context_of_post(code, "page", day=self.day, reason=reason)

    def line(self) -> int:
        """A line of a plan, led by the first unit, for which its officer answers."""
        planner = self.as_post("planner")
        create(find("plan"), planner, code="p", title="方案", starts_on="2017-01-01", ends_on="2017-12-31")
        given = {"plan": "p", "level": "line", "number": "1", "title": "招商", "unit": "one", "owner": "officer-one"}
        return create(find("plan-node"), planner, **given)


@kept
def build() -> Town:
    """A zone with two investment units, a head and an officer in each, and the posts above them; each post held."""
    system = Context.system(DAY, "tick")
    create(find("unit"), system, code="zone", name="开发区", name_en="Zone", kind="authority", opened_on="2010-01-01")
    for code, name in (("one", "招商一局"), ("two", "招商二局")):
        create(find("unit"), system, code=code, name=name, parent="zone", opened_on="2010-01-01")
    for code, unit, role in POSTS:
        create(find("post"), system, code=code, name=f"岗位 {code}", unit=unit, role=role, opened_on="2010-01-01")
        create(find("person"), system, login=f"p-{code}", name=f"人 {code}")
        create(find("holding"), system, post=code, person=f"p-{code}", starts_on="2015-01-01")
    return Town(DAY, system)
