"""Six invented resettlement projects with their households, from one that nearly all have come back to, to one that is
still out for comment. The source counts six projects and names none of these."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

from xianxing.kernel.context import Context
from xianxing.kernel.kinds import Money
from xianxing.kernel.scene import Scene, enter, seen, take
from xianxing.lines.serve.resettlement.facts import ledger_sums
from xianxing.lines.serve.resettlement.follows import open_months
from xianxing.lines.serve.resettlement.models import DIFFERENCE

__all__ = ["scenes"]

OFFICER, HEAD, PAYER = "demolition-officer", "demolition-head", "finance-officer"
UNTIL, PROMISED = date(2017, 9, 29), date(2022, 5, 17)
SURNAMES, GIVEN = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗",
    ("大勇", "秀英", "建军", "玉兰", "志刚", "桂芳", "永胜", "淑珍"),
)
# The steps of a project: move, days after the start, evidence, what is entered.
STEPS: tuple[tuple[str, int, tuple[str, ...], Mapping[str, Any]], ...] = (
    ("freeze", 1, ("annual_plan", "freeze"), {}), ("survey", 15, ("survey",), {}), ("draft", 20, ("plan",), {}),
    ("consult", 52, ("comments",), {"asked": 100, "objectors": 12}), ("assess", 56, ("risk",), {"risk": "low"}),
    ("fund", 58, ("funds",), {"funds_needed": "30000", "funds_deposited": "30000"}),
    ("decide", 59, ("decision",), {}), ("announce", 61, ("announcement",), {}),
    ("appoint", 73, (), {"appraiser": "演示房地产评估公司", "chosen_by": "vote"}), ("open", 80, (), {}),
)  # fmt: skip
OPEN = 80


@dataclass
class Village:
    """One invented project. ``signs`` is the share of households that sign; the last four are days, where reached."""

    place: int
    name: str
    start: date
    households: int
    signs: float = 1.0
    track: str = "state"
    months: int = 24
    until: str = ""
    building: date | None = None
    built: date | None = None
    expected: date | None = None
    project: int = 0
    ids: list[int] = field(default_factory=list)

    def day(self, days: int) -> date:
        return self.start + timedelta(days=days)


def villages(scale: int) -> list[Village]:
    """The six."""
    return [
        Village(0, "演示甲村片区", date(2015, 1, 6), 30 * scale, months=18, building=date(2015, 8, 3),
                built=date(2017, 2, 20), expected=date(2017, 3, 1)),
        Village(1, "演示乙村片区", date(2015, 6, 8), 50 * scale, building=date(2016, 3, 14),
                expected=date(2018, 3, 31)),
        Village(2, "演示丙村片区", date(2016, 1, 11), 50 * scale, building=date(2016, 12, 5),
                expected=date(2018, 10, 31)),
        Village(3, "演示丁村片区", date(2016, 11, 7), 40 * scale, signs=0.92, expected=date(2019, 9, 30)),
        Village(4, "演示戊村片区", date(2017, 5, 22), 40 * scale, signs=0.55, track="collective",
                expected=date(2020, 6, 30)),
        Village(5, "演示己街片区", date(2017, 8, 1), 30 * scale, signs=0, until="consult", expected=date(2022, 9, 30)),
    ]  # fmt: skip


def scenes(scale: int, chance: random.Random) -> Iterable[Scene]:
    """What happens in the six, up to the day of the demo."""
    for village in villages(scale):
        yield from (scene for scene in _course(village, chance) if scene.day <= UNTIL)
    for year, month in ((y, m) for y in (2015, 2016, 2017) for m in (1, 4, 7, 9)):
        if date(2015, 6, 1) < (day := date(year, month, 8)) <= UNTIL:
            yield Scene(day, PAYER, _pay_allowances)


def _course(village: Village, chance: random.Random) -> Iterator[Scene]:
    yield Scene(village.start, OFFICER, partial(_open_project, village))
    yield Scene(village.day(15), OFFICER, partial(_survey, village, chance))
    for move, days, tags, fields in STEPS:
        if move == village.until:
            return
        given = dict(fields)
        if move == "draft":
            given = {"published_on": village.day(days)}
        if move == "open":
            given = {"posted_on": village.day(74), "signing_until": village.day(OPEN + 60)}
        yield Scene(village.day(days), OFFICER, partial(_step, village, move, tags, given))
    signing = int(village.households * village.signs)
    for number in range(4):
        which, signed = range(number, signing, 4), village.day(OPEN + 1 + number * 10)
        yield from _households(village, which, signed)
    if village.signs < 1 and village.day(OPEN + 75) <= UNTIL:
        yield from _decisions(village, signing)
    yield from _building(village, signing)


def _households(village: Village, which: Sequence[int], signed: date) -> Iterator[Scene]:
    """A batch signs, is paid, leaves; its houses come down."""

    def later(days: int) -> date:
        return signed + timedelta(days=days)

    yield Scene(signed, OFFICER, partial(_sign, village, which))
    yield Scene(later(7), PAYER, partial(_pay, village, which))
    for days, move, tags in ((8, "compensate", ()), (20, "vacate", ("vacating",)), (45, "demolish", ("deregistered",))):
        yield Scene(later(days), OFFICER, partial(_move, village, which, move, tags))
    yield Scene(later(50), OFFICER, partial(_move, village, [n for n in which if _cash(n)], "settle", ()))


def _decisions(village: Village, signing: int) -> Iterator[Scene]:
    """Who has not signed in time: some get a decision, one of them is taken to court."""
    left = range(signing, min(signing + 3, village.households))
    yield Scene(village.day(OPEN + 75), HEAD, partial(_move, village, left, "decide", ("ruling",), mode="cash"))
    reminded = village.day(OPEN + 90)
    yield Scene(
        reminded + timedelta(days=15), HEAD, partial(_move, village, left[:1], "enforce", (), reminded_on=reminded)
    )


def _building(village: Village, signing: int) -> Iterator[Scene]:
    if village.day(OPEN + 70) <= UNTIL and village.signs > 0.9:
        yield Scene(village.day(OPEN + 70), OFFICER, partial(_step, village, "clear", (), {}))
    if village.building:
        expected = {"expected_on": village.expected}
        yield Scene(village.building, OFFICER, partial(_step, village, "build", ("permit",), expected))
    if village.built:
        yield Scene(village.built, OFFICER, partial(_flats, village))
        yield Scene(village.built, OFFICER, partial(_step, village, "complete", ("acceptance",), {}))
        yield Scene(village.built + timedelta(days=7), OFFICER, partial(_choose, village))
        for number in (0, 1, 2, 4, 5):
            moved = village.built + timedelta(days=30 + number * 30)
            which = [n for n in range(number, signing, 8) if not _cash(n)]
            yield Scene(moved - timedelta(days=1), PAYER, partial(_pay_difference, village, which))
            yield Scene(moved, OFFICER, partial(_move, village, which, "settle", ()))


def _open_project(village: Village, context: Context) -> None:
    west, south = 116.40 + 0.02 * (village.place % 3), 37.41 + 0.02 * (village.place // 3)
    ring = [[west, south], [west + 0.008, south], [west + 0.008, south + 0.005], [west, south + 0.005], [west, south]]
    fields = {
        "name": village.name, "name_en": f"Invented area {village.place + 1}", "track": village.track,
        "renewal": village.track == "state", "place": "演示地点", "promised_on": PROMISED,
        "expected_on": village.expected, "shape": {"type": "Polygon", "coordinates": [ring]},
    }  # fmt: skip
    (village.project,) = enter("resettlement", context, [fields])


def _survey(village: Village, chance: random.Random, context: Context) -> None:
    people = [
        {
            "project": f"#{village.project}", "head": chance.choice(SURNAMES) + chance.choice(GIVEN),
            "phone": f"1300000{number:04d}", "address": f"{village.name}{number + 1}号",
            "members": chance.randint(1, 6), "sole": chance.random() < 0.7,
        }
        for number in range(village.households)
    ]  # fmt: skip
    village.ids += enter("household", context, people)
    houses = []
    for pk in village.ids:
        area = chance.choice((38, 42, 58, 76, 80, 92, 104, 118, 135))
        decoration = chance.randint(0, 8) * 5000
        houses.append({"household": f"#{pk}", "use": "dwelling", "area": area, "structure": "brick_concrete",
                       "floors": chance.randint(1, 2), "price": chance.randint(42, 55) * 100,
                       "decoration": decoration})  # fmt: skip
        if chance.random() < 0.08:
            houses.append({"household": f"#{pk}", "use": "business", "area": 30, "price": 7500})
    enter("house", context, houses)


def _step(village: Village, move: str, tags: Sequence[str], fields: Mapping[str, Any], context: Context) -> None:
    if move == "open":
        take("household", context, "value", village.ids, "valuation")
    take("resettlement", context, move, [village.project], *tags, **fields)


def _of(village: Village, which: Sequence[int]) -> list[int]:
    return [village.ids[number] for number in which]


def _cash(number: int) -> bool:
    """Every sixth household takes cash."""
    return number % 6 == 3


def _sign(village: Village, which: Sequence[int], context: Context) -> None:
    """Some take cash; every tenth of the others lives in a turnover flat."""
    each = {
        village.ids[n]: {"mode": "cash" if _cash(n) else "exchange", "turnover": not _cash(n) and n % 10 == 1}
        for n in which
    }
    take("household", context, "sign", each, "agreement", each=each, months=village.months)


def _move(
    village: Village, which: Sequence[int], move: str, tags: Sequence[str], context: Context, **fields: Any
) -> None:
    """A move of a batch, with its evidence."""
    take("household", context, move, _of(village, which), *tags, **fields)


def _pay(village: Village, which: Sequence[int], context: Context) -> None:
    _settle_ledger(context, f"演示凭证{context.business_date:%Y%m%d}", household__in=_of(village, which))


def _pay_difference(village: Village, which: Sequence[int], context: Context) -> None:
    voucher = f"演示差价{context.business_date:%Y%m%d}"
    _settle_ledger(context, voucher, household__in=_of(village, which), kind=DIFFERENCE)


def _pay_allowances(context: Context) -> None:
    """Each quarter the months that have begun are paid."""
    open_months(Context.system(context.business_date, "demo"))
    _settle_ledger(context, f"演示安置费{context.business_date:%Y%m}", kind__in=("transition", "late", "business"))


def _settle_ledger(context: Context, voucher: str, **conditions: Any) -> None:
    """Pay what is open."""
    money = Money(shown="元", signed=True)
    lines = [
        {"household": f"#{pk}", "kind": kind, "on": context.business_date, "paid": money.plain(due - paid),
         "voucher": voucher}
        for pk, kinds in ledger_sums(context, **conditions).items()
        for kind, (due, paid) in kinds.items()
        if due != paid
    ]  # fmt: skip
    enter("ledger", context, lines)


def _flats(village: Village, context: Context) -> None:
    flats = [
        {"project": f"#{village.project}", "number": f"{1 + n // 36}-{1 + n % 36 // 4}{1 + n % 4:02d}",
         "layout": ("两室一厅", "三室一厅")[n % 2], "area": (85, 110)[n % 2], "price": (340_000, 440_000)[n % 2]}
        for n in range(village.households)
    ]  # fmt: skip
    enter("flat", context, flats)


def _choose(village: Village, context: Context) -> None:
    """In the order of signing, one after the other."""
    waiting = seen("household", context, project=village.project, mode="exchange", stage="demolished").order_by("turn")
    flats = seen("flat", context, project=village.project).order_by("number").values_list("pk", flat=True)
    for pk, flat in zip(waiting.values_list("pk", flat=True), flats):
        take("household", context, "choose", [pk], flat=f"#{flat}")
