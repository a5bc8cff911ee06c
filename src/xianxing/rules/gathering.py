"""Reading population steps and windows from a rule file, with every choice stated or refused by name."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from xianxing.rules.conditions import Test, compile_test
from xianxing.rules.faults import (
    MISSING_KEY,
    NO_PANEL,
    NO_REMAINDER,
    NO_REST,
    NO_ROUNDING,
    OVER_WHOLE,
    SHAPE,
    TWO_RESTS,
    UNDECLARED,
    UNDER_WHOLE,
    WRONG_TYPE,
)
from xianxing.rules.formulas import ROUNDINGS
from xianxing.rules.measures import Measure, Scalar, steps
from xianxing.rules.population import (
    TIES_OF_CLASSES,
    TIES_OF_RANKS,
    Band,
    Classes,
    Gathered,
    Lag,
    Members,
    Order,
    Rank,
    Span,
    Streak,
    Total,
    Windowed,
)
from xianxing.rules.reading import Piece
from xianxing.rules.sorts import of_measure

__all__ = ["GATHERED", "Gathering", "test_in"]

GATHERED = ("total", "rank", "classes", "before", "years", "run")
OF_MEMBERS = ("among", "by", "unknown")
OF_TOTAL = ("take", "of", *OF_MEMBERS)
OF_RANK = ("of", "order", "then", "ties", *OF_MEMBERS)
OF_CLASSES = (*OF_RANK, "denominator", "round", "otherwise", "shares")
OF_BAND = ("class", "share", "up_to", "rest", "of_rest", "round")
OF_ORDER = ("of", "order")
ORDERS = ("high_first", "low_first")
TAKES, SPANS = ("count", "sum", "mean", "least", "most"), ("sum", "mean", "least", "most", "count", "all", "any")
BOUNDARIES = ("floor", "ceiling", "half_up", "largest_remainder")
LONGEST = 30
SHARE = Measure("percent")


def test_in(piece: Piece, key: str, scope: Mapping[str, Measure]) -> Test | None:
    """The condition under a key, which must be there; its faults are noted."""
    text = piece.data.get(key)
    text = str(text).lower() if isinstance(text, bool) else piece.text(key, needed=True)
    return piece.reader.attempt(piece.where(key), text, lambda: compile_test(text, scope)) if text else None


class Gathering:
    """Reads the population steps of one version. ``panel`` is the input that holds the year, if there is one."""

    def __init__(self, scope: Mapping[str, Measure], panel: str) -> None:
        self.scope, self.panel = scope, panel

    def read(self, form: str, piece: Piece, measure: Measure, rounding: str) -> Gathered | Windowed | None:
        """What stands under the key of a form."""
        inside, place = piece.data[form], piece.where(form)
        match form:
            case "total":
                return self._total(piece.child(form, inside, OF_TOTAL), measure, rounding)
            case "rank":
                return self._rank(piece.child(form, inside, OF_RANK), measure)
            case "classes":
                return self._classes(piece.child(form, inside, OF_CLASSES), measure)
        if not self.panel:
            piece.reader.fault(NO_PANEL, place)
        match form:
            case "before":
                return self._before(piece.child(form, inside, ("of", "years")), measure)
            case "years":
                return self._years(piece.child(form, inside, ("of", "last", "take")), measure, rounding)
        return self._run(piece.child(form, inside, ("of", "most", "no_row")), measure)

    # what they have in common

    def _named(self, piece: Piece, key: str = "of") -> tuple[str, Measure | None]:
        name = piece.text(key, needed=True)
        if name and name not in self.scope:
            piece.reader.fault(UNDECLARED, piece.where(key), name, name=name)
        return name, self.scope.get(name)

    def _expect(self, piece: Piece, measure: Measure | None, wanted: Measure, key: str = "of") -> None:
        """That something has the type wanted, in kind and dimension."""
        if measure is None:
            return
        found, needed = of_measure(measure), of_measure(wanted)
        if found != needed:
            piece.reader.fault(WRONG_TYPE, piece.where(key), expected=needed.words, what=found.words)

    def _fits(self, piece: Piece, found: Measure | None, measure: Measure, rounding: str, *, divided: bool) -> None:
        """That a number taken from others fits the type declared, or says how it is rounded."""
        self._expect(piece, found, measure)
        if found and found.number and not rounding and (divided or found.scale > measure.scale):
            piece.reader.fault(NO_ROUNDING, piece.place, choices=", ".join(ROUNDINGS))

    def _members(self, piece: Piece, modes: Sequence[str]) -> Members:
        among = test_in(piece, "among", self.scope) if "among" in piece.data else None
        by = piece.names("by") if "by" in piece.data else ()
        for name in by:
            measure = self.scope.get(name)
            if measure is None or measure.type not in {"text", "bool", "int"}:
                piece.reader.fault(UNDECLARED, piece.where("by"), name, name=name)
        return Members(among, by, piece.text("unknown", "stop", choices=modes))

    def _orders(self, piece: Piece) -> tuple[Order, ...]:
        return tuple(self._ordered(piece))

    def _ordered(self, piece: Piece) -> Iterator[Order]:
        ways = [piece, *piece.listed("then", OF_ORDER)]
        for way in ways:
            name, measure = self._named(way)
            if measure is not None and not measure.number and measure.type != "date":
                way.reader.fault(WRONG_TYPE, way.where("of"), expected=_("a number"), what=of_measure(measure).words)
            yield Order(name, way.text("order", needed=True, choices=ORDERS) != "low_first")

    # totals, ranks, classes

    def _total(self, piece: Piece, measure: Measure, rounding: str) -> Total:
        take = piece.text("take", "count", needed=True, choices=TAKES)
        members = self._members(piece, ("stop", "left_out"))
        if take == "count":
            self._expect(piece, Measure("int"), measure, "take")
            return Total(members, take)
        name, found = self._named(piece)
        if found is not None and not found.number and (found.type != "date" or take in {"sum", "mean"}):
            piece.reader.fault(WRONG_TYPE, piece.where("of"), expected=_("a number"), what=of_measure(found).words)
        self._fits(piece, found, measure, rounding, divided=take == "mean")
        return Total(members, take, name)

    def _rank(self, piece: Piece, measure: Measure) -> Rank:
        self._expect(piece, Measure("int"), measure)
        ties = piece.text("ties", "best", needed=True, choices=TIES_OF_RANKS)
        return Rank(self._members(piece, ("stop", "left_out", "last")), self._orders(piece), ties)

    def _classes(self, piece: Piece, measure: Measure) -> Classes:
        members = self._members(piece, ("stop", "left_out", "last"))
        denominator, bands = self._denominator(piece), tuple(self._bands(piece, measure))
        self._whole(piece, bands, ranked=denominator == "ranked")
        otherwise = self._value(piece, "otherwise", measure) if "otherwise" in piece.data else None
        if members.among is not None and "otherwise" not in piece.data:
            piece.reader.fault(MISSING_KEY, piece.where("otherwise"))
        ties = piece.text("ties", "all_in", needed=True, choices=TIES_OF_CLASSES)
        return Classes(members, self._orders(piece), ties, denominator, bands, otherwise)

    def _denominator(self, piece: Piece) -> str | Test:
        text = piece.text("denominator", "ranked", needed=True)
        return text if text in {"ranked", "all"} else test_in(piece, "denominator", self.scope) or "ranked"

    def _value(self, piece: Piece, key: str, measure: Measure) -> Scalar | None:
        written = piece.data.get(key)
        if written is None:
            piece.reader.fault(MISSING_KEY, piece.where(key))
            return None
        return piece.reader.attempt(piece.where(key), written, lambda: measure.read(written))

    def _bands(self, piece: Piece, measure: Measure) -> Iterator[Band]:
        general, reached = piece.text("round", needed=True, choices=BOUNDARIES), Fraction(0)
        for one in piece.listed("shares", OF_BAND, needed=True):
            if "of_rest" in one.data:
                one.reader.fault(NO_REMAINDER, one.where("of_rest"), one.data["of_rest"])
            rounding = one.text("round", general, choices=BOUNDARIES)
            if "round" in one.data and "largest_remainder" in {rounding, general} and rounding != general:
                one.reader.fault(SHAPE, one.where("round"), what=rounding, expected=general)
            share = None if one.flag("rest") else self._share(one, reached)
            reached += share or 0
            yield Band(self._value(one, "class", measure) or "", share, rounding)

    def _share(self, piece: Piece, reached: Fraction) -> Fraction:
        """The share of the whole; ``up_to`` counts from the top."""
        key = "up_to" if "up_to" in piece.data else "share"
        held = self._value(piece, key, SHARE) if key in piece.data or "of_rest" not in piece.data else 0
        share = Fraction(steps(held or 0), 10**SHARE.scale) - (reached if key == "up_to" else 0)
        if share < 0:
            piece.reader.fault(SHAPE, piece.where(key), what=str(piece.data[key]), expected=_("a growing share"))
        return share

    def _whole(self, piece: Piece, bands: tuple[Band, ...], *, ranked: bool) -> None:
        """That shares are shares of one whole: not over it, not under it without a class that takes the rest."""
        total = sum((band.share or Fraction(0) for band in bands), Fraction(0))
        rests, place = [band for band in bands if band.share is None], piece.where("shares")
        shown = f"{float(total * 100):g} %"
        if total > 1:
            piece.reader.fault(OVER_WHOLE, place, shown)
        if len(rests) > 1:
            piece.reader.fault(TWO_RESTS, place)
        if not rests and total < 1:
            piece.reader.fault(UNDER_WHOLE, place, shown)
        if not rests and not ranked:
            piece.reader.fault(NO_REST, place)
        if not ranked and any(band.rounding == "largest_remainder" for band in bands):
            piece.reader.fault(SHAPE, piece.where("round"), what="largest_remainder", expected="denominator: ranked")

    # windows

    def _before(self, piece: Piece, measure: Measure) -> Lag:
        name, found = self._named(piece)
        self._fits(piece, found, measure, "", divided=False)
        return Lag(name, piece.whole_number("years", 1, LONGEST) or self._lacking(piece, "years"), year=self.panel)

    def _years(self, piece: Piece, measure: Measure, rounding: str) -> Span:
        name, found = self._named(piece)
        take = piece.text("take", "sum", needed=True, choices=SPANS)
        if take in {"count", "all", "any"}:
            self._expect(piece, found, Measure("bool"))
            self._expect(piece, Measure("int" if take == "count" else "bool"), measure, "take")
        else:
            if found is not None and not found.number:
                piece.reader.fault(WRONG_TYPE, piece.where("of"), expected=_("a number"), what=of_measure(found).words)
            self._fits(piece, found, measure, rounding, divided=take == "mean")
        return Span(name, piece.whole_number("last", 1, LONGEST) or self._lacking(piece, "last"), take, year=self.panel)

    def _run(self, piece: Piece, measure: Measure) -> Streak:
        name, found = self._named(piece)
        self._expect(piece, found, Measure("bool"))
        self._expect(piece, Measure("int"), measure)
        gap = piece.text("no_row", "unknown", needed=True, choices=("unknown", "ends"))
        most = piece.whole_number("most", 1, LONGEST) or self._lacking(piece, "most")
        return Streak(name, most, gap, year=self.panel)

    def _lacking(self, piece: Piece, key: str) -> int:
        if piece.data.get(key) is None:
            piece.reader.fault(MISSING_KEY, piece.where(key))
        return 1
