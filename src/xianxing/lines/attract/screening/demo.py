"""Invented screening rounds: 320 candidates of which 39 are chosen and published, and a small second round."""

import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from xianxing.kernel.context import Context
from xianxing.kernel.scene import Scene, change, enter, seen, take

__all__ = ["scenes"]

CLERK, LEADER = "economy-pm", "zone-leader"
MANY, FEW, BEGUN = 320, 90, 60
BRANDS = (
    "澄峦",
    "启屿",
    "沐禾",
    "朗砚",
    "岱越",
    "汇川台",
    "昱辰",
    "柏砺",
    "嘉淼",
    "瑞榆",
    "骏泽",
    "锦拓",
    "卓垣",
    "泽衡",
    "晟峤",
    "宏翊",
)
THINGS: Mapping[str, tuple[str, ...]] = {
    "new_energy": ("储能电池包", "光伏组件", "地源热泵", "氢能部件"),
    "equipment": ("数控机床", "液压系统", "智能仓储装备", "风电主轴"),
    "health": ("生物制剂", "医用耗材", "健康食品", "体外诊断试剂"),
    "electronics": ("半导体材料", "传感器", "光通信模块", "大数据服务"),
    "agrifood": ("功能糖", "冷链食品", "植物蛋白", "工厂化食用菌"),
    "services": ("检验检测平台", "智慧物流", "工业设计", "软件外包"),
    "other": ("新型建材", "环保装备"),
}
INDUSTRIES = tuple(THINGS)
PROGRESS = ("reserve", "reserve", "new", "new", "new", "begun")
EXAMPLES = ("none", "none", "none", "city", "city", "province", "nation")
FIRST = {
    "name": "2017年新旧动能转换重点项目筛选（演示）", "call": "各招商、服务单位推荐在谈、在建和谋划项目；筛选39个。",
    "places": 39, "land": 3200, "energy": 260000, "support": 26000, "tie": "tax",
}  # fmt: skip
SECOND = {
    "name": "2018年动能转换储备项目筛选（演示）", "call": "第二轮：从新申报项目中筛选12个纳入储备。",
    "places": 12, "land": 900, "energy": 70000, "support": 7000, "tie": "number",
}  # fmt: skip
THIRD = {
    "name": "2018年第一批动能转换项目征集（演示）", "call": "第三轮：候选项目征集中。", "places": 10, "support": 5000,
}  # fmt: skip


def scenes(scale: int, chance: random.Random) -> Iterable[Scene]:
    """The first round runs its course; the second is scored and waits for its proposal; the third collects."""
    del scale  # a round is of one size, whatever the size of the zone
    yield from _round(FIRST, MANY, date(2017, 6, 12), chance)
    yield from _round(SECOND, FEW, date(2017, 9, 18), chance, last="score")
    yield from _round(THIRD, BEGUN, date(2017, 9, 27), chance, last="call")


def _round(
    terms: Mapping[str, Any], many: int, called: date, chance: random.Random, *, last: str = ""
) -> Iterator[Scene]:
    kept: list[int] = []

    def call(context: Context) -> None:
        kept.extend(enter("screening", context, [terms]))
        least = {"round": f"#{kept[0]}", "least_share": 5, "most_share": 30}
        enter("screening-balance", context, [{**least, "industry": code} for code in INDUSTRIES[:6]])
        rows = [{"round": f"#{kept[0]}", **_candidate(place, chance)} for place in range(many)]
        enter("screening-candidate", context, rows)

    def move(to: str, context: Context) -> None:
        take("screening", context, to, kept)

    yield Scene(called, CLERK, call)
    if last == "call":
        return
    yield Scene(called + timedelta(days=8), CLERK, partial(move, "score"))
    if last == "score":
        return
    yield Scene(date(2017, 6, 22), CLERK, partial(_by_hand, kept))
    yield Scene(date(2017, 6, 23), CLERK, partial(move, "propose"))
    yield Scene(date(2017, 6, 28), LEADER, partial(move, "decide"))
    yield Scene(date(2017, 6, 30), CLERK, partial(move, "publish"))


def _by_hand(kept: list[int], context: Context) -> None:
    """One is in and one is out by decision, each with its reason."""
    fit = seen("screening-candidate", context, round=kept[0], eligible=True).order_by("place", "pk")
    ids = list(fit.values_list("pk", flat=True))
    change("screening-candidate", context, {
        ids[len(ids) // 3]: {"hand": "into", "hand_why": "（演示）已列入上级年度计划"},
        ids[2]: {"hand": "out", "hand_why": "（演示）投资方申请推迟一年"},
    })  # fmt: skip


def _candidate(place: int, chance: random.Random) -> dict[str, Any]:
    """Sizes of one order; every ninth leaves its energy or its tax unreported, about a third miss a threshold."""
    industry = INDUSTRIES[place % len(INDUSTRIES)]
    investment = chance.choice((8, 12, 15, 20, 26, 35, 50, 80, 120)) * 1000
    land = max(8, round(investment / chance.uniform(220, 720)))
    news = chance.choices((0, 1, 2, 3, 4), (6, 30, 34, 22, 8))[0]
    row: dict[str, Any] = {
        "name": f"{BRANDS[place % len(BRANDS)]}{place + 1}号{chance.choice(THINGS[industry])}项目",
        "industry": industry,
        "readiness": chance.choice(PROGRESS),
        "investment": investment,
        "land": land,
        "energy": round(investment * chance.uniform(0.05, 0.7)),
        "support": round(investment * chance.uniform(0.004, 0.03)),
        "tax": round(land * chance.uniform(26, 62)),
        "plot_ratio": chance.choice(("0.9", "1.0", "1.2", "1.5", "2.0")),
        "coverage": chance.choice((38, 42, 45, 50, 55)),
        "news": news,
        "four": ",".join(("technology", "industry", "form", "model")[:news]),
        "turns": chance.choice(("smart", "intelligence", "fusion", "brand", "smart,fusion", "")),
        "emerging": chance.randrange(0, 101, 5),
        "research": round(chance.uniform(0.5, 8), 1),
        "example": chance.choice(EXAMPLES),
    }
    if place % 18 == 7:
        del row["energy"]
    if place % 18 == 16:
        del row["tax"]
    return row
