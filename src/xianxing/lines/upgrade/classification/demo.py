"""An invented round: the returns of 2016 by the zone's own trial method, checked, questioned, appealed, made final; and
one of below-scale enterprises that are being asked."""

import random
from collections.abc import Iterator
from datetime import date
from functools import partial

from xianxing.kernel.context import Context
from xianxing.kernel.scene import Scene, change, enter, seen, take

__all__ = ["scenes"]

OFFICER, HEAD, FIRMS = (
    "enterprise-service-officer",
    "enterprise-service-head",
    ("enterprise-contact1", "enterprise-contact2"),
)
METHOD = "classification-zone"
BY_CALL = 16  # enterprises that confirm through the officer who calls them


def scenes(scale: int, chance: random.Random) -> Iterator[Scene]:
    """May to July: collected, checked, scored, shown, one appeal upheld, shown again, final. September: below scale."""
    del chance, scale
    name = "2016年度规上工业企业提质分类评价（演示）"
    yield Scene(date(2017, 5, 22), OFFICER, partial(_open, name, "above"))
    yield Scene(date(2017, 5, 22), OFFICER, partial(_move, name, "open"))
    yield Scene(date(2017, 5, 24), FIRMS[0], partial(_reply, "confirm"))
    yield Scene(date(2017, 5, 25), FIRMS[1], partial(_reply, "question"))
    yield Scene(date(2017, 5, 26), OFFICER, partial(_call, name))
    yield Scene(date(2017, 5, 31), OFFICER, partial(_answer, "yes", "报表用地面积多计了已退还地块，按产权证更正"))
    yield Scene(date(2017, 6, 5), OFFICER, partial(_move, name, "prescore"))
    yield Scene(date(2017, 6, 6), OFFICER, partial(_move, name, "publish"))
    yield Scene(date(2017, 6, 9), FIRMS[0], partial(_reply, "appeal"))
    yield Scene(date(2017, 6, 13), OFFICER, partial(_answer, "yes", "补充完税证明，入库税金更正"))
    yield Scene(date(2017, 6, 14), OFFICER, partial(_move, name, "rescore"))
    yield Scene(date(2017, 6, 14), OFFICER, partial(_move, name, "publish"))
    yield Scene(date(2017, 6, 26), OFFICER, partial(_move, name, "close_notice"))
    yield Scene(date(2017, 6, 27), HEAD, partial(_move, name, "finalise"))
    yield Scene(date(2017, 7, 3), OFFICER, partial(_move, name, "recompute"))
    small = "2016年度规下工业企业提质分类评价（演示）"
    yield Scene(date(2017, 9, 25), OFFICER, partial(_open, small, "below"))
    yield Scene(date(2017, 9, 26), OFFICER, partial(_move, small, "open"))
    yield Scene(date(2017, 9, 27), OFFICER, partial(_spoken, small))


def _open(name: str, track: str, context: Context) -> None:
    enter("evaluation", context, [{"name": name, "year": 2016, "method": METHOD, "track": track}])


def _move(name: str, move: str, context: Context) -> None:
    ids = list(seen("evaluation", context, name=name).values_list("pk", flat=True))
    why = "申诉成立，数据更正后重新计分（演示）"
    take("evaluation", context.because(why) if move == "rescore" else context, move, ids)


def _reply(kind: str, context: Context) -> None:
    """What the enterprise itself says of its own entry."""
    entry = seen("evaluation-entry", context).order_by("-pk").values_list("pk", flat=True)[0]
    row = {"entry": f"#{entry}", "kind": kind}
    asks = {"item": "land", "claimed": "48.5", "why": "报表用地面积含2015年已退还的地块，见不动产权证（演示）"}
    appeals = {"item": "tax", "claimed": "3120", "why": "年末入库税金一笔未计入，附完税证明（演示）"}
    enter("evaluation-reply", context, [row | {"question": asks, "appeal": appeals}.get(kind, {})])


def _call(name: str, context: Context) -> None:
    """Enterprises without an account, called by the officer, confirm by telephone; some say nothing."""
    rows = seen("evaluation-entry", context, evaluation__name=name, said="").order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:BY_CALL])
    why = "电话核对（演示）"
    enter("evaluation-reply", context, [{"entry": f"#{pk}", "kind": "confirm", "why": why} for pk in ids])


def _spoken(name: str, context: Context) -> None:
    """Of two small enterprises without an account one confirms, one questions a number; nobody has answered it yet."""
    ids = seen("evaluation-entry", context, evaluation__name=name).order_by("pk").values_list("pk", flat=True)
    asks = {"kind": "question", "item": "staff", "claimed": "22", "why": "年末离职人员未扣除（演示）"}
    confirms = {"kind": "confirm", "why": "电话核对（演示）"}
    rows = [{"entry": f"#{pk}", **given} for pk, given in zip(ids[:2], (confirms, asks))]
    enter("evaluation-reply", context, rows)


def _answer(accepted: str, answer: str, context: Context) -> None:
    ids = seen("evaluation-reply", context, answered_on=None).values_list("pk", flat=True)
    given = {"accepted": accepted, "answer": f"{answer}（演示）", "answered_on": context.business_date}
    change("evaluation-reply", context, dict.fromkeys(ids, given))
