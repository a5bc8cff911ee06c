"""What slices and the desk add to the pages by registration, so that nobody below imports them.

An app's ``pages`` module is imported at start and calls the functions here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.urls import URLPattern, URLResolver

from xianxing.kernel.blockers import Label
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.gate import Row

Values: TypeAlias = Mapping[str, Any]

__all__ = [
    "ACTIONS",
    "ENTRIES",
    "ERRANDS",
    "GANTTS",
    "ICONS",
    "PANELS",
    "ROUTES",
    "VIEWS",
    "Entry",
    "Errand",
    "Panel",
    "View",
    "actions",
    "entry",
    "errand",
    "gantt",
    "icon",
    "panel",
    "routes",
    "view",
]


@dataclass(frozen=True)
class Panel:
    """A part of a register's detail page: ``values`` reads what ``template`` shows; ``None`` leaves the panel out.

    ``side`` puts it into the narrow column.
    """

    title: Label
    template: str
    values: Callable[[Context, Row], Values | None]
    side: bool = False


@dataclass(frozen=True)
class View:
    """Another way to see a register's list under the same filter, beside list, board, Gantt and funnel."""

    code: str
    label: Label
    icon: str
    template: str
    values: Callable[[Context, Query], Values]


@dataclass(frozen=True)
class Entry:
    """An entry of the navigation. ``may`` hides it, ``count`` gives the number beside it."""

    label: Label
    url: str
    icon: str = "list"
    group: Label = ""
    order: int = 50
    may: Callable[[Context], bool] = lambda _context: True
    count: Callable[[Context], int] | None = None


@dataclass(frozen=True)
class Errand:
    """Rows of a child register that somebody is to settle: ``post`` names the column of the post whose errand it is,
    ``due`` that of the last day, ``done`` that of the day on which it was settled (open while empty)."""

    register: str
    post: str
    due: str
    done: str


PANELS: dict[str, list[Panel]] = {}
VIEWS: dict[str, list[View]] = {}
GANTTS: dict[str, Callable[[Context, Sequence[Row]], Sequence[Values]]] = {}
ACTIONS: dict[str, list[Callable[[Context, Row], Sequence[Values]]]] = {}
ENTRIES: list[Entry] = []
ERRANDS: list[Errand] = []
ROUTES: list[URLPattern | URLResolver] = []
ICONS: dict[str, str] = {}


def panel(
    register: str, title: Label, template: str, values: Callable[[Context, Row], Values | None], *, side: bool = False
) -> None:
    """Add a panel to the detail page of a register."""
    PANELS.setdefault(register, []).append(Panel(title, template, values, side))


def view(
    register: str, code: str, label: Label, icon: str, template: str, values: Callable[[Context, Query], Values]
) -> None:
    """Add a way to see the list of a register."""
    VIEWS.setdefault(register, []).append(View(code, label, icon, template, values))


def gantt(register: str, rows: Callable[[Context, Sequence[Row]], Sequence[Values]]) -> None:
    """Give a register a Gantt: ``rows`` turns the page's rows into those of the ``gantt`` component."""
    GANTTS[register] = rows


def actions(register: str, found: Callable[[Context, Row], Sequence[Values]]) -> None:
    """Add links or buttons (label, url, icon, kind) to the head of a register's detail page."""
    ACTIONS.setdefault(register, []).append(found)


def entry(added: Entry) -> None:
    """Add an entry to the navigation."""
    ENTRIES.append(added)
    ENTRIES.sort(key=lambda e: e.order)


def errand(register: str, *, post: str, due: str, done: str) -> None:
    """Let the rows of a child register stand on the desk of the post they are assigned to until they are settled."""
    ERRANDS.append(Errand(register, post, due, done))


def routes(*patterns: URLPattern | URLResolver) -> None:
    """Add addresses."""
    ROUTES.extend(patterns)


def icon(register: str, name: str) -> None:
    """Which drawing stands for a register in the navigation."""
    ICONS[register] = name
