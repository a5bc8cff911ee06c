"""Invented enterprises that were in the zone before the programme: their files, returns, groups and accounts."""

import random
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.context import Context
from xianxing.kernel.kinds.identifiers import check_character
from xianxing.kernel.register import find
from xianxing.kernel.scene import Scene
from xianxing.subjects.enterprise.books import LOSES, books, course, titles

__all__ = ["scenes"]

OFFICER = "enterprise-service-officer"
ACCOUNTS = ("enterprise-contact1", "enterprise-contact2")
NUMBER, KEY = 36, 12
BRANDS = (
    "沐岚", "启峦", "澄越", "泽砚", "汇屿", "晟禾", "岱川", "朗恒", "瑞沣", "卓澜", "翊辰", "锦垣", "柏拓", "昱衡",
    "骏峤", "嘉砺", "宏淼", "鼎榆",
)  # fmt: skip
TRADES = (
    ("38", "电气", "输配电设备"), ("27", "药业", "制剂"), ("34", "机械", "轴承"), ("14", "食品", "调味品"),
    ("39", "电子", "传感器"), ("13", "粮油", "植物油"), ("30", "建材", "保温材料"), ("65", "软件", "工业软件"),
    ("59", "仓储", "冷链仓储"),
)  # fmt: skip
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", ("晓峰", "丽娜", "建平", "海燕", "志远", "文静")


def scenes(scale: int, chance: random.Random) -> Iterator[Scene]:
    """Files opened in 2015; returns each spring; three renamed, some in groups, two with an account of their own."""
    firms = [_firm(place, chance) for place in range(NUMBER * scale)]
    codes = [firm["code"] for firm in firms]
    yield Scene(date(2015, 2, 3), OFFICER, partial(_create, "enterprise", firms))
    yield Scene(date(2015, 2, 3), OFFICER, partial(_create, "enterprise-liaison", [_liaison(c, chance) for c in codes]))
    yield Scene(date(2015, 2, 4), OFFICER, partial(_edit, dict(zip(codes, ({"account": post} for post in ACCOUNTS)))))
    yield Scene(date(2015, 2, 4), OFFICER, partial(_create, "enterprise-tie", _ties(codes)))
    renamed = {firm["code"]: {"name": firm["name"].replace("（德州）", "集团")} for firm in firms[2:5]}
    yield Scene(date(2016, 8, 16), OFFICER, partial(_edit, renamed))
    yield Scene(date(2016, 12, 20), OFFICER, partial(_create, "enterprise-title", list(titles(codes))))
    for year in (2014, 2015, 2016):
        returns = [_return(code, year, place, chance) for place, code in enumerate(codes)]
        yield Scene(date(year + 1, 4, 20), OFFICER, partial(_create, "enterprise-return", returns))


def _firm(place: int, chance: random.Random) -> dict[str, Any]:
    industry, trade, thing = TRADES[place % len(TRADES)]
    brand = BRANDS[place % len(BRANDS)] + (str(place // len(BRANDS) + 1) if place >= len(BRANDS) else "")
    body = f"91371499MA{place:07d}"
    founded = date(chance.randrange(2001, 2014), chance.randrange(1, 13), chance.randrange(1, 29))
    return {
        "code": body + check_character(body),
        "name": f"{brand}（德州）{trade}有限公司",
        "unit": "enterprise-service",
        "industry": industry,
        "key": "yes" if place < KEY else "no",
        "founded_on": date(2003, 5, 12) if place % NUMBER in LOSES else founded,
        "capital": chance.choice((500, 1000, 2000, 5000, 10000)),
        "address": f"云桥镇崇新大道{place + 1}号（{thing}厂区）",
        "representative": _person(place, chance),
        "phone": f"0534-{chance.randrange(2000000, 2999999)}",
    }


def _person(place: int, chance: random.Random) -> str:
    return SURNAMES[place % len(SURNAMES)] + chance.choice(GIVEN)


def _liaison(code: str, chance: random.Random) -> dict[str, Any]:
    return {
        "enterprise": code,
        "person": _person(chance.randrange(10), chance),
        "position": chance.choice(("办公室主任", "总经理助理", "财务负责人")),
        "phone": f"139{chance.randrange(10_000_000, 99_999_999)}",
    }


def _ties(codes: Sequence[str]) -> list[dict[str, Any]]:
    pairs = ((6, 5, "control", "60"), (7, 5, "control", "100"), (9, 8, "share", "35"), (10, 9, "control", "51"))
    inside = [
        {"enterprise": codes[below], "holder": codes[above], "tie": tie, "share": share, "starts_on": "2014-01-01"}
        for below, above, tie, share in pairs
    ]
    return [
        *inside,
        {"enterprise": codes[11], "holder_name": "某省外控股集团（演示）", "tie": "control", "share": "70"},
    ]


def _return(code: str, year: int, place: int, chance: random.Random) -> dict[str, Any]:
    """Numbers of one order of size; every seventh enterprise leaves its R&D and energy unreported."""
    revenue = chance.randrange(2000, 60_000)
    told = place % 7 != 3
    drawn = {
        "enterprise": code,
        "year": year,
        "staff": chance.randrange(20, 900),
        "revenue": revenue,
        "tax": round(revenue * chance.uniform(0.01, 0.06)),
        "research": round(revenue * chance.uniform(0.0, 0.06)) if told else None,
        "profit": round(revenue * chance.uniform(-0.05, 0.12)),
        "assets": round(revenue * chance.uniform(0.6, 1.6)),
        "liabilities": round(revenue * chance.uniform(0.2, 0.9)),
        "land": chance.randrange(10, 160),
        "energy": chance.randrange(50, 4000) if told else None,
    }
    return books(course(drawn, place, year), place, year)


def _create(register: str, rows: Sequence[dict[str, Any]], context: Context) -> None:
    fields = [{name: value for name, value in row.items() if value is not None} for row in rows]
    act(find(register), context, [Change("create", fields=row) for row in fields]).must()


def _edit(changes: dict[str, dict[str, Any]], context: Context) -> None:
    """Edits by code: read as the officer sees them."""
    register = find("enterprise")
    rows: Any = gate.rows(register, context).order_by()
    ids = dict(rows.filter(code__in=list(changes)).values_list("code", "pk"))
    act(register, context, [Change("edit", ids[code], fields=fields) for code, fields in changes.items()]).must()
