"""The bottom lines of the invented zone: who holds them, two years of observations, warnings on their way."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from xianxing.kernel.actions.act import one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.kernel.scene import Scene, change, enter, seen, take

__all__ = ["scenes"]

HOLDERS = {
    "petition": ("petition", "petition-officer"),
    "environment": ("safety", "safety-officer"),
    "safety": ("safety", "safety-officer"),
    "conduct": ("party", "party-officer"),
    "land": ("land", "land-officer"),
    "debt": ("finance", "finance-safeguard"),
}
HISTORY = date(2017, 1, 9)
Values = Mapping[str, Any]


def scenes(scale: int, chance: random.Random) -> Iterable[Scene]:
    """Holders first; the values of 2016 as one import, those of 2017 period by period; then what came of them."""
    yield Scene(date(2016, 1, 4), "plan-officer", _hold)
    for post, rows in _observations(chance).items():
        yield Scene(HISTORY, post, _enter([row for row in rows if row[0] <= date(2016, 12, 31)]))
        later = sorted({_entered(day) for day, _code, _values in rows if day > date(2016, 12, 31)})
        for on in later:
            yield Scene(
                on, post, _enter([row for row in rows if row[0] > date(2016, 12, 31) and _entered(row[0]) == on])
            )
    yield from _warnings()


def _hold(context: Context) -> None:
    """Every indicator gets its unit and post."""
    lines = seen("bottom-indicator", context).values_list("pk", "line")
    change("bottom-indicator", context, {pk: dict(zip(("unit", "owner"), HOLDERS[line])) for pk, line in lines})


def _entered(day: date) -> date:
    """The values of 2016 came in one import, later ones some days after their period."""
    return max(HISTORY, day + timedelta(days=6))


def _enter(rows: Sequence[tuple[date, str, Values]]) -> Callable[[Context], None]:
    def play(context: Context) -> None:
        enter("bottom-observation", context, ({"indicator": c, "observed_on": day, **v} for day, c, v in rows))

    return play


def _ends(months: int) -> Iterator[date]:
    """The last days of periods of so many months, from 2016 to August 2017."""
    for number in range(months - 1, 20, months):
        year, month = divmod(2016 * 12 + number + 1, 12)
        yield date(year, month + 1, 1) - timedelta(days=1)


def _observations(chance: random.Random) -> dict[str, list[tuple[date, str, Values]]]:
    """What each holder enters: (last day of the period, indicator, values)."""
    found: dict[str, list[tuple[date, str, Values]]] = {}
    for turn, day in enumerate(_ends(1)):
        mean = (118, 104, 92, 84, 76, 70, 65, 61, 60, 62, 66, 70)[day.month - 1] - 4 * (day.year - 2016)
        found.setdefault("safety-officer", []).append((day, "EN1", {"value": mean + chance.randint(-2, 2)}))
        found.setdefault("land-officer", []).append((day, "LA2", {"value": chance.randint(0, 4)}))
        for town in ("town-east", "town-west"):
            found["land-officer"].append((day, "LA2", {"value": chance.randint(0, 2), "place": town}))
        del turn
    for turn, day in enumerate(_ends(3)):
        found["safety-officer"].append((day, "EN2", {"inputs": _air(turn)}))
        illegal = (9, 11, 10, 14, 17, 25.8)[turn]
        found["land-officer"].append((day, "LA1", {"inputs": _text(illegal_arable=illegal, deducted=0, new_arable=200,
                                                                   grave="no")}))  # fmt: skip
        found.setdefault("party-officer", []).extend(
            (day, code, {"value": value})
            for code, value in (("CO1", chance.randint(4, 12)), ("CO2", chance.randint(0, 2)), ("CO3", 70 + 4 * turn))
        )
        found.setdefault("finance-safeguard", []).extend(_debt(turn, day))
    found["finance-safeguard"].append(
        (date(2016, 12, 31), "DE4", {"inputs": _text(liability="6.5%", debt="95%", service="11%")})
    )
    return found


def _air(turn: int) -> str:
    """Concentrations against those of the year before; the second quarter of 2017 became worse."""
    before, now = ((96, 90), (62, 57), (55, 52), (88, 85), (90, 84), (57, 59))[turn]
    text = {"pm25_before": before, "pm25_now": now, "pm10_before": before + 50, "pm10_now": now + 50,
            "so2_before": 34, "so2_now": 30, "no2_before": 40, "no2_now": 39}  # fmt: skip
    return _text(**text, good_before="52%", good_now="54%") if turn > 3 else _text(**text)


def _debt(turn: int, day: date) -> Iterator[tuple[date, str, Values]]:
    balance = (88, 91, 93, 97, 99, 104)[turn]
    yield day, "DE1", {"inputs": _text(balance=f"{balance}000", resources="100000")}
    yield day, "DE2", {"inputs": _text(general_interest=380 + 9 * turn, general_spending=9600, fund_interest=210,
                                       fund_spending=7000)}  # fmt: skip
    yield day, "DE3", {"inputs": _text(cash=7400 - 60 * turn, due=9800)}
    yield day, "DE5", {"inputs": _text(overdue=0, balance=f"{balance}000", budget=64_000)}


def _text(**facts: Any) -> str:
    return "\n".join(f"{name} = {value}" for name, value in facts.items())


def _warning(context: Context, indicator: str) -> int:
    """The newest warning of an indicator."""
    found = seen("bottom-warning", context, indicator__code=indicator).order_by("-id")
    return int(found.values_list("pk", flat=True)[0])


def _go(indicator: str, to: str, **fields: Any) -> Callable[[Context], None]:
    """One move of the warning of an indicator; a proof is attached before it closes."""

    def play(context: Context) -> None:
        tags = ("handling",) if to == "close" else ()
        take("bottom-warning", context, to, [_warning(context, indicator)], *tags, **fields)

    return play


def _dismiss(indicator: str, reason: str) -> Callable[[Context], None]:
    def play(context: Context) -> None:
        ended = Change("status", _warning(context, indicator), to="dismissed")
        one(find("bottom-warning"), context.because(reason), ended).must()

    return play


def _warnings() -> Iterator[Scene]:
    """One is closed and opens again, one is dismissed, one is handled in time; the last climbs unanswered."""
    officer, land = "safety-officer", "land-officer"
    yield Scene(date(2017, 1, 10), officer, _go("EN1", "confirm", finding="去冬今春采暖期燃煤散烧影响明显，超标属实。"))
    yield Scene(date(2017, 1, 20), officer, _go("EN1", "handle", measures="完成散煤替代和工地扬尘六个百分百整治。"))
    yield Scene(date(2017, 1, 24), "safety-head", _go("EN1", "close"))
    yield Scene(date(2017, 2, 7), officer, _go("EN1", "confirm", finding="1月静稳天气多，均值仍超标。"))
    yield Scene(date(2017, 7, 7), officer, _dismiss("EN2", "监测点位调整，二季度数据口径不一致，待核定后重新填报"))
    yield Scene(date(2017, 7, 7), land, _go("LA1", "confirm", finding="两宗未批先建共25.8亩，情况属实。"))
    yield Scene(date(2017, 7, 19), land, _go("LA1", "handle", measures="拆除复耕8.6亩，其余依法查处并补办手续。"))
    yield Scene(date(2017, 3, 15), officer, _go("SA1", "confirm", finding="事故属实，已成立调查组。"))
    yield Scene(date(2017, 3, 27), officer, _go("SA1", "handle", measures="全区高处作业停工排查。"))
    yield Scene(date(2017, 4, 1), "safety-head", _go("SA1", "close"))
