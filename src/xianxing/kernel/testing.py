"""A small zone for tests: units, posts and a person in each, whom a test asks for by post and day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from xianxing.kernel.actions.act import create
from xianxing.kernel.context import Context
from xianxing.kernel.kinds.identifiers import check_character
from xianxing.kernel.register import find
from xianxing.kernel.seeds import sow
from xianxing.kernel.units.seats import context_of_post

__all__ = ["Seated", "credit_code", "staff"]

OPENED = "2010-01-01"


@dataclass
class Seated:
    """Contexts by post: ``zone.officer`` is whoever holds the post on the zone's day."""

    posts: Mapping[str, tuple[str, str]]
    day: date

    def __getattr__(self, post: str) -> Context:
        if post.startswith("_") or post in {"posts", "day"}:  # asked for before they are set, as by a copy
            raise AttributeError(post)
        return self.on(post, self.day)

    def on(self, post: str, day: date) -> Context:
        """Whoever holds the post, on a day."""
        if post not in self.posts:
            raise AttributeError(post)
        return context_of_post(post, "page", day=day)


def staff(
    day: date,
    units: Mapping[str, str],
    posts: Mapping[str, tuple[str, str]],
    *,
    names: Mapping[str, str] | None = None,
    holders: Mapping[str, str] | None = None,
) -> None:
    """Units (code to the one above), posts (code to role and unit) and who holds them; then what every app sows.

    Units are called by their codes unless named; ``holders`` seats somebody in another's post too, by login.
    """
    system, held = Context.system(day), dict(holders or {})
    for code, above in units.items():
        called = (names or {}).get(code, code)
        create(find("unit"), system, code=code, name=called, kind="department", opened_on=OPENED, parent=above)
    for code, (role, unit) in posts.items():
        create(find("post"), system, code=code, name=code, unit=unit, role=role, opened_on=OPENED)
    for code in posts:
        if code not in held:
            create(find("person"), system, login=code, name=f"人{code}")
    for code in posts:
        create(find("holding"), system, post=code, person=held.get(code, code), starts_on=OPENED)
    sow(system)


def credit_code(number: int) -> str:
    """A well-formed unified social credit code (GB 32100-2015) from a number."""
    body = f"91371499MT{number:07d}"
    return body + check_character(body)
