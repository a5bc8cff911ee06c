"""Invented cases of the listing ladder: six firms of 2017 at different steps, one transfer, one suspended."""

import random
from collections.abc import Iterator
from datetime import date
from functools import partial

from xianxing.kernel.actions.act import one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.context import Context
from xianxing.kernel.register import find
from xianxing.kernel.scene import Scene, enter, seen, take

__all__ = ["scenes"]

OFFICER = "economy-service"
PLANS = (("chinext", ""), ("main", ""), ("chinext", ""), ("neeq", ""), ("chinext", "neeq"), ("neeq", ""))


def scenes(scale: int, chance: random.Random) -> Iterator[Scene]:
    """Put on the reserve list in March, reformed in June, tutored in September."""
    del scale, chance
    yield Scene(date(2017, 3, 15), OFFICER, _reserve)
    yield Scene(date(2017, 4, 26), OFFICER, _facts)
    yield Scene(date(2017, 6, 20), OFFICER, partial(_reform, 4))
    yield Scene(date(2017, 9, 5), OFFICER, _tutor)
    yield Scene(date(2017, 9, 19), OFFICER, _suspend)


def _firms(context: Context) -> list[str]:
    return list(seen("enterprise", context, key=True).order_by("code").values_list("code", flat=True))


def _cases(context: Context, stage: str) -> list[int]:
    return list(seen("listing-case", context, stage=stage).order_by("pk").values_list("pk", flat=True))


def _reserve(context: Context) -> None:
    rows = [
        {"enterprise": firm, "board": board, "came_from": came_from, "planned_on": f"201{8 + n % 2}-06-30",
         "adviser": "演示证券股份有限公司" if n < 3 or came_from else ""}
        for n, (firm, (board, came_from)) in enumerate(zip(_firms(context), PLANS))
    ]  # fmt: skip
    enter("listing-case", context, rows)


def _facts(context: Context) -> None:
    """A market value for three: the others are not known."""
    rows = [
        {"enterprise": firm, "year": 2016, "valuation": f"{value}亿元", "capital_after": "6000万元",
         "source": "保荐机构测算（演示）"}
        for firm, value in zip(_firms(context), (6, 22, 11))
    ]  # fmt: skip
    enter("listing-fact", context, rows)


def _reform(number: int, context: Context) -> None:
    ids = [pk for pk in _cases(context, "reserve") if pk not in _transfers(context)][:number]
    take("listing-case", context, "reform", ids, "licence")


def _transfers(context: Context) -> set[int]:
    return set(seen("listing-case", context).exclude(came_from="").values_list("pk", flat=True))


def _tutor(context: Context) -> None:
    ids = [*_cases(context, "reform")[:2], *_transfers(context)]
    take("listing-case", context, "tutor", ids, "registration")


def _suspend(context: Context) -> None:
    pk = _cases(context, "reform")[-1]
    paused = Change("status", pk, to="suspended")
    one(find("listing-case"), context.because("控股股东变更，暂缓（演示）"), paused).must()
