"""A small zone to call: two units, an officer in each, a leader, the auditor; and callers of its API."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.test import Client
from tests.kept import kept

from xianxing.api.tokens import issue
from xianxing.kernel import clock
from xianxing.kernel.actions.act import create
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.kernel.units.seats import context_of_post

__all__ = ["DAY", "Caller", "caller", "context", "make_zone"]

DAY = date(2017, 9, 29)
POSTS = {
    "leader": ("zone", "leader"),
    "officer": ("invest1", "investment_officer"),
    "other-officer": ("invest2", "investment_officer"),
    "auditor": ("zone", "audit_admin"),
    "admin": ("zone", "system_admin"),
}


@dataclass
class Caller:
    """A program with a bearer token, speaking JSON to the API in one language."""

    secret: str
    language: str = "en"

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request; ``body`` is sent as JSON, bytes as they are."""
        raw = body if isinstance(body, bytes) else json.dumps(body)
        sent = {} if body is None else {"data": raw, "content_type": "application/json"}
        return Client().generic(method, f"/api{path}", headers=self.headers, **sent)

    def upload(self, path: str, **data: Any) -> Any:
        """Send a form with files."""
        return Client().post(f"/api{path}", data=data, headers=self.headers)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}", "Accept-Language": self.language}


@kept
def make_zone() -> None:
    """Units, posts and people in them, written as the demo writes."""
    system = Context.system(DAY, "demo")
    create(find("unit"), system, code="zone", name="开发区", opened_on="2010-01-01", kind="authority")
    for code in ("invest1", "invest2"):
        create(find("unit"), system, code=code, name=f"招商局{code[-1]}", parent="zone", opened_on="2010-01-01")
    for post, (unit, role) in POSTS.items():
        create(find("post"), system, code=post, name=post, unit=unit, role=role, opened_on="2010-01-01")
        create(find("person"), system, login=post, name=post)
        create(find("holding"), system, post=post, person=post, starts_on="2015-01-01")


def context(post: str) -> Context:
    """Whoever holds the post, calling through the API."""
    return context_of_post(post, "api", day=DAY)


def caller(post: str, language: str = "en") -> Caller:
    """A program with a token for the post."""
    outcome, secret = issue(context(post), "test", post, clock.local_today() + timedelta(days=30))
    return Caller(secret if outcome.done else "", language)
