"""Invented matters of 2017: most done in time, some late, one returned, one sent back, some overdue with slips."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from xianxing.kernel.context import Context
from xianxing.kernel.scene import Scene, enter, take

__all__ = ["scenes"]

SUPERVISOR, LEADER = "supervision-officer", "zone-leader"
BEGUN, LAST = date(2017, 6, 5), date(2017, 9, 29)
# Where it comes from, kind, what is asked, what counts as done, which post does it.
MATTERS = (
    ("meeting", "minutes", "梳理在建项目施工许可办理堵点", "逐项列出堵点、责任单位和办结日期", "construction-pm"),
    ("instruction", "urgent", "核查园区道路积水点", "查明原因并提出整治办法", "construction-head"),
    ("visit", "ordinary", "协调企业用电增容", "供电方案答复到企业", "economy-service"),
    ("plan", "dated", "完成第三季度招商项目评审", "评审结果报管委会", "invest1-head"),
    ("document", "document", "报送土地节约集约利用情况", "按要求的表式报送", "land-officer"),
    ("meeting", "hard", "安置房周边配套方案", "方案经主任办公会研究", "demolition-officer"),
    ("instruction", "ordinary", "梳理重点企业融资需求", "需求清单与银行对接", "finance-officer"),
    ("visit", "ordinary", "规范加油站片区安全距离标识", "标识完成并验收", "safety-officer"),
)


@dataclass
class Story:
    """One invented matter; ``days`` until it is reported done (none: still open), ``id`` once it is entered."""

    number: int
    matter: tuple[str, str, str, str, str]
    begun: date
    days: int | None
    id: int = 0


def scenes(scale: int, chance: random.Random) -> Iterator[Scene]:
    """A matter or two a week from June; three are open past their limit, two are on their way."""
    for number in range(24 * scale):
        begun = BEGUN + timedelta(days=int((LAST - BEGUN).days * (number % 24) / 24))
        begun -= timedelta(days=max(0, begun.weekday() - 4))
        days = None if number % 24 in {17, 20, 21, 22, 23} else chance.choice((4, 8, 12, 14, 18, 26))
        yield from _course(Story(number, MATTERS[number % len(MATTERS)], begun, days))


def _course(story: Story) -> Iterator[Scene]:
    source, kind, name, demanded, post = story.matter
    given = {
        "name": f"（演示）{name}", "demanded": demanded, "source": source, "kind": kind, "handler": post,
        "origin": f"（演示）第{story.number % 24 + 1}号",
    } | ({"finish_by": story.begun + timedelta(days=20)} if kind == "dated" else {})  # fmt: skip
    yield Scene(story.begun, SUPERVISOR, partial(_set_up, story, given))
    if story.number % 24 == 23:
        return
    yield Scene(story.begun, post, partial(_move, story, "accept"))
    told = story.begun + timedelta(days=3)
    if told <= LAST:
        yield Scene(told, post, partial(_report, story))
    if story.days is None:
        if story.number % 24 == 20:
            yield Scene(date(2017, 9, 27), LEADER, partial(_ask, story))
        return
    done, closed = story.begun + timedelta(days=story.days), story.begun + timedelta(days=story.days + 3)
    if closed > LAST:
        return
    yield Scene(done, post, partial(_done, story))
    if story.number % 24 == 5:
        yield Scene(done, SUPERVISOR, partial(_back, story))
        yield Scene(closed, post, partial(_done, story))
    yield Scene(closed, SUPERVISOR, partial(_close, story))


def _set_up(story: Story, given: dict[str, Any], context: Context) -> None:
    (story.id,) = enter("matter", context, [given])
    take("matter", context, "assign", [story.id])


def _move(story: Story, to: str, context: Context) -> None:
    take("matter", context, to, [story.id])


def _report(story: Story, context: Context) -> None:
    behind = story.days is None and story.number % 2 == 1
    progress = "因资料不全，进度滞后" if behind else "已开展，按计划推进"
    enter("matter-report", context, [
        {"matter": f"#{story.id}", "told_on": context.business_date, "progress": progress, "behind": behind},
    ])  # fmt: skip


def _ask(story: Story, context: Context) -> None:
    enter("matter-word", context, [{"matter": f"#{story.id}", "says": "ask", "text": "卡在哪一步，还需要谁配合？"}])


def _done(story: Story, context: Context) -> None:
    take("matter", context, "report", [story.id], "outcome", outcome="已按要求落实，情况见附件。")


def _back(story: Story, context: Context) -> None:
    take("matter", context.because("未附现场照片"), "send_back", [story.id])


def _close(story: Story, context: Context) -> None:
    take("matter", context, "close", [story.id], verdict="done", checked="现场核查，与反馈一致。")
