"""Invented petitions of 2017: most settled in time, some late, extended, reviewed, refused; and four complaints."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import attach
from xianxing.kernel.register import find
from xianxing.kernel.scene import Scene

__all__ = ["scenes"]

OFFICER, LAST = "petition-officer", date(2017, 9, 29)
ROUNDS = tuple(date(2017, 3, 6) + timedelta(days=21 * n) for n in range(10))
FILE = "%PDF-1.4\n% 演示：信访事项处理意见书\n".encode()
EAST, WEST, LAND, HOMES = "town-east-grid", "town-west-grid", "land-officer", "demolition-officer"
# Matter, what it concerns, who handles it, what is answered.
MATTERS = (
    ("（演示）安置过渡费未按月发放", "relocation", HOMES, "已核实并补发，今后按月发放。"),
    ("（演示）小区楼道漏雨无人维修", "building", EAST, "已督促物业维修，现场复核不再漏雨。"),
    ("（演示）工地夜间施工噪声扰民", "environment", WEST, "已责令夜间停工并公示施工时间。"),
    ("（演示）承包地被占未见补偿公示", "land", LAND, "已补充公示，补偿款拨付到户。"),
    ("（演示）拖欠务工人员工资", "labour", EAST, "已协调总包单位足额支付。"),
    ("（演示）村内道路积水难行", "services", WEST, "已疏通排水沟并铺设碎石。"),
)
COMPLAINTS = (
    ("（演示）反映拆迁工作人员态度粗暴", "demolition", EAST, 1),
    ("（演示）反映安置房分配不按签约顺序", "demolition", LAND, 4),
    ("（演示）反映用地审批推诿拖延", "land", WEST, 2),
    ("（演示）反映征地补偿款去向不明", "land", HOMES, 6),
)


@dataclass
class Story:
    """One invented petition: what, who handles it, what becomes of it; ``id`` once it is registered."""

    number: int
    fields: Mapping[str, Any]
    handler: str
    answer: str
    end: str = "closed"  # closed, late, extended, review, refused, open
    id: int = 0


def scenes(scale: int, chance: random.Random) -> Iterator[Scene]:
    """Every third week a round of petitions comes in and goes its way together."""
    number, past = 0, list[Story]()
    for place, day in enumerate(ROUNDS):
        stories = []
        for _each in range(4 * scale):
            number += 1
            stories.append(_request(number, chance))
        if place in {5, 7, 8}:
            stories[0].fields = {**stories[0].fields, "earlier": past[place]}
        stories += [_complaint(number, *rest) for *rest, when in COMPLAINTS if when == place]
        yield from _course(stories, day, chance)
        past += [story for story in stories if "against" not in story.fields]


def _request(number: int, chance: random.Random) -> Story:
    name, subject, handler, answer = MATTERS[number % len(MATTERS)]
    ends = ("late", "extended", "review", "refused", "open")
    end = ends[(number // 7 - 1) % len(ends)] if number % 7 == 0 else "closed"
    fields = {
        "name": name, "subject": subject, "channel": chance.choice(("letter", "visit", "online", "phone")),
        "person": f"演示信访人{number:03d}", "phone": f"1390000{number:04d}", "detail": f"{name}，请求依法处理。",
        "withheld": number % 5 == 0, "key": number % 11 == 0, "backlog": number % 13 == 0,
        "people": 6 if number % 9 == 0 else 1, "kind": "proposal" if number % 12 == 0 else "request",
    }  # fmt: skip
    return Story(
        number, fields | ({"leader": "safeguard-line-leader"} if number % 11 == 0 else {}), handler, answer, end
    )


def _complaint(number: int, name: str, against: str, handler: str) -> Story:
    fields = {
        "name": name, "kind": "complaint", "subject": "conduct", "against": against, "withheld": True,
        "person": f"演示举报人{number:03d}", "channel": "letter", "detail": f"{name}，请调查处理。",
    }  # fmt: skip
    return Story(number, fields, handler, "经调查核实，已作出处理并书面答复。")


def _course(stories: Sequence[Story], day: date, chance: random.Random) -> Iterator[Scene]:
    """Registered, transferred, accepted, handled, answered, closed; as far as the demo's day has come."""
    live = [s for s in stories if s.end != "refused"]
    done = [s for s in live if s.end not in {"late", "open"}]
    late = [s for s in live if s.end == "late"]
    steps: list[Scene | None] = [_on(day, 0, OFFICER, partial(_register, stories))]
    steps.append(_on(day, 4, OFFICER, partial(_move, "transfer", stories, lambda s: {"handler": s.handler})))
    steps += _by_handler(day, 9, "accept", live, None)
    steps.append(_on(day, 9, OFFICER, partial(_refuse, [s for s in stories if s.end == "refused"])))
    steps.append(_on(day, 30, "zone-leader", partial(_extend, [s for s in live if s.end == "extended"])))
    for after, some in ((38, done), (72, late)):
        steps += _by_handler(day, after, "settle", some, lambda s: {"answer": s.answer, "resolved": _result(s)})
        steps.append(_on(day, after + 3, OFFICER, partial(_reply, some)))
    ratings = {s.number: chance.choice(("satisfied", "satisfied", "basically", "dissatisfied")) for s in done}
    steps.append(_on(day, 45, OFFICER, partial(_edit, done, lambda s: {"rating": ratings[s.number]})))
    steps.append(_on(day, 60, OFFICER, partial(_move, "ask_review", [s for s in done if s.end == "review"], None)))
    closed = [s for s in done if s.end in {"closed", "extended"}]
    steps.append(_on(day, 73, OFFICER, partial(_move, "close", closed, None)))
    yield from sorted((step for step in steps if step), key=lambda step: step.day)


def _on(day: date, after: int, post: str, play: Callable[[Context], None]) -> Scene | None:
    on = day + timedelta(days=after)
    return Scene(on, post, play) if on <= LAST else None


def _by_handler(day: date, after: int, to: str, stories: Sequence[Story], fields: Any) -> list[Scene | None]:
    posts = dict.fromkeys(story.handler for story in stories)
    return [_on(day, after, p, partial(_move, to, [s for s in stories if s.handler == p], fields)) for p in posts]


def _result(story: Story) -> str:
    return "partly" if story.number % 8 == 3 else "yes"


def _register(stories: Sequence[Story], context: Context) -> None:
    rows = [{n: f"#{v.id}" if isinstance(v, Story) else v for n, v in story.fields.items()} for story in stories]
    for story, pk in zip(stories, _act(context, [Change("create", fields=row) for row in rows]), strict=True):
        story.id = pk


def _move(to: str, stories: Sequence[Story], fields: Callable[[Story], Any] | None, context: Context) -> None:
    given = fields or (lambda _story: {})
    _act(context, [Change("move", story.id, fields=given(story), to=to) for story in stories])


def _edit(stories: Sequence[Story], fields: Callable[[Story], Any], context: Context) -> None:
    _act(context, [Change("edit", story.id, fields=fields(story)) for story in stories])


def _extend(stories: Sequence[Story], context: Context) -> None:
    _move("extend", stories, None, context.because("情况复杂，同意延长30日"))


def _refuse(stories: Sequence[Story], context: Context) -> None:
    _act(
        context.because("应当通过诉讼途径解决，不予受理并告知"), [Change("status", s.id, to="refused") for s in stories]
    )


def _reply(stories: Sequence[Story], context: Context) -> None:
    if stories:
        attach(find("petition"), context, [(s.id, "opinion", "处理意见书（演示）.pdf", FILE) for s in stories]).must()
    _move("reply", stories, None, context)


def _act(context: Context, changes: Sequence[Change]) -> tuple[int, ...]:
    return act(find("petition"), context, changes).must().records if changes else ()
