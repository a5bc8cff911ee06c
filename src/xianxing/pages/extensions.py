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
    "BANDS",
    "ENTRIES",
    "ICONS",
    "PANELS",
    "ROUTES",
    "VIEWS",
    "Band",
    "Entry",
    "Panel",
    "View",
    "actions",
    "band",
    "entry",
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
class Band:
    """A band across the cockpit, under the lines of the plan: ``values`` reads what ``template`` shows; ``None`` leaves
    it out. The template gets them as ``band``."""

    title: Label
    template: str
    values: Callable[[Context], Values | None]
    url: str = ""


BANDS: list[Band] = []
PANELS: dict[str, list[Panel]] = {}
VIEWS: dict[str, list[View]] = {}
ACTIONS: dict[str, list[Callable[[Context, Row], Sequence[Values]]]] = {}
ENTRIES: list[Entry] = []
ROUTES: list[URLPattern | URLResolver] = []
ICONS: dict[str, str] = {}


def panel(
    register: str, title: Label, template: str, values: Callable[[Context, Row], Values | None], *, side: bool = False
) -> None:
    """Add a panel to the detail page of a register."""
    PANELS.setdefault(register, []).append(Panel(title, template, values, side))


def band(title: Label, template: str, values: Callable[[Context], Values | None], *, url: str = "") -> None:
    """Add a band to the cockpit and the big screen."""
    BANDS.append(Band(title, template, values, url))


def view(
    register: str, code: str, label: Label, icon: str, template: str, values: Callable[[Context, Query], Values]
) -> None:
    """Add a way to see the list of a register."""
    VIEWS.setdefault(register, []).append(View(code, label, icon, template, values))


def actions(register: str, found: Callable[[Context, Row], Sequence[Values]]) -> None:
    """Add links or buttons (label, url, icon, kind) to the head of a register's detail page."""
    ACTIONS.setdefault(register, []).append(found)


def entry(added: Entry) -> None:
    """Add an entry to the navigation."""
    ENTRIES.append(added)
    ENTRIES.sort(key=lambda e: e.order)


def routes(*patterns: URLPattern | URLResolver) -> None:
    """Add addresses."""
    ROUTES.extend(patterns)


def icon(register: str, name: str) -> None:
    """Which drawing stands for a register in the navigation."""
    ICONS[register] = name
