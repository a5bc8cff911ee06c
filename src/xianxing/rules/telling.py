"""Population steps and windows in the reader's words: who counts, in which order, how boundaries and ties fall."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianxing.kernel.blockers import Label
from xianxing.rules.conditions import Test
from xianxing.rules.measures import Measure
from xianxing.rules.population import Classes, Gathered, Lag, Members, Order, Rank, Span, Streak, Total, Windowed
from xianxing.rules.wording import in_words

__all__ = ["Teller"]

TAKEN: Mapping[str, Label] = {
    "count": gettext_lazy("how often %(what)s"),
    "sum": gettext_lazy("sum of %(what)s"),
    "mean": gettext_lazy("mean of %(what)s"),
    "least": gettext_lazy("least of %(what)s"),
    "most": gettext_lazy("greatest of %(what)s"),
    "all": gettext_lazy("%(what)s in all"),
    "any": gettext_lazy("%(what)s in any"),
}
UNKNOWN: Mapping[str, Label] = {
    "stop": gettext_lazy("leaves the result of all unknown"),
    "left_out": gettext_lazy("is left out"),
    "last": gettext_lazy("stands behind all others"),
}
TIES_OF_RANKS: Mapping[str, Label] = {
    "best": gettext_lazy("all take the better place"),
    "worst": gettext_lazy("all take the worse place"),
    "dense": gettext_lazy("all take one place, and the next follows at once"),
    "by_key": gettext_lazy("the smaller key goes first"),
}
TIES_OF_CLASSES: Mapping[str, Label] = {
    "all_in": gettext_lazy("all go to the better class"),
    "all_out": gettext_lazy("all go to the worse class"),
    "by_key": gettext_lazy("the smaller key goes first"),
}
BOUNDARIES: Mapping[str, Label] = {
    "floor": gettext_lazy("rounded down"),
    "ceiling": gettext_lazy("rounded up"),
    "half_up": gettext_lazy("rounded half up"),
    "largest_remainder": gettext_lazy("by the largest remainder"),
}


class Teller:
    """Says the steps of one version. ``labels`` name everything, ``choices`` the codes of texts."""

    def __init__(self, labels: Mapping[str, Label], choices: Mapping[str, Label]) -> None:
        self.labels, self.choices = labels, choices

    def lines(self, body: Gathered | Windowed, measure: Measure) -> Iterator[tuple[str, str]]:
        """When and what, line by line."""
        match body:
            case Total():
                yield "", self._total(body)
            case Rank(members, orders, ties):
                yield "", _("place by %(orders)s") % {"orders": self._orders(orders)}
                yield _("of equals"), str(TIES_OF_RANKS[ties])
                yield from self._members(members)
            case Classes():
                yield from self._classes(body, measure)
            case Lag(of, years):
                yield "", _("%(what)s, %(years)s year(s) before") % {"what": self._name(of), "years": years}
            case Span(of, last, take):
                said = {"what": str(TAKEN[take]) % {"what": self._name(of)}, "years": last}
                yield "", _("%(what)s over the last %(years)s years") % said
            case Streak(of, most, gap):
                said = {"what": self._name(of), "most": most}
                yield "", _("years in a row up to this one with %(what)s, at most %(most)s") % said
                yield _("a year without a row"), _("ends the run") if gap == "ends" else _("leaves it unknown")
        if isinstance(body, Total):
            yield from self._members(body.members)

    def _name(self, code: str) -> str:
        return f"“{self.labels.get(code, code)}”"

    def _said(self, test: Test) -> str:
        return in_words(test.node, self.labels, self.choices)

    def _total(self, total: Total) -> str:
        return str(TAKEN[total.take]) % {"what": self._name(total.of)} if total.of else _("how many there are")

    def _orders(self, orders: tuple[Order, ...]) -> str:
        ways = {True: _("%(what)s, highest first"), False: _("%(what)s, lowest first")}
        return _(", then ").join(ways[order.high_first] % {"what": self._name(order.of)} for order in orders)

    def _members(self, members: Members) -> Iterator[tuple[str, str]]:
        if members.among:
            yield _("who counts"), self._said(members.among)
        if members.by:
            yield _("apart by"), _(", ").join(map(self._name, members.by))
        yield _("who is unknown"), str(UNKNOWN[members.unknown])

    def _classes(self, body: Classes, measure: Measure) -> Iterator[tuple[str, str]]:
        yield _("order"), self._orders(body.orders)
        rest = body.rest
        for place, band in enumerate(body.bands):
            share = _("the rest") if band.share is None else _share(band.share, below=rest is not None and place > rest)
            yield measure.show(band.code), f"{share} · {BOUNDARIES[band.rounding]}"
        yield _("denominator"), self._denominator(body.denominator)
        yield _("equals at a boundary"), str(TIES_OF_CLASSES[body.ties])
        yield from self._members(body.members)
        if body.otherwise is not None:
            yield _("who is not ranked"), measure.show(body.otherwise)

    def _denominator(self, denominator: str | Test) -> str:
        if isinstance(denominator, Test):
            return self._said(denominator)
        return _("those ranked") if denominator == "ranked" else _("all, also those not ranked")


def _share(share: Fraction, *, below: bool) -> str:
    shown = f"{float(share * 100):g} %"
    return _("%(share)s from the bottom") % {"share": shown} if below else shown
