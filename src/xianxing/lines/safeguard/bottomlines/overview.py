"""How the six lines stand, for the page and the cockpit: the last value of each indicator, its colour, what is open.

Read through the gate as the caller may see it: five queries, whatever the number of observations.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from xianxing.kernel import gate
from xianxing.kernel.bilingual import both, said
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.indicators import INDICATORS
from xianxing.kernel.kinds import Ratio
from xianxing.kernel.register import REGISTRY, find
from xianxing.lines.safeguard.bottomlines.judging import colours, indicators
from xianxing.lines.safeguard.bottomlines.models import CLOSED, DISMISSED, MISSING
from xianxing.lines.safeguard.vocabulary import LINES
from xianxing.pages.addresses import by_id, list_url
from xianxing.pages.cells import cell, title_of

__all__ = ["GRAVEST", "URL", "Line", "Open", "Watched", "overview"]

URL = "/bottom-lines/"
GRAVEST = ("late", "soon", "unknown", "ok", "waiting")
"""Lights from the gravest to the mildest; ``waiting`` is what is only counted."""
FRESH = {"day": 7, "month": 45, "quarter": 135, "year": 430}
"""After how many days a value is out of date, by period; the zone's own."""
LOOKED_BACK = timedelta(days=800)
TREND = 12
LATE = (("bottom-warning", "indicator__line"), ("finding", "inspection__line"), ("accident", ""))
"""Registers whose cases may be past a limit, with the way to the line; empty: that of work safety."""
OPEN = (Filter("stage", "is_not", (CLOSED,)), Filter("status", "is_not", (DISMISSED,)))
Shades = Mapping[tuple[str, str], Mapping[str, Any]]


@dataclass(frozen=True)
class Watched:
    """One indicator as it stands: printed value and threshold, light with reason, small trend. ``own``: no document."""

    code: str
    name: str
    url: str
    light: str
    word: str
    reason: str
    value: str = ""
    measure: str = ""
    threshold: str = ""
    on: date | None = None
    trend: tuple[float | None, ...] | None = None
    own: bool = False
    invented: bool = False


@dataclass(frozen=True)
class Open:
    """An open warning: its light, where it is and who holds it, by when what is due."""

    name: str
    url: str
    light: str
    owner: str
    who: str
    due: date | None
    what: str
    late: bool
    invented: bool


@dataclass(frozen=True)
class Line:
    """One of the six: its gravest light and why, what is watched, what is open, what is overdue."""

    code: str
    label: str
    light: str
    reason: str
    watched: tuple[Watched, ...]
    warnings: tuple[Open, ...]
    overdue: int

    @property
    def word(self) -> str:
        """The light as a word: a colour never speaks alone."""
        return word_of(self.light)

    @property
    def url(self) -> str:
        return f"{URL}#line-{self.code}"

    @property
    def warnings_url(self) -> str:
        """The list of the open warnings."""
        return list_url(find("bottom-warning"), Query(filters=OPEN).address(find("bottom-warning")))

    @property
    def invented(self) -> bool:
        return any(item.invented for item in self.watched) or any(item.invented for item in self.warnings)


def word_of(light: str) -> str:
    """What a light means on a bottom line."""
    return {
        "late": _("breached"),
        "soon": _("attention"),
        "unknown": _("not computable"),
        "ok": _("line held"),
        "waiting": _("counted only"),
    }[light]


def overview(context: Context) -> list[Line]:
    """The six lines in their order."""
    about, shades = indicators(context), colours(context)
    mine: Any = gate.rows(find("bottom-indicator"), context).order_by("code")
    series = _series(context)
    opened = _open(context, about, shades)
    late = _overdue(context)
    watched: dict[str, list[Watched]] = {}
    for pk in mine.values_list("pk", flat=True):
        seen = _Seen(about[pk], series.get(pk, []), shades, context.business_date)
        watched.setdefault(about[pk]["line"], []).append(seen.stand())
    return [
        _line(code, str(label), watched.get(code, []), opened.get(code, []), late.get(code, 0)) for code, label in LINES
    ]


def _line(code: str, label: str, watched: Sequence[Watched], warnings: Sequence[Open], overdue: int) -> Line:
    """A line is as grave as its gravest indicator or open warning; values that became better do not close one."""
    reasons = [(w.light, _("open warning: %(name)s") % {"name": w.name}) for w in warnings]
    reasons += [(w.light, f"{w.name}: {w.reason}") for w in watched if w.light != "waiting"]
    light, reason = min(
        reasons, key=lambda pair: GRAVEST.index(pair[0]), default=("waiting" if watched else "unknown", "")
    )
    if light == "ok":
        reason = _("no indicator has reached its threshold")
    return Line(code, label, light, reason, tuple(watched), tuple(warnings), overdue)


def _series(context: Context) -> dict[int, list[Mapping[str, Any]]]:
    """The observations of the last two years by indicator, oldest first."""
    rows: Any = gate.rows(find("bottom-observation"), context).order_by("observed_on", "id")
    names = ("indicator_id", "place_id", *both("place__name"), "observed_on", "value", "level", "threshold", "missing",
             "invented")  # fmt: skip
    found: dict[int, list[Mapping[str, Any]]] = {}
    for row in rows.filter(observed_on__gte=context.business_date - LOOKED_BACK).values(*names):
        found.setdefault(row["indicator_id"], []).append(row)
    return found


def _open(context: Context, about: Mapping[int, Mapping[str, Any]], shades: Shades) -> dict[str, list[Open]]:
    """The open warnings by line, the most urgent first."""
    register = find("bottom-warning")
    columns, pending = gate.visible(register, context), Query(filters=OPEN, order=("due_on",))
    found: dict[str, list[Open]] = {}
    for row in gate.cells(register, context, gate.rows(register, context, pending), columns):
        told, due = about[row.values["indicator"]], row.values["due_on"]
        found.setdefault(told["line"], []).append(
            Open(
                name=title_of(register, row),
                url=by_id(register, row.id),
                light=shades.get((told["scheme"], row.values["level"]), {}).get("light", "soon"),
                owner=row.refs["owner"],
                who=" · ".join(row.refs[name] for name in ("place", "unit", "owner") if row.refs[name]),
                due=due,
                what=cell(context, row, register.fields["due_what"]) or "",
                late=bool(due and due < context.business_date),
                invented=row.invented,
            )
        )
    return found


def _overdue(context: Context) -> dict[str, int]:
    """How many warnings, findings and accidents are past a limit, by line."""
    found: dict[str, int] = {}
    late = Query(filters=(Filter("due_on", "lt", (context.business_date,)),))
    for code, path in LATE:
        rows: Any = gate.rows(find(code), context, late).order_by() if code in REGISTRY else None
        for line in () if rows is None else rows.values_list(path, flat=True) if path else ["safety"] * rows.count():
            found[line] = found.get(line, 0) + 1
    return found


def _trend(course: Sequence[Mapping[str, Any]]) -> tuple[float | None, ...] | None:
    """The values of a course, unless they never change."""
    values = tuple(None if row["value"] is None else row["value"] / 100 for row in course)
    return values if len(set(values) - {None}) > 1 else None


@dataclass
class _Seen:
    """One indicator with its observations, oldest first."""

    indicator: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]
    shades: Shades
    today: date
    last: dict[int | None, Mapping[str, Any]] = field(default_factory=dict)

    def stand(self) -> Watched:
        """The whole zone's value where there is one, else the gravest place's; the light is that of the gravest."""
        self.last = {row["place_id"]: row for row in self.rows}
        event = self.indicator["comes"] == "recorded"
        if not self.last:
            return self._watched(*self._nothing(event=event))
        gravest = self.rows[-1] if event else min(self.last.values(), key=self._gravity)
        main = self.rows[-1] if event else self.last.get(None, gravest)
        light, word, reason = self._judged(gravest, event=event)
        if gravest is not main and not event:
            reason = f"{said(gravest, 'place__name')}: {reason}"
        course = [row for row in self.rows if event or row["place_id"] == main["place_id"]][-TREND:]
        return self._watched(
            light, word, reason,
            value="" if main["value"] is None else Ratio().print(main["value"]),
            threshold="" if main["threshold"] is None else Ratio().print(main["threshold"]),
            on=main["observed_on"],
            trend=_trend(course),
            invented=any(row["invented"] for row in self.last.values()),
        )  # fmt: skip

    def _gravity(self, row: Mapping[str, Any]) -> int:
        return GRAVEST.index(self._judged(row, event=False)[0])

    def _watched(self, light: str, word: str, reason: str, **more: Any) -> Watched:
        told = self.indicator
        url = by_id(find("bottom-indicator"), told["id"])
        return Watched(told["code"], said(told, "name"), url, light, word, reason,
                       measure=said(told, "measure"), own=told["own"], **more)  # fmt: skip

    def _nothing(self, *, event: bool) -> tuple[str, str, str]:
        if event:
            return "ok", word_of("ok"), _("none recorded")
        if self.indicator["comes"] == "computed" and self.indicator["source"] not in INDICATORS:
            return "unknown", word_of("unknown"), _("no register gives this number yet")
        return "unknown", word_of("unknown"), _("nothing observed yet")

    def _judged(self, row: Mapping[str, Any], *, event: bool) -> tuple[str, str, str]:
        """Light, word and reason of one observation. An event is told by its warning: without one it is past."""
        day = date_format(row["observed_on"], "DATE_FORMAT")
        if event:
            return "ok", word_of("ok"), _("last one on %(day)s") % {"day": day}
        if (self.today - row["observed_on"]).days > FRESH[self.indicator["period"]]:
            return "unknown", word_of("unknown"), _("no value since %(day)s") % {"day": day}
        if row["level"] == "unknown":
            return "unknown", word_of("unknown"), str(dict(MISSING).get(row["missing"], ""))
        shade = self.shades.get((self.indicator["scheme"], row["level"]))
        if shade is None:
            return "waiting", word_of("waiting"), _("no red line is laid down")
        return shade["light"], said(shade, "name"), said(shade, "meaning")
