"""A small zone to look at: units, posts and people of several roles, flats of the example register, browsers."""

from datetime import date
from typing import Any

from django.test import Client
from tests.kept import kept

from xianxing.kernel.actions.act import act, create
from xianxing.kernel.actions.change import Change
from xianxing.kernel.calendar.seed import seed
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.kernel.units.models import Person, Zone
from xianxing.kernel.units.seats import context_of_post

__all__ = ["DAY", "PASSWORD", "client_of", "context", "flats", "make_zone", "text_of"]

DAY = date(2017, 9, 29)
PASSWORD = "a-long-password-17"
POSTS = {
    "leader": ("zone", "leader"),
    "head": ("housing", "unit_head"),
    "other-head": ("works", "unit_head"),
    "manager": ("housing", "project_manager"),
    "officer": ("housing", "investment_officer"),
    "auditor": ("zone", "audit_admin"),
    "admin": ("zone", "system_admin"),
    "guard": ("zone", "security_admin"),
}


@kept
def make_zone(*, demo: bool = False) -> None:
    """Units, posts and people, as a first start and an administrator would leave them on the day."""
    Zone.objects.create(name="示范区", name_en="Model Zone", business_date=DAY, born_as_demo=demo)
    system = Context.system(DAY, "demo" if demo else "cli")
    seed(system)
    create(find("unit"), system, code="zone", name="开发区", opened_on="2010-01-01", kind="authority")
    for code, name in (("housing", "住房局"), ("works", "建设局")):
        create(find("unit"), system, code=code, name=name, parent="zone", opened_on="2010-01-01")
    for post, (unit, role) in POSTS.items():
        create(find("post"), system, code=post, name=f"{post}岗", unit=unit, role=role, opened_on="2010-01-01")
        create(find("person"), system, login=post, name=f"{post}某")
        create(find("holding"), system, post=post, person=post, starts_on="2015-01-01")
    Person.objects.update(must_change=False)


def context(post: str) -> Context:
    """Whoever holds the post."""
    return context_of_post(post, "page", day=DAY)


def client_of(post: str, language: str = "en") -> Client:
    """A browser in which the holder of the post is logged in."""
    client = Client(headers={"Accept-Language": language})
    client.force_login(Person.objects.get(login=post))
    return client


def flats(number: int, post: str = "head", **fields: Any) -> list[int]:
    """Flats of the post's unit; returns their ids."""
    rows = [{"name": f"人才公寓{n}号", "size": 60 + n, "rent": 1200 + n, **fields} for n in range(1, number + 1)]
    return list(act(find("apartment"), context(post), [Change("create", fields=row) for row in rows]).must().records)


def text_of(response: Any) -> str:
    """What a page says, as its markup."""
    return str(response.content.decode())
