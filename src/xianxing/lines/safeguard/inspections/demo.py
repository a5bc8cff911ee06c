"""Invented checks with what they found, most of it put right; and two accidents."""

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from xianxing.kernel.context import Context
from xianxing.kernel.scene import Scene, enter, take

__all__ = ["scenes"]

OFFICER = "safety-officer"
BEGUN, LATELY, ENDED = date(2016, 1, 1), date(2017, 7, 20), date(2017, 9, 28)
SITES = ("东片化工园", "西片机械园", "物流园", "加油站片区", "在建安置房工地", "食品产业园")
FOUND = ("消防通道被占用", "配电箱未接地", "危化品未分类存放", "特种作业无证上岗", "应急照明失效", "临边防护缺失")


def scenes(scale: int, chance: random.Random) -> Iterable[Scene]:
    """Two accidents, and a check every month or so."""
    yield from _accidents()
    for place in range(24 * scale):
        yield from _check(place, chance)


def _accidents() -> Iterator[Scene]:
    """One is investigated and decided; the other, reported late, is under investigation."""
    kept: list[int] = []

    def record(context: Context, **fields: Any) -> None:
        kept.extend(enter("accident", context, [fields]))

    def first(to: str, tag: str, **fields: Any) -> Callable[[Context], None]:
        return lambda context: take("accident", context, to, kept[:1], tag, **fields)

    yield Scene(date(2017, 3, 14), OFFICER, partial(
        record, name="（演示）厂房屋面作业高处坠落", occurred_at="2017-03-14 08:20", reported_at="2017-03-14 08:55",
        passed_at="2017-03-14 09:30", deaths=1, injured=0, loss=120, place="town-east"))  # fmt: skip
    yield Scene(date(2017, 5, 9), OFFICER,
                first("conclude", "investigation_report", causes="未系安全绳，现场无监护。"))  # fmt: skip
    yield Scene(date(2017, 5, 19), "safety-head", first("reply", "reply", answer="同意调查报告，依法处罚。"))
    yield Scene(date(2017, 9, 12), OFFICER, partial(
        record, name="（演示）叉车碰撞", occurred_at="2017-09-12 06:10", reported_at="2017-09-12 07:25",
        passed_at="2017-09-12 08:30", deaths=1, injured=1, loss=85, place="town-west"))  # fmt: skip


def _check(place: int, chance: random.Random) -> Iterator[Scene]:
    """A check with two findings, which are ordered, reported and re-checked; some are late, a few are major."""
    day = BEGUN + timedelta(days=20 + int((ENDED - BEGUN).days * ((place % 24) + chance.random()) / 24))
    day = min(day, date(2017, 9, 25))
    late, kept, site = place % 3 == 2 and day > LATELY, list[int](), SITES[place % len(SITES)]

    def look(context: Context) -> None:
        (check,) = enter("inspection", context, [{
            "name": f"{site}安全检查", "line": "safety", "place": ("town-east", "town-west")[place % 2],
            "checked_on": day, "checkers": "演示检查组", "result": "发现问题，责令整改。",
        }])  # fmt: skip
        hazards = ("major" if place % 8 == 7 else "general", "general")
        found = {"inspection": f"#{check}", "basis": "安全生产法"}
        rows = [{**found, "hazard": hazard, "name": f"{site}：{chance.choice(FOUND)}"} for hazard in hazards]
        kept.extend(enter("finding", context, rows))

    def move(to: str, *tags: str, **fields: Any) -> Callable[[Context], None]:
        return lambda context: take("finding", context, to, kept, *tags, **fields)

    plan = {
        "measures": "停用并限期更换，专人看护。", "person": "企业安全负责人", "funds": 3,
        "emergency": "设警戒区，撤人停机。", "deadline": day + timedelta(days=15),
    }  # fmt: skip
    steps = (
        (0, look), (2, move("order", **plan)), (13, move("report")), (19, move("close", "photo", outcome="passed")),
    )  # fmt: skip
    for after, play in steps[:2] if late else steps:
        if day + timedelta(days=after) <= ENDED:
            yield Scene(day + timedelta(days=after), OFFICER, play)
