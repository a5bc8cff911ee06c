"""Rule sets and records made at random: what the language can say, with nulls, extremes, ties and Chinese text."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from xianxing.rules.formulas import ROUNDINGS
from xianxing.rules.tests.test_judgement import conditions
from xianxing.rules.tests.test_language import ruleset

__all__ = ["populations", "records", "row_rules", "window_rules"]

INPUTS = {
    "i": {"type": "int", "label": "整数"}, "j": {"type": "int", "label": "另一整数"},
    "d": {"type": "decimal", "places": 2, "label": "小数"}, "m": {"type": "money", "label": "金额"},
    "k": {"type": "money", "label": "另一金额"}, "w": {"type": "text", "label": "文字"},
    "t": {"type": "date", "label": "日"}, "u": {"type": "date", "label": "另一日"},
    "f": {"type": "bool", "label": "是否"}, "g": {"type": "bool", "label": "另一是否"},
}  # fmt: skip
EXTREMES = [0, 1, -1, 2**53 + 1, -(2**53) - 1, 2**62, 2**63 - 1, -(2**63 - 1)]
wholes = st.one_of(st.none(), st.integers(-3, 3), st.integers(-(10**6), 10**6), st.sampled_from(EXTREMES))
days = st.one_of(st.none(), st.dates(date(2015, 12, 30), date(2017, 3, 2)), st.sampled_from([date.min, date.max]))
decimals = wholes.map(lambda held: None if held is None else Decimal(held).scaleb(-2))
yes_or_no = st.one_of(st.none(), st.booleans())
records = st.fixed_dictionaries({
    "i": wholes, "j": wholes, "d": decimals, "m": wholes, "k": wholes,
    "w": st.one_of(st.none(), st.sampled_from(["甲", "乙", "", "Ａ甲"])), "t": days, "u": days,
    "f": yes_or_no, "g": yes_or_no,
})  # fmt: skip
roundings = st.sampled_from(sorted(ROUNDINGS))
SPANS, PICKS = ("months", "months_begun", "years"), st.sampled_from(["min", "max", "first_known"])

plain = st.recursive(
    st.sampled_from(["i", "j", "d", "2", "0.15", "-3", "100", *(f"{f}(t, u)" for f in SPANS), "(t - u)"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(PICKS, inner, inner).map(lambda p: f"{p[0]}({p[1]}, {p[2]})"),
        st.tuples(st.sampled_from(["abs", "floor", "ceil"]), inner).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(st.sampled_from(["f", "i > 2", "is_known(d)", "w == '甲'"]), inner, inner).map(
            lambda p: f"({p[0]} ? {p[1]} : {p[2]})"
        ),
    ),
    max_leaves=4,
)  # fmt: skip
amounts = st.recursive(
    st.sampled_from(["m", "k", "(m - k)", "m * 0.15"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-"), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(inner, st.sampled_from("*/"), plain).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(PICKS, inner, inner).map(lambda p: f"{p[0]}({p[1]}, {p[2]})"),
    ),
    max_leaves=3,
)
dates = st.sampled_from(["t", "t + 3", "u - i", "min(t, u)", "first_known(t, u)", "(f ? t : u)"])


@st.composite
def formulas(draw: st.DrawFn) -> dict[str, Any]:
    """A feature or an output that looks at one record."""
    kind = draw(st.sampled_from(["int", "decimal", "money", "date", "bool", "decision", "score", "steps"]))
    form: dict[str, Any] = {"label": "值", "type": kind, "round": draw(roundings)}
    match kind:
        case "int":
            return form | {"expr": draw(plain)}
        case "decimal":
            return form | {"places": draw(st.integers(0, 6)), "expr": draw(plain)}
        case "money":
            return form | {"expr": draw(amounts)}
        case "date":
            return form | {"expr": draw(dates)}
        case "bool":
            return form | {"expr": draw(conditions_of_inputs)}
        case "decision":
            branches = [{"when": draw(conditions_of_inputs), **draw(results)} for _n in range(draw(st.integers(1, 4)))]
            return form | {"type": "int", "first": [*branches, draw(results)]}
        case "score":
            lines = [{"label": "项", "when": draw(conditions_of_inputs), **draw(points)} for _n in range(2)]
            return form | {"type": "int", "score": [*lines, {"label": "底", "points": 5}], "most": 40, "least": -7}
    lines = [{"below": -2, "then": 0}, {"from": -2, "up_to": 1, "then": 3}, {"over": 1, "gives": "j"}]
    return form | {"type": "int", "steps": {"of": draw(st.sampled_from(["i", "d"])), "lines": lines}}


conditions_of_inputs = conditions
results = st.one_of(
    st.integers(0, 2).map(lambda n: {"then": n}), st.sampled_from(["i", "j"]).map(lambda n: {"gives": n})
)
points = st.one_of(
    st.integers(0, 2).map(lambda n: {"points": n}), st.sampled_from(["i", "j"]).map(lambda n: {"gives": n})
)


@st.composite
def row_rules(draw: st.DrawFn) -> str:
    """A rule set that judges each record by itself."""
    clauses = {f"c{n}": {"label": "条", "own": True, "when": draw(conditions_of_inputs)} for n in range(2)}
    joined = {"label": "合", draw(st.sampled_from(["all", "any", "none"])): ["c0", "c1"]}
    return ruleset(
        inputs=INPUTS,
        features={"x": draw(formulas())},
        clauses=clauses,
        outputs={"o": draw(formulas()), "joined": joined},
    )


def _members(draw: st.DrawFn, unknown: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"unknown": draw(st.sampled_from(unknown))}
    if draw(st.booleans()):
        found["among"] = draw(st.sampled_from(["f", "!f || i > 2", "w == '甲'"]))
    if draw(st.booleans()):
        found["by"] = draw(st.sampled_from([["w"], ["g"], ["w", "g"]]))
    return found


def _ranked(draw: st.DrawFn) -> dict[str, Any]:
    ways = st.sampled_from(["high_first", "low_first"])
    found = _members(draw, ["stop", "left_out", "last"])
    found |= {"of": draw(st.sampled_from(["i", "d", "m", "t", "x"])), "order": draw(ways)}
    if draw(st.booleans()):
        found["then"] = [{"of": draw(st.sampled_from(["j", "u"])), "order": draw(ways)}]
    return found


@st.composite
def populations(draw: st.DrawFn) -> str:
    """A rule set that compares records: a total, a place and a class, and a formula over them."""
    take, of = draw(st.sampled_from(["count", "sum", "mean", "least", "most"])), draw(st.sampled_from(["i", "j", "x"]))
    total = {"take": take, **_members(draw, ["stop", "left_out"]), **({} if take == "count" else {"of": of})}
    rank = _ranked(draw) | {"ties": draw(st.sampled_from(["best", "worst", "dense", "by_key"]))}
    grade = _ranked(draw) | {"ties": draw(st.sampled_from(["all_in", "all_out", "by_key"])), "otherwise": "暂"}
    whole = draw(st.sampled_from(["ranked", "all", "g"]))
    shares: list[dict[str, Any]] = [{"class": "甲", "share": draw(st.integers(0, 60))}, {"class": "乙", "rest": True},
                                    {"class": "丙", "share": draw(st.integers(0, 40))}]  # fmt: skip
    rounds = ["floor", "ceiling", "half_up", *(["largest_remainder"] if whole == "ranked" else [])]
    grade |= {"denominator": whole, "round": draw(st.sampled_from(rounds)), "shares": shares}
    return ruleset(
        inputs=INPUTS,
        features={"x": {"label": "值", "type": "int", "round": "half_up", "expr": draw(plain)}},
        outputs={"total": {"label": "总", "type": "int", "round": draw(roundings), "total": total}},
        population={
            "place": {"label": "名次", "type": "int", "rank": rank},
            "grade": {"label": "类别", "type": "text", "classes": grade},
            "mixed": {"label": "合", "type": "decimal", "places": 3, "round": "half_up", "expr": "place / total + x"},
        },
    )


@st.composite
def window_rules(draw: st.DrawFn) -> str:
    """A rule set over the years of a panel."""
    take = draw(st.sampled_from(["sum", "mean", "least", "most"]))
    told = draw(st.sampled_from([("all", "bool"), ("any", "bool"), ("count", "int")]))
    run = {"of": "f", "most": draw(st.integers(1, 4)), "no_row": draw(st.sampled_from(["unknown", "ends"]))}
    return ruleset(
        inputs=INPUTS | {"year": {"type": "int", "label": "年"}},
        panel="year",
        features={
            "former": {"label": "前", "type": "money", "before": {"of": "m", "years": draw(st.integers(1, 3))}},
            "span": {"label": "期", "type": "decimal", "places": draw(st.integers(0, 3)), "round": draw(roundings),
                     "years": {"of": "d", "last": draw(st.integers(1, 4)), "take": take}},
            "told": {"label": "几", "type": told[1],
                     "years": {"of": "f", "last": draw(st.integers(1, 4)), "take": told[0]}},
            "row": {"label": "连", "type": "int", "run": run},
        },
        outputs={"growth": {"label": "增", "type": "percent", "round": "half_up", "expr": "m / former - 1"}},
    )  # fmt: skip
