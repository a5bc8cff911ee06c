"""The common shapes of criteria: what each asks, and what it writes into the text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Blocked, Blocker, Label
from xianxing.rules.drafting.text import Number
from xianxing.rules.drafting.writer import DECIMAL, Ask, Terms, Writer, both
from xianxing.rules.faults import BAD_VALUE, WRONG_TYPE
from xianxing.rules.measures import Measure

__all__ = ["SHAPES", "Ask", "Shape", "write"]

WAYS = (("high", _("more is better")), ("low", _("less is better")))
OF = Ask("of", _("value"), "of")
ORDER = Ask("order", _("order"), "choice", WAYS, "high")
FULL = Ask("full", _("full points"), "number", default="100")
FLOOR = Ask("floor", _("at least (points at the bottom)"), "number", default="0")
SOURCE = Ask("source", _("document and clause"), help=_("Left empty: set by the zone itself"), needed=False)
LABEL = Ask("label", _("what it is called"), needed=False)
NAME = Ask("name", _("name in the text"), needed=False, help=_("Latin letters; an existing name is written anew"))
UNKNOWN = Ask("unknown", _("who is unknown"), "choice", (
    ("left_out", _("is left out")), ("stop", _("leaves the result of all unknown")), ("last", _("stands behind all")),
), "left_out")  # fmt: skip
TIES = Ask("ties", _("equals"), "choice", (
    ("best", _("all take the better place")), ("worst", _("all take the worse place")),
    ("dense", _("share a place, the next follows")), ("by_key", _("the smaller credit code goes first")),
), "best")  # fmt: skip
BOOL, COUNT = Measure("bool"), Measure("int")


@dataclass(frozen=True)
class Shape:
    """A form: what it asks, beside label and name, and how it writes the answers."""

    code: str
    label: Label
    asks: tuple[Ask, ...]
    build: Callable[[Writer], object]

    @property
    def fields(self) -> tuple[Ask, ...]:
        return (*self.asks, LABEL, NAME)


def write(text: str, shape: str, values: Mapping[str, str], terms: Terms, on: date) -> str:
    """The text with a shape written into it; raises :class:`Blocked`, and then nothing is written.

    ``values`` are what was typed, by field; ``terms`` the facts that may be chosen; ``on`` from when new dated values
    are in force.
    """
    writer = Writer(text, values, terms, on)
    SHAPES[shape].build(writer)
    return writer.done()


def _refuse(field: str, value: str, expected: Label) -> Blocked:
    return Blocked((Blocker(BAD_VALUE, field, field, value, {"expected": expected}),))


def _numeric(w: Writer, field: str = "of") -> tuple[str, Measure]:
    """A value that can be calculated with."""
    code = w.of(field)
    measure = w.scope[code]
    if not measure.number:
        raise Blocked((Blocker(WRONG_TYPE, field, w.called(code), params={
            "expected": _("a number"), "what": measure.name,
        }),))  # fmt: skip
    return code, measure


def _total(w: Writer, of: str, take: str, words: Label) -> str:
    """A number of the whole population, written once."""
    name = f"{of}_{take}"
    if name in w.scope:
        return name
    body = {
        "total": {"take": take, "of": of, "unknown": "left_out"},
        **({"round": "half_up"} if take == "mean" else {}),
    }
    return w.formula(name, w.scope[of], both(words, what=w.called(of)), body, (of,))


def _points(w: Writer, of: str, suffix: str, expr: str, uses: tuple[str, ...]) -> str:
    label = w.label(_("points for %(what)s"), what=w.called(of))
    return w.formula(w.name(f"{of}_{suffix}"), w.number_of, label, {"expr": expr, "round": "half_up"}, (of, *uses))


def _ratio(w: Writer) -> str:
    of, measure = _numeric(w)
    if w.asked("against") == "average":
        base = _total(w, of, "mean", _("average of %(what)s"))
    else:
        label = both(_("base of %(what)s"), what=w.called(of))
        base = w.parameter(w.free(f"{of}_base"), measure, w.asked("base"), label)
    share = f"{of} / {base}" if w.asked("order") == "high" else f"{base} / {of}"
    low, cap, full = w.number("floor"), w.number("cap"), w.number("full")
    return _points(w, of, "ratio", f"{full} * max({low}, min({cap}, {share}))", (base,))


def _min_max(w: Writer) -> str:
    of, _measure = _numeric(w)
    least = _total(w, of, "least", _("least of %(what)s"))
    most = _total(w, of, "most", _("greatest of %(what)s"))
    low, full = w.number("floor"), w.number("full")
    above = f"{of} - {least}" if w.asked("order") == "high" else f"{most} - {of}"
    return _points(w, of, "min_max", f"{low} + ({full} - {low}) * ({above}) / ({most} - {least})", (least, most))


def _best(w: Writer) -> str:
    of, _measure = _numeric(w)
    high = w.asked("order") == "high"
    best = _total(w, of, *(("most", _("greatest of %(what)s")) if high else ("least", _("least of %(what)s"))))
    share = f"{of} / {best}" if high else f"{best} / {of}"
    return _points(w, of, "share", f"{w.number('full')} * max(0, {share})", (best,))


def _pairs(w: Writer, field: str) -> list[tuple[str, str]]:
    """Lines such as ``100 = 5``; the left side may be empty."""
    found = []
    for line in w.asked(field).splitlines():
        if not line.strip():
            continue
        left, sign, right = line.partition("=")
        if not sign or not right.strip():
            raise _refuse(field, line.strip(), _("lines such as: 100 = 5"))
        found.append((left.strip(), right.strip()))
    return found


def _plain(field: str, text: str) -> Number:
    if not DECIMAL.fullmatch(text):
        raise _refuse(field, text, _("a number"))
    return Number(text)


def _steps(w: Writer) -> str:
    of, _measure = _numeric(w)
    pairs = _pairs(w, "lines")
    if len(pairs) < 2 or pairs[0][0] or not all(bound for bound, _points_ in pairs[1:]):
        raise _refuse("lines", w.asked("lines"), _("a first line “= points”, then lines “bound = points”, growing"))
    bounds = [bound for bound, _points_ in pairs[1:]]
    lines = []
    for at, (bound, points) in enumerate(pairs):
        edges = ({"from": bound} if bound else {}) | ({"below": bounds[at]} if at < len(bounds) else {})
        lines.append({**edges, "then": _plain("lines", points)})
    label = w.label(_("points for %(what)s"), what=w.called(of))
    return w.formula(w.name(f"{of}_steps"), w.number_of, label, {"steps": {"of": of, "lines": lines}}, (of,))


def _rank(w: Writer) -> str:
    of, _measure = _numeric(w)
    order = "high_first" if w.asked("order") == "high" else "low_first"
    body = {"rank": {"of": of, "order": order, "ties": w.asked("ties"), "unknown": w.asked("unknown")}}
    return w.output(w.name(f"{of}_place"), COUNT, w.label(_("place by %(what)s"), what=w.called(of)), body)


def _condition_of(w: Writer, field: str = "when") -> str:
    code = w.of(field)
    if w.scope[code].type != "bool":
        raise Blocked((Blocker(WRONG_TYPE, field, w.called(code), params={
            "expected": _("yes or no"), "what": w.scope[code].name,
        }),))  # fmt: skip
    return code


def _bonus(sign: str, words: Label) -> Callable[[Writer], str]:
    def build(w: Writer) -> str:
        when = _condition_of(w)
        points = Number(f"{sign}{w.number('points').lstrip('-')}")
        label = w.label(words, what=w.called(when))
        line = {
            "label": label,
            "when": when,
            "points": points,
            **{k: v for k, v in w.source().items() if k == "source"},
        }
        return w.output(w.name(f"{when}_points"), w.number_of, label, {"score": [line]})

    return build


def _known(w: Writer) -> str:
    of, measure = _numeric(w)
    mean = _total(w, of, "mean", _("average of %(what)s"))
    label = w.label(_("%(what)s; without data the average"), what=w.called(of))
    return w.formula(w.name(f"{of}_or_mean"), measure, label, {"expr": f"first_known({of}, {mean})"}, (of, mean))


def _quotient(w: Writer) -> str:
    (of, one), (per, other) = _numeric(w), _numeric(w, "per")
    (money, area), (below, under) = one.dimension, other.dimension
    left = (money - below, area - under)
    types = {(1, 0): Measure("money", unit="万元"), (0, 1): Measure("area", unit="亩"),
             (1, -1): Measure("money", per="area", unit="万元/亩")}  # fmt: skip
    if left != (0, 0) and left not in types:
        raise _refuse("per", w.asked("per"), _("a value of the same kind, an area under an amount, or a plain number"))
    plain = Measure("percent") if w.asked("as") == "percent" else Measure("decimal", 4)
    label = w.label(_("%(what)s per %(per)s"), what=w.called(of), per=w.called(per))
    expr = {"expr": f"{of} / {per}", "round": "half_up"}
    return w.formula(w.name(f"{of}_per_{per}"), types.get(left, plain), label, expr, (of, per))


def _weighted(w: Writer) -> str:
    items = []
    for code, weight in _pairs(w, "items"):
        name = w.known(code, "items")
        items.append({"label": both(w.called(name)), "of": name, "weight": _plain("items", weight.rstrip("%％ "))})
    return w.output(w.name("total"), w.number_of, w.label(_("total points")),
                    {"weighted": {"items": items}, "round": "half_up"})  # fmt: skip


def _sum(w: Writer) -> str:
    names = [w.known(code.strip(), "items") for code in w.asked("items").splitlines() if code.strip()]
    return w.output(w.name("sum"), w.number_of, w.label(_("sum of points")),
                    {"expr": " + ".join(names), "round": "half_up"})  # fmt: skip


def _classes(w: Writer) -> str:
    of, _measure = _numeric(w)
    pairs = _pairs(w, "shares")
    codes = [chr(ord("a") + at) for at in range(len(pairs))]
    shares = [
        {
            "class": code,
            **({"rest": True} if share in {"rest", "其余"} else {"share": _plain("shares", share.rstrip("%％ "))}),
        }
        for code, (_label, share) in zip(codes, pairs)
    ]
    values: list[tuple[str, Label]] = [(code, label) for code, (label, _share) in zip(codes, pairs)]
    body: dict[str, object] = {"of": of, "order": "high_first" if w.asked("order") == "high" else "low_first"}
    exempt = w.values.get("exempt", "").strip()
    if exempt:
        exempt = _condition_of(w, "exempt")
        values.append(("exempt", _("not classified")))
        body |= {"among": f"!{exempt}", "otherwise": "exempt"}
    body |= {name: w.asked(name) for name in ("unknown", "denominator", "round", "ties")}
    return w.output(w.name("class"), Measure("text", values=tuple(values)), w.label(_("class")),
                    {"classes": {**body, "shares": shares}})  # fmt: skip


def _veto(w: Writer) -> str:
    when, of, to = _condition_of(w), w.of("class"), w.asked("to")
    measure = w.scope[of]
    codes = {str(label): code for code, label in measure.values} | {code: code for code, _label in measure.values}
    if to not in codes:
        raise _refuse("to", to, ", ".join(str(label) for _code, label in measure.values) or _("a class of the text"))
    place = [code for code, _label in measure.values].index(codes[to])
    better = ", ".join(f"'{code}'" for code, _label in measure.values[:place])
    test = f"{when} && {of} in [{better}]" if better else when
    body = {"first": [{"when": test, "then": codes[to]}, {"gives": of}]}
    return w.output(w.name(f"{of}_final"), measure, w.label(_("class after veto")), body)


def _condition(w: Writer) -> str:
    of = w.of()
    measure, relation = w.scope[of], w.asked("relation")
    label = w.label(_("condition on %(what)s"), what=w.called(of))
    name = w.name(f"{of}_met")
    if measure.type == "bool":
        return w.clause(name, label, of if relation not in {"!=", "<", "<="} else f"!{of}")
    if measure.type == "text":
        known = {str(label): code for code, label in measure.values}
        codes = [known.get(one.strip(), one.strip()) for one in w.asked("threshold").replace("，", ",").split(",")]
        listed = ", ".join("'" + code.replace("'", "") + "'" for code in codes)
        return w.clause(name, label, f"{'!' if relation == '!=' else ''}({of} in [{listed}])")
    line = both(_("threshold of %(what)s"), what=w.called(of))
    return w.clause(
        name, label, f"{of} {relation} {w.parameter(w.free(f'{of}_line'), measure, w.asked('threshold'), line)}"
    )


def _flag(w: Writer) -> str:
    names = [w.known(code.strip(), "clauses") for code in w.asked("clauses").split(",") if code.strip()]
    return w.output(w.name("flag"), BOOL, w.label(_("flagged")), {w.asked("mode"): names})


def _amount(w: Writer) -> str:
    names = [w.known(code.strip(), "clauses") for code in w.asked("clauses").split(",") if code.strip()]
    eligible = w.output(w.free("eligible"), BOOL, both(_("all conditions are met")), {"all": names})
    money = Measure("money", unit="万元")
    rate = w.values.get("rate", "").strip()
    if not rate:
        gives = w.parameter(w.free("amount_fixed"), money, w.asked("amount"), both(_("amount")))
    else:
        of = w.of()
        share = w.parameter(w.free("amount_rate"), Measure("percent"), rate.rstrip("%％ "), both(_("rate")))
        cap = w.values.get("amount", "").strip()
        most = w.parameter(w.free("amount_cap"), money, cap, both(_("at most"))) if cap else ""
        gives = f"max(0, min({most}, {of} * {share}))" if cap else f"max(0, {of} * {share})"
    body = {"first": [{"when": eligible, "gives": gives}, {"else": 0}], "round": "half_up"}
    return w.output(w.name("amount"), money, w.label(_("amount to be paid")), body)


CAP = Ask("cap", _("at most (times the base)"), "number", default="1.5")
AGAINST = Ask(
    "against", _("base"), "choice", (("stated", _("a stated value")), ("average", _("the average"))), "stated"
)
WHEN = Ask("when", _("if"), "condition")
CLAUSES = Ask("clauses", _("conditions"), "clauses")
SHAPES: Mapping[str, Shape] = {shape.code: shape for shape in (
    Shape("condition", _("condition: field, comparison, threshold"), (
        Ask("of", _("value"), "early"),
        Ask("relation", _("comparison"), "choice", (
            (">=", "≥"), (">", ">"), ("<=", "≤"), ("<", "<"), ("==", "="), ("!=", "≠"),
        ), ">="),
        Ask("threshold", _("threshold"), "value", needed=False,
            help=_("With its unit, such as 300万元; of a text: its values, with commas; of yes or no: left empty")),
        SOURCE,
    ), _condition),
    Shape("quotient", _("one value per another"), (
        OF, Ask("per", _("per"), "of"),
        Ask("as", _("shown as"), "choice", (("number", _("number")), ("percent", _("percent"))), "number"),
    ), _quotient),
    Shape("ratio", _("points: ratio to a base, with cap and floor"), (
        OF, ORDER, AGAINST, Ask("base", _("base value"), "value", needed=False), CAP,
        Ask("floor", _("at least (times the base)"), "number", default="0"), FULL, SOURCE,
    ), _ratio),
    Shape("min_max", _("points: between the least and the greatest"), (OF, ORDER, FLOOR, FULL), _min_max),
    Shape("best", _("points: share of the best"), (OF, ORDER, FULL), _best),
    Shape("steps", _("points by steps"), (
        OF, Ask("lines", _("steps"), "lines", default="= 0\n100 = 5\n200 = 10",
                help=_("First “= points” for what lies below the first bound, then a line for each bound")),
    ), _steps),
    Shape("average", _("without data the average"), (OF,), _known),
    Shape("bonus", _("bonus"), (WHEN, Ask("points", _("points"), "number", default="5"), SOURCE),
          _bonus("", _("bonus: %(what)s"))),
    Shape("deduction", _("deduction"), (WHEN, Ask("points", _("points"), "number", default="5"), SOURCE),
          _bonus("-", _("deduction: %(what)s"))),
    Shape("weighted", _("total by weights"), (
        Ask("items", _("items and weights"), "lines", help=_("A line for each: name in the text = weight in percent")),
    ), _weighted),
    Shape("sum", _("sum of points"), (
        Ask("items", _("items"), "lines", help=_("A name of the text on each line")),
    ), _sum),
    Shape("rank", _("place in the ranking"), (OF, ORDER, TIES, UNKNOWN), _rank),
    Shape("classes", _("classes by share"), (
        OF, ORDER,
        Ask("shares", _("classes and shares"), "lines", default="A = 20\nB = 60\nC = rest",
            help=_("Best first; percent of the denominator, one of them “rest”")),
        Ask("denominator", _("denominator"), "choice", (
            ("ranked", _("those ranked")), ("all", _("all, also those not ranked")),
        ), "ranked"),
        Ask("round", _("boundaries"), "choice", (
            ("floor", _("rounded down")), ("ceiling", _("rounded up")), ("half_up", _("rounded half up")),
            ("largest_remainder", _("by the largest remainder")),
        ), "floor"),
        Ask("ties", _("equals at a boundary"), "choice", (
            ("all_in", _("all go to the better class")), ("all_out", _("all go to the worse class")),
            ("by_key", _("the smaller credit code goes first")),
        ), "all_in"),
        UNKNOWN, Ask("exempt", _("exempt from the ranking if"), "condition", needed=False),
    ), _classes),
    Shape("veto", _("veto"), (
        WHEN, Ask("class", _("class that it lowers"), "class"),
        Ask("to", _("not better than"), help=_("A class of the text, as it is called there")), SOURCE,
    ), _veto),
    Shape("amount", _("amount where all conditions are met"), (
        CLAUSES, Ask("rate", _("rate in percent"), needed=False, help=_("Left empty: the amount is fixed")),
        Ask("of", _("rate of"), "of", needed=False), Ask("amount", _("amount, or at most"), "value", needed=False),
        SOURCE,
    ), _amount),
    Shape("flag", _("flag"), (
        CLAUSES,
        Ask("mode", _("if"), "choice", (
            ("all", _("all hold")), ("any", _("any holds")), ("none", _("none holds")),
        ), "all"),
    ), _flag),
)}  # fmt: skip
