"""An invented exit case: found by a person among those whom the methods flag; it waits for the enterprise's answer."""

import random
from collections.abc import Iterator
from datetime import date

from xianxing.kernel.context import Context
from xianxing.kernel.scene import Scene, enter, seen, take

__all__ = ["scenes"]

OFFICER, YEAR = "enterprise-service-officer", 2016
FINDING = "停产一年以上，欠缴电费和社保，靠续贷维持，产品不符合园区产业方向（演示）"


def scenes(scale: int, chance: random.Random) -> Iterator[Scene]:
    """Two findings of August; one enterprise answered, and the finding was verified."""
    del scale, chance
    yield Scene(date(2017, 8, 14), OFFICER, _find)
    yield Scene(date(2017, 9, 4), OFFICER, _answer)
    yield Scene(date(2017, 9, 18), OFFICER, _verify)


def _find(context: Context) -> None:
    returns = seen("enterprise-return", context, year=YEAR, profit__lt=0, retained__lt=0).order_by("profit")
    firms = list(returns.values_list("enterprise_id", flat=True)[:2])
    enter("exit-case", context, [{"enterprise": f"#{pk}", "year": YEAR, "finding": FINDING} for pk in firms])


def _answer(context: Context) -> None:
    first = seen("exit-case", context).order_by("pk").values_list("pk", flat=True)[:1]
    take("exit-case", context, "answer", first, "answer", answer="企业来函：愿意接受债务重组，请协调债委会（演示）",
         answer_way="letter", answer_bearer="representative")  # fmt: skip


def _verify(context: Context) -> None:
    first = seen("exit-case", context, stage="answered").values_list("pk", flat=True)[:1]
    take("exit-case", context, "verify", first, verified="现场核实：设备完好，商标和客户仍有价值（演示）",
         business_value="yes", reorganisable="no", liquidable="no")  # fmt: skip
