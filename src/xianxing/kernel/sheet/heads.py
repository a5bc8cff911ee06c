"""Which column of a sheet means which column of a register.

A head is the label in either language or the column's code, with or without its unit, in any case, with or without
the star that marks what is required. A head that names another unit (亿元 instead of 万元) is honoured: its numbers are
read in that unit.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from xianxing.kernel.blockers import At, Blocker, Problem
from xianxing.kernel.kinds import Measured
from xianxing.kernel.register import Column, Register
from xianxing.kernel.sheet.features import GEOMETRY
from xianxing.kernel.sheet.reading import Part, Table

__all__ = ["NUMBER", "VERSION", "Heads", "Place", "head_of", "match", "matched_parts"]

NUMBER, VERSION = "#", "@version"
NUMBER_LABEL, VERSION_LABEL = _("No."), _("Version")
NOTES, LISTS, ERRORS = _("Notes"), _("Lists"), _("Errors")
LANGUAGES = ("zh-hans", "en")
SEARCHED_ROWS = 20

HEAD_TWICE = Problem(
    "head_twice", _("The column “%(value)s” stands twice in the sheet"), _("Remove one of the columns")
)
HEAD_UNIT = Problem(
    "head_unit", _("The unit in the head “%(value)s” is not one of %(label)s"), _("Use one of: %(units)s")
)
NO_HEADS = Problem(
    "no_heads", _("No sheet has a row of heads of %(register)s"), _("Use the template; its first row holds the heads")
)

_UNIT = re.compile(r"^(.*?)[（(]([^（()）]*)[)）]$")


@dataclass(frozen=True)
class Place:
    """Where a column stands in a sheet; ``unit`` is put behind bare numbers when the head names another unit."""

    position: int
    head: str
    unit: str = ""


@dataclass
class Heads:
    """The heads of one sheet: ``row`` is their row index; ``unknown`` heads are not read."""

    row: int
    places: dict[str, Place] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    faults: list[Blocker] = field(default_factory=list)


def head_of(column: Column, required: bool = False) -> str:
    """The head as a template or an export writes it."""
    return column.head + ("*" if required else "")


def matched_parts(register: Register, table: Table) -> list[tuple[Part, Heads]]:
    """The sheets that hold rows of the register, each with its heads."""
    known = _known(register)
    own = {_plain(text) for text in _both((NOTES, LISTS, ERRORS))}
    found = [(part, match(register, part, known)) for part in table.parts if _plain(part.sheet) not in own]
    return [(part, heads) for part, heads in found if heads is not None]


def match(register: Register, part: Part, known: Mapping[str, str] | None = None) -> Heads | None:
    """The heads of a sheet: the row among the first ones that names most columns; nothing where none names any."""
    known = known if known is not None else _known(register)
    best, best_row = 0, -1
    for row, cells in enumerate(part.rows[:SEARCHED_ROWS]):
        hits = len({name for cell in cells if cell and (name := _name(known, cell)[0])})
        if hits > best:
            best, best_row = hits, row
    if best_row < 0:
        return None
    return _heads(register, part, best_row, known)


def _heads(register: Register, part: Part, row: int, known: Mapping[str, str]) -> Heads:
    heads = Heads(row)
    for position, cell in enumerate(part.rows[row]):
        if not cell or not cell.strip():
            continue
        name, unit = _name(known, cell)
        at = At(part.sheet, row + part.first, cell)
        if not name:
            heads.unknown.append(cell.strip())
        elif name in heads.places:
            heads.faults.append(Blocker(HEAD_TWICE, field=name, value=cell, at=at))
        else:
            column = register.fields.get(name)
            suffix: str | None = _suffix(column, unit) if column else ""
            if suffix is None and column and isinstance(column.kind, Measured):
                units = list(column.kind.units)
                heads.faults.append(Blocker(HEAD_UNIT, name, column.label, cell, {"units": units}, at=at))
            heads.places[name] = Place(position, cell.strip(), suffix or "")
    return heads


def _suffix(column: Column, unit: str) -> str | None:
    """What to put behind bare numbers; ``None`` for a unit that the column does not know."""
    kind = column.kind
    if not unit or not isinstance(kind, Measured):
        return ""
    meant = {_plain(code): code for code in kind.units}
    for code, label in kind.labels.items():
        meant |= {_plain(text): code for text in _both((label,))}
    named = meant.get(_plain(unit))
    return "" if named == kind.shown else named


def _name(known: Mapping[str, str], cell: str) -> tuple[str, str]:
    """The column that a head names and the unit that stands in it."""
    text = _plain(cell)
    if text in known:
        return known[text], ""
    found = _UNIT.match(text)
    if found and found.group(1) in known:
        return known[found.group(1)], found.group(2)
    return "", ""


def _known(register: Register) -> dict[str, str]:
    """Every way to name a column, in plain form."""
    known: dict[str, str] = {}
    for name, column in register.fields.items():
        for text in (*_both((column.label,)), name):
            known.setdefault(_plain(text), name)
    for name, label in ((NUMBER, NUMBER_LABEL), (VERSION, VERSION_LABEL)):
        for text in _both((label,)):
            known.setdefault(_plain(text), name)
    if register.placed and not register.placed[0]:
        known.setdefault(GEOMETRY, register.place)
    return known


def _both(labels: Sequence[object]) -> list[str]:
    texts = []
    for language in LANGUAGES:
        with override(language):
            texts += [str(label) for label in labels]
    return texts


def _plain(text: str) -> str:
    """A head without what people change in passing: blanks, case, brackets' width, the star."""
    return "".join(text.split()).strip("*＊").lower().replace("（", "(").replace("）", ")")
