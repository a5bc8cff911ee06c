"""Invented visits and problems of 2017: most in time, some overdue, one sent back, one reopened one level up."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from xianxing.kernel.actions.act import one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.calendar.workdays import WorkingDays
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.kernel.scene import Scene, change, enter, seen, take
from xianxing.lines.upgrade.visits.conduct import demanded

__all__ = ["scenes"]

OFFICER, FIRMS = "enterprise-service-officer", ("enterprise-contact1", "enterprise-contact2")
LAST = date(2017, 9, 29)
ROUNDS = tuple(date(2017, 3, 7) + timedelta(days=14 * n) for n in range(15))
NEVER = (45, 50)  # not answered to this day
BEHIND = 3  # key enterprises that nobody visited since July
# What is asked, which post answers it, what is answered.
MATTERS = (
    ("energy", "用电容量不足，二期设备不能投用", "economy-service", "供电部门已增容，现场送电"),
    ("land", "扩建用地红线内有未迁管线", "land-officer", "管线已迁改，红线重新确认"),
    ("finance", "流动资金贷款到期，续贷困难", "finance-officer", "银行已出具无还本续贷意见"),
    ("labour", "夜班操作工缺口四十人", "economy-pm", "专场招聘会签约三十六人"),
    ("roads", "厂门前道路破损，货车通行受阻", "construction-service", "路面已修补并划线"),
    ("approval", "消防验收整改项认定不一致", "safety-officer", "现场会商，整改清单已统一"),
    ("policy", "技改补助资料被退回两次", "economy-service", "资料一次性补正，已受理"),
    ("environment", "排污口在线监测数据异常", "safety-officer", "设备校准，数据恢复正常"),
)


@dataclass
class Story:
    """One invented problem: what, by whom it is answered, when each step is taken; ``id`` once it is entered."""

    number: int
    firm: int
    matter: tuple[str, str, str, str]
    source: str
    raised: date
    answered: date
    rating: str
    returned: bool = False
    reopened: bool = False
    id: int = 0


def scenes(scale: int, chance: random.Random) -> Iterator[Scene]:
    """Every second week: visits to the key enterprises in turn, and the problems that came in."""
    days = WorkingDays.load()
    for n, day in enumerate(ROUNDS):
        yield from _visits(n, day, days, scale)
    stories = _stories(scale, chance, days)
    for day in sorted({story.raised for story in stories}):
        yield from _course([story for story in stories if story.raised == day], day, days)


def _key(context: Context) -> list[int]:
    """The key enterprises, as the officer sees them."""
    return list(seen("enterprise", context, key=True).order_by("code").values_list("pk", flat=True))


def _visits(n: int, day: date, days: WorkingDays, scale: int) -> Iterator[Scene]:
    """A round: five to six planned, made on the day, closed two working days later. The last round is only planned."""
    made: list[int] = []
    closes = days.after(day, 2)
    yield Scene(day - timedelta(days=5), OFFICER, partial(_plan, n, day, made, scale))
    if n == len(ROUNDS) - 1:
        yield Scene(day - timedelta(days=4), OFFICER, partial(_cancel, made))
    if day <= LAST and n < len(ROUNDS) - 1:
        yield Scene(day, OFFICER, partial(_visit, made))
    if closes <= LAST and n < len(ROUNDS) - 2:
        yield Scene(closes, OFFICER, partial(_close, made))


def _plan(n: int, day: date, made: list[int], scale: int, context: Context) -> None:
    firms = _key(context)
    half = len(firms) // 2
    chosen = firms[:half] if n % 2 == 0 else firms[half:]
    chosen = chosen[: len(chosen) - BEHIND] if n > 8 and n % 2 else chosen
    made += enter("visit", context, [{"enterprise": f"#{pk}", "planned_on": day} for pk in chosen * scale])


def _visit(made: list[int], context: Context) -> None:
    record = "介绍惠企政策，了解生产经营；记录诉求，当场说明办理去向。（演示）"
    take("visit", context, "visit", made, met="总经理、办公室主任", record=record)


def _close(made: list[int], context: Context) -> None:
    take("visit", context, "close", made, conduct=",".join(item.code for item in demanded(context.business_date)))


def _cancel(made: list[int], context: Context) -> None:
    """One of the planned visits falls away."""
    ended = Change("status", made[0], to="cancelled")
    one(find("visit"), context.because("企业停产检修，改为电话走访"), ended).must()


def _stories(scale: int, chance: random.Random, days: WorkingDays) -> list[Story]:
    """Four problems a round; most answered in time, the slow ones after the limit of ten working days."""
    found: list[Story] = []
    for n, start in enumerate(ROUNDS):
        raised = next(day for day in (start + timedelta(days=k) for k in range(9)) if days.works(day))
        for place in range(4 * scale):
            number = len(found)
            slow = number % 9 == 4
            took = 40 if number in NEVER else chance.randrange(11, 16) if slow else chance.randrange(6, 9)
            rating = "dissatisfied" if number in {10, 34} else "basically" if number % 4 == 3 else "satisfied"
            source = "enterprise" if place == 3 and n % 2 else "hotline" if place % 2 else "visit"
            matter = MATTERS[number % len(MATTERS)]
            found.append(
                Story(number, place + n, matter, source, raised, days.after(raised, took), rating,
                      returned=number == 17, reopened=number == 34)
            )  # fmt: skip
    return found


def _course(stories: Sequence[Story], day: date, days: WorkingDays) -> Iterator[Scene]:
    """The problems raised on one day: each step of the service bureau is one batch, each answer one of its post."""
    steps: list[Scene] = [Scene(day, OFFICER, partial(_enter, [s for s in stories if s.source != "enterprise"]))]
    own = [story for story in stories if story.source == "enterprise"]
    steps += [Scene(day, FIRMS[k % 2], partial(_enter, own[k::2])) for k in range(2) if own[k::2]]
    accepted, assigned, replied = (days.after(day, n) for n in (1, 2, 3))
    steps.append(Scene(accepted, OFFICER, partial(_move, "accept", stories, lambda _s: {})))
    steps.append(Scene(assigned, OFFICER, partial(_move, "assign", stories, lambda s: {"handler": s.matter[2]})))
    steps.append(Scene(replied, OFFICER, partial(_reply, stories)))
    for story in stories:
        steps += _answer(story, days)
    for finished in sorted({story.answered for story in stories}):
        those = [story for story in stories if story.answered == finished]
        rates, closes = days.after(finished, 2), days.after(finished, 3)
        steps.append(Scene(rates, OFFICER, partial(_move, "rate", those, lambda s: {"rating": s.rating})))
        steps.append(
            Scene(closes, OFFICER, partial(_move, "close", [s for s in those if s.rating != "dissatisfied"], None))
        )
        steps += [Scene(closes, OFFICER, partial(_reopen, [s])) for s in those if s.reopened]
    yield from (scene for scene in steps if scene.day <= LAST)


def _answer(story: Story, days: WorkingDays) -> Iterator[Scene]:
    """The handling post answers; one sends the problem back first, because it is not its own."""
    if story.returned:
        back = days.after(story.raised, 3)
        yield Scene(back, story.matter[2], partial(_return, [story]))
        again = partial(_move, "assign", [story], lambda s: {"handler": s.matter[2]})
        yield Scene(days.after(back, 1), OFFICER, again)
    fields = {"answer": story.matter[3], "solved": "no" if story.rating == "dissatisfied" else "yes"}
    yield Scene(story.answered, story.matter[2], partial(_move, "answer", [story], lambda _s: fields))


def _enter(stories: Sequence[Story], context: Context) -> None:
    """New problems. An enterprise enters its own; the officer those of visits and of the hotline."""
    own = seen("enterprise", context).order_by("code") if context.seat and context.seat.code in FIRMS else None
    firms = list(own.values_list("pk", flat=True)) if own is not None else _key(context)
    rows: list[Mapping[str, Any]] = [
        {"enterprise": f"#{firms[story.firm % len(firms)]}", "name": story.matter[1], "subject": story.matter[0]}
        | ({"source": story.source} if own is None else {})
        for story in stories
    ]
    for story, pk in zip(stories, enter("problem", context, rows)):
        story.id = pk


def _move(
    to: str, stories: Sequence[Story], fields: Callable[[Story], Mapping[str, Any]] | None, context: Context
) -> None:
    each = {story.id: fields(story) for story in stories} if fields else None
    take("problem", context, to, [story.id for story in stories], each=each)


def _reply(stories: Sequence[Story], context: Context) -> None:
    change("problem", context, {story.id: {"replied_on": context.business_date} for story in stories})


def _return(stories: Sequence[Story], context: Context) -> None:
    _move("return", stories, None, context.because("不属本单位职责，请改派"))


def _reopen(stories: Sequence[Story], context: Context) -> None:
    _move("reopen", stories, None, context.because("企业回访不满意，提级办理"))
