"""The demo zone's organisation: invented units, posts and people, set up through actions."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.kernel.units.models import Zone

__all__ = ["DATA", "DEMO_DAY", "ENTRIES", "data", "set_up"]

DATA = Path(__file__).parent / "data"
DEMO_DAY = date(2017, 9, 29)

# The posts one enters with one click in the demo, in the order of the log-in page.
ENTRIES = (
    "zone-leader",
    "supervision-officer",
    "invest1-officer1",
    "invest1-pm",
    "sys-admin",
    "sec-admin",
    "audit-admin",
)


def data(name: str) -> Any:
    """One of the demo's YAML files."""
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


def set_up(seed: int) -> None:
    """Create the zone, its units, its posts and an invented holder for each post."""
    organisation = data("units.yaml")
    opened: date = organisation["opened_on"]
    root = organisation["units"][0]
    Zone.objects.create(name=root["zh"], name_en=root["en"], business_date=DEMO_DAY, born_as_demo=True)
    context = Context.system(opened, "demo", "建立演示园区")
    for generation in _generations(organisation["units"]):
        act(find("unit"), context, [Change("create", fields=_unit(unit, opened)) for unit in generation]).must()
    posts = [(post, unit) for unit in organisation["units"] for post in unit["posts"]]
    fields = [
        {
            "code": post["code"],
            "name": post["zh"],
            "name_en": post["en"],
            "unit": unit["code"],
            "role": post["role"],
            "opened_on": opened,
        }
        for post, unit in posts
    ]
    act(find("post"), context, [Change("create", fields=values) for values in fields]).must()
    _people(context, [post["code"] for post, _unit in posts], opened, random.Random(seed))


def _generations(units: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Units in batches, superiors before their subordinates."""
    known: set[str | None] = {None}
    batches = []
    waiting = units
    while waiting:
        ready = [unit for unit in waiting if unit.get("parent") in known]
        batches.append(ready)
        known |= {unit["code"] for unit in ready}
        waiting = [unit for unit in waiting if unit not in ready]
    return batches


def _unit(unit: Mapping[str, Any], opened: date) -> dict[str, Any]:
    return {
        "code": unit["code"],
        "name": unit["zh"],
        "name_en": unit["en"],
        "kind": unit["kind"],
        "parent": unit.get("parent"),
        "opened_on": opened,
    }


def _people(context: Context, posts: list[str], opened: date, chance: random.Random) -> None:
    names = data("names.yaml")
    drawn: set[tuple[int, int]] = set()
    people = []
    for post in posts:
        pair = _draw(names, drawn, chance)
        people.append(
            {
                "login": post,
                "name": names["surnames"][pair[0]] + names["given"][pair[1]],
                "name_en": f"{names['given_en'][pair[1]]} {names['surnames_en'][pair[0]]}",
            }
        )
    act(find("person"), context, [Change("create", fields=person) for person in people]).must()
    starts = opened + timedelta(days=1)
    holdings = [{"post": post, "person": person["login"], "starts_on": starts} for post, person in zip(posts, people)]
    act(find("holding"), context, [Change("create", fields=holding) for holding in holdings]).must()


def _draw(names: Mapping[str, Any], drawn: set[tuple[int, int]], chance: random.Random) -> tuple[int, int]:
    """A name nobody in the zone bears yet."""
    while True:
        pair = (chance.randrange(len(names["surnames"])), chance.randrange(len(names["given"])))
        if pair not in drawn:
            drawn.add(pair)
            return pair
