"""The invented enterprises' courses and books: some grow, some lose money for years, some are small, some hold titles.

Drawn apart from the demo's other numbers, so that those stay as they are. Money in 万元.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["GROWS", "LOSES", "SMALL", "books", "course", "titles"]

SMALL = frozenset((5, 11, 17, 23, 29, 35))
"""Places of enterprises below scale: revenue under 2000."""
LOSES = frozenset((13, 22, 31))
"""Loss-making in every year, over-borrowed, kept alive by loans and subsidies."""
GROWS = frozenset((0, 4, 9, 16, 20, 27))
"""Revenue grows by a fifth or more each year, with research to match."""
SCALED = ("staff", "revenue", "tax", "research", "profit", "assets", "liabilities", "land", "energy")
CLEAN = (7, 8)  # places in the list of trades that discharge nothing of note: software, storage
TITLED: Mapping[str, tuple[int, ...]] = {
    "high_tech": (0, 4, 9, 16, 20, 28),
    "technology_sme": (11, 23, 27, 29),
    "gazelle": (4, 16),
    "specialised": (9, 20, 27),
    "chain_leader": (0,),
}
HELD = {"high_tech": ("2016-12-15", "2019-12-14"), "chain_leader": ("2016-06-30", "")}
DOCUMENT = "演示文件，不是真实认定"


def course(drawn: Mapping[str, Any], place: int, year: int) -> dict[str, Any]:
    """The numbers of a year as the enterprise's course bends them."""
    found, chance = dict(drawn), random.Random(f"course {place}")
    if place % 36 in SMALL:
        found |= {name: max(found[name] // 30, 4) for name in SCALED if found[name] is not None and name != "profit"}
        found["profit"] = found["profit"] // 30
    if place % 36 in GROWS:
        base, rate = chance.randrange(4_000, 18_000), chance.uniform(1.2, 1.4)
        revenue = round(base * rate ** (year - 2014))
        found |= {
            "revenue": revenue, "tax": round(revenue * 0.055), "profit": round(revenue * 0.11),
            "research": round(revenue * chance.uniform(0.04, 0.07)), "assets": round(revenue * 1.1),
            "liabilities": round(revenue * 0.45), "staff": round(revenue / 95), "land": chance.randrange(20, 60),
            "energy": round(revenue * 0.06),
        }  # fmt: skip
    if place % 36 in LOSES:
        base = chance.randrange(6_000, 15_000)
        revenue = round(base * 0.88 ** (year - 2014))
        found |= {
            "revenue": revenue, "tax": round(revenue * 0.006), "profit": -round(revenue * 0.04), "research": 0,
            "assets": base * 2, "liabilities": round(base * (1.5 + 0.12 * (year - 2014))), "staff": round(base / 60),
            "land": chance.randrange(90, 160), "energy": round(base * 0.2),
        }  # fmt: skip
    return found


def books(told: Mapping[str, Any], place: int, year: int) -> dict[str, Any]:
    """The return with the rest of its numbers; what the enterprise does not report stays out."""
    chance = random.Random(f"books {place} {year}")
    revenue, profit, staff, liabilities = told["revenue"], told["profit"], told["staff"], told["liabilities"]
    loses, grows, reports = place % 36 in LOSES, place % 36 in GROWS, told["research"] is not None
    short = round(liabilities * (0.55 if loses else chance.uniform(0.2, 0.4)))
    long = round(liabilities * (0.25 if loses else chance.uniform(0.05, 0.2)))
    subsidies = round(revenue * (0.03 if loses else chance.uniform(0, 0.006)))
    extra = subsidies + round(revenue * chance.uniform(0, 0.004))
    net = round(profit * 0.75) if profit > 0 else profit
    worn, equity = round(told["assets"] * 0.035), told["assets"] - liabilities
    found = {
        **told,
        "above_scale": "yes" if revenue >= 2000 else "no",
        "main_revenue": round(revenue * chance.uniform(0.86, 0.99)),
        "value_added": round(revenue * (0.12 if loses else chance.uniform(0.18, 0.34))),
        "non_operating": extra,
        "subsidies": subsidies,
        "net_profit": net,
        "recurring_profit": net - round(extra * 0.75),
        "short_loans": short,
        "long_loans": long,
        "bonds": 0,
        "interest": round((short + long) * (0.02 if loses else chance.uniform(0.045, 0.06))),
        "depreciation": worn,
        "cash_flow": net + worn + round(revenue * chance.uniform(-0.03, 0.03)),
        "intangibles": round(told["assets"] * chance.uniform(0.005, 0.06)),
        "share_capital": max(round(equity * 0.4), 100),
        "retained": round(equity * 0.5) if not loses else -round(revenue * 0.3),
        "equity_raised": chance.choice((500, 1200, 3000)) if grows and year == 2016 else 0,
        "upgrading": 0 if loses else round(revenue * chance.uniform(0.005, 0.05)),
        "equipment": 0 if loses else round(revenue * chance.uniform(0, 0.02)),
        "market_share": chance.randrange(8, 26) if grows else chance.randrange(1, 9),
        "inventions": chance.randrange(2, 12) if grows else chance.randrange(0, 3),
        "utility_rights": chance.randrange(6, 30) if grows else chance.randrange(0, 9),
        "standards": 1 if grows and place % 2 == 0 else 0,
    }
    if reports:
        found |= {
            "research_home": round(told["research"] * chance.uniform(0.85, 1)),
            "research_staff": round(staff * (chance.uniform(0.11, 0.2) if grows else chance.uniform(0.01, 0.09))),
            "high_tech_revenue": round(revenue * (chance.uniform(0.65, 0.85) if grows else chance.uniform(0, 0.3))),
        }
    if told["energy"] is not None:
        found["power"] = round(told["energy"] * 0.45, 2)
        found["emissions"] = 0.01 if place % 9 in CLEAN else round(revenue * chance.uniform(0.0001, 0.0012), 2)
    return found


def titles(codes: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Titles held, as if awarded at the end of 2016."""
    for title, places in TITLED.items():
        starts, ends = HELD.get(title, ("2016-12-15", "2019-12-14"))
        for place in places:
            row = {"enterprise": codes[place], "title": title, "starts_on": starts, "document": DOCUMENT}
            yield row | ({"ends_on": ends} if ends else {})
