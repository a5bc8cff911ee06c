"""The invented courses of invented projects: what happens to each, and on which day. Pure and seeded."""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from stdnum.cn import uscc

from xianxing.kernel.places.demo import somewhere

__all__ = ["Event", "Story", "stories"]

FIRST_LEAD, TURNS = date(2015, 3, 2), date(2017, 9, 25)
INDUSTRIES = ("new_energy", "equipment", "health", "electronics", "agrifood", "services")
BRINGS = ("project,funds", "project,funds,technology", "project,technology,talent", "project,funds,ideas",
          "project,funds,models", "project,funds,technology,talent")  # fmt: skip
SOURCES = ("visit", "investor", "agency", "event", "referral", "superior")
SOLVERS = ("construction-head", "land-head", "safety-head", "enterprise-service-head", "finance-head")
# The bureau that leads each industry in the programme (1.3.1 to 1.3.6).
BUREAUX = {
    "new_energy": "invest1",
    "equipment": "invest1",
    "health": "invest2",
    "electronics": "invest2",
    "agrifood": "invest3",
    "services": "invest3",
}
MILESTONES = (
    ("主体工程开工", "started"),
    ("主体结构封顶", ""),
    ("竣工验收", "completed"),
    ("投产", "in_production"),
)


@dataclass(frozen=True)
class Event:
    """Something that happens to a project: the day, the step, and what is entered."""

    day: date
    step: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Story:
    """One invented project. ``case`` is its id once the lead is recorded."""

    number: int
    officer: str
    bureau: str
    name: str
    company: Mapping[str, Any]
    events: list[Event]
    case: int = 0
    milestones: dict[str, int] = field(default_factory=dict)
    problems: list[int] = field(default_factory=list)


class Calendar:
    """Turns a day into the next worked one."""

    def __init__(self, works: Callable[[date], bool]) -> None:
        self._works = works

    def on(self, day: date) -> date:
        while not self._works(day):
            day += timedelta(days=1)
        return day


def stories(
    number: int, seed: int, until: date, works: Callable[[date], bool], words: Mapping[str, Any]
) -> Iterator[Story]:
    """``number`` invented projects whose leads came in between 2015-03 and the end of September 2017."""
    chance = random.Random(seed)
    calendar = Calendar(works)
    days = (min(until, TURNS) - FIRST_LEAD).days
    for place in range(number):
        # More leads in recent months than in early ones, and each month has some.
        lead = FIRST_LEAD + timedelta(days=int(days * chance.random() ** 0.8))
        yield _story(place, calendar.on(lead), until, calendar, words, chance)


def _story(
    place: int, lead: date, until: date, calendar: Calendar, words: Mapping[str, Any], chance: random.Random
) -> Story:
    industry = INDUSTRIES[place % len(INDUSTRIES)]
    trade = words["industries"][industry]
    which = chance.randrange(len(trade["things"]))
    brand = _brand(place, words)
    investor = (
        f"{words['firm_place'][place % len(words['firm_place'])]}{brand}{trade['firm']}{words['firm_form'][place % 3]}"
    )
    bureau = BUREAUX[industry]
    million = chance.choice((10_000, 12_000, 15_000, 18_000, 22_000, 30_000, 36_000, 52_000, 80_000, 120_000))
    name = f"{brand}{trade['things'][which]}项目"
    story = Story(place, f"{bureau}-officer{1 + place // 6 % 2}", bureau, name, {}, [])
    site = f"{chance.choice(words['towns'])}{chance.choice(words['streets'])}"
    facts = {
        "name": name,
        "name_en": f"Invented project {place + 1}: {trade['en'][which]}",
        "investor": investor,
        "industry": industry,
        "source": chance.choice(SOURCES),
        "summary": f"演示数据：年产{trade['things'][which]}若干，分两期建设。",
    }
    story.company = {
        "code": _credit_code(place),
        "name": f"{brand}（德州）{trade['firm']}有限公司",
        "capital": million // 10,
        "address": site,
    }
    story.events = [e for e in _course(facts, million, site, lead, calendar, words, chance) if e.day <= until]
    return story


def _brand(place: int, words: Mapping[str, Any]) -> str:
    """A brand no other project has: one word, then pairs of words, then numbered pairs."""
    first = words["firm_first"]
    if place < len(first):
        return str(first[place])
    place -= len(first)
    pair = f"{first[place % len(first)]}{first[place // len(first) % len(first)]}"
    turn = place // len(first) ** 2
    return pair if not turn else f"{pair}{turn + 1}号"


def _credit_code(place: int) -> str:
    """A well-formed code in the region number 999900, which is not assigned to any place."""
    body = f"91999900MA{place:07d}"
    return body + str(uscc.calc_check_digit(body))


def _course(
    facts: Mapping[str, Any], million: int, site: str, lead: date, calendar: Calendar, words: Mapping[str, Any],
    chance: random.Random,
) -> Iterator[Event]:  # fmt: skip
    """What happens, step by step, as far as this project gets; days after the demo's own day are cut off later."""

    def later(day: date, low: int, high: int) -> date:
        return calendar.on(day + timedelta(days=chance.randint(low, high)))

    yield Event(lead, "lead", facts)
    yield Event(lead, "contact", {"person": _person(words, chance), "position": "投资总监", "phone": "13000000000"})
    responded = later(lead, 0, 1) if chance.random() < 0.9 else later(lead, 2, 4)
    yield Event(responded, "respond", {"responded_on": responded})
    judged = later(responded, 0, 3)
    yield Event(judged, "judge", {"judged_on": judged})
    if chance.random() < 0.12:
        yield Event(later(judged, 10, 60), "abandoned", {"reason": chance.choice(words["lost_reasons"])})
        return
    talks = later(judged, 3, 25)
    terms = {"investment": million, "fixed_investment": int(million * 0.7), "brings": chance.choice(BRINGS)}
    yield Event(talks, "negotiate", terms)
    signed = later(talks, 30, 120)
    yield from _reports(talks, signed, calendar)
    if chance.random() < 0.12:
        yield Event(signed, "lost", {"reason": chance.choice(words["lost_reasons"])})
        return
    yield Event(signed, "evidence", {"tags": ("contract",)})
    yield Event(signed, "sign", {"contracted": int(million * chance.choice((0.8, 0.9, 1.0)))})
    yield from _build(million, site, signed, later, words, chance)


def _reports(since: date, until: date, calendar: Calendar) -> Iterator[Event]:
    day = calendar.on(since + timedelta(days=12))
    while day < until:
        yield Event(day, "report", {"reported_on": day, "done": "与投资方沟通用地与政策条款", "next": "完善协议文本"})
        day = calendar.on(day + timedelta(days=12))


def _build(
    million: int, site: str, signed: date, later: Callable[[date, int, int], date], words: Mapping[str, Any],
    chance: random.Random,
) -> Iterator[Event]:  # fmt: skip
    land = max(10, million // 400)
    landed = later(signed, 20, 85)
    yield Event(landed, "company")
    yield Event(landed, "evidence", {"tags": ("business_licence",)})
    site_facts = {
        "place": site,
        "location": somewhere(random.Random(f"{site} {signed} {million}")),
        "land": land,
        "expected_tax": land * chance.choice((30, 35, 42)),
        "plot_ratio": chance.choice(("1.0", "1.2", "1.5")),
        "coverage": chance.choice((40, 45, 50)),
    }
    yield Event(landed, "land", site_facts)
    if chance.random() < 0.06:
        yield Event(later(landed, 40, 120), "terminated", {"reason": chance.choice(words["lost_reasons"])})
        return
    started = later(landed, 40, 175)
    topped = later(started, 90, 160)
    completed = later(topped, 60, 140)
    produced = later(completed, 20, 70)
    yield Event(landed, "plan", {"days": _planned((started, topped, completed, produced), landed, chance)})
    shares = (0.15, 0.25, 0.3, 0.3)
    for part, day in zip(shares, (landed, started, topped, completed), strict=True):
        paid = later(day, 1, 20)
        yield Event(
            paid, "arrive", {"arrived_on": paid, "amount": int(million * part), "voucher": f"演示凭证-{paid:%Y%m%d}"}
        )
    proofs = ("tax_registration", "fixed_assets", "main_works", "construction_permit")
    yield Event(started, "evidence", {"tags": proofs})
    yield Event(started, "start", {"fixed_assets": max(1000, int(million * 0.12))})
    yield Event(started, "reached", {"milestone": "主体工程开工"})
    yield from _problems(started, later, words, chance)
    if chance.random() < 0.1:
        yield Event(later(started, 30, 100), "delayed", {"reason": chance.choice(words["delay_reasons"])})
    yield Event(topped, "reached", {"milestone": "主体结构封顶"})
    yield Event(completed, "evidence", {"tags": ("acceptance",)})
    yield Event(completed, "complete")
    yield Event(completed, "reached", {"milestone": "竣工验收"})
    yield Event(produced, "evidence", {"tags": ("production",)})
    yield Event(produced, "produce", {"output_designed": million * 2})
    yield Event(produced, "reached", {"milestone": "投产"})
    full = later(produced, 120, 260)
    yield Event(full, "evidence", {"tags": ("capacity",)})
    yield Event(full, "reach_capacity", {"output": int(million * 1.8)})


def _planned(days: tuple[date, ...], since: date, chance: random.Random) -> list[tuple[str, str, date, date]]:
    """Milestones as planned when the project landed: mostly what came true, sometimes too hopeful."""
    planned, last = [], since
    for (name, stage), day in zip(MILESTONES, days, strict=True):
        hoped = day - timedelta(days=chance.choice((-20, -10, -5, 0, 0, 7, 18, 45)))
        planned.append((name, stage, last, max(hoped, last + timedelta(days=1))))
        last = planned[-1][3]
    return planned


def _problems(
    since: date, later: Callable[[date, int, int], date], words: Mapping[str, Any], chance: random.Random
) -> Iterator[Event]:
    if chance.random() < 0.4:
        problem = chance.choice(words["problems"])
        raised = later(since, 5, 60)
        due = later(raised, 12, 20)
        solver = chance.choice(SOLVERS)
        yield Event(raised, "problem", {"what": problem["zh"], "raised_on": raised, "assigned": solver, "due_on": due})
        solved = later(raised, 6, 30)
        yield Event(solved, "solve", {"solved_on": solved, "answer": problem["answer"], "by": solver})


def _person(words: Mapping[str, Any], chance: random.Random) -> str:
    return str(chance.choice(words["surnames"]) + chance.choice(words["given"]))
