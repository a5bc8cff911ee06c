"""Schemes of coloured slips, as data: what issues each colour and what it means in that place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from xianxing.kernel.blockers import Label
from xianxing.kernel.datafile import read_data

__all__ = ["KNOWN", "SCHEMES", "Scheme", "SlipKind"]


@dataclass(frozen=True)
class SlipKind:
    """One colour of a scheme. ``on`` names what issues it: near, behind, overdue, lapsed, person.

    ``deducts`` points of the unit's assessment from the ``after``-th such slip on; ``talk``: the head is called in;
    ``praises``: it honours and asks for no answer.
    """

    colour: str
    means: Label
    on: str
    deducts: int = 0
    after: int = 1
    talk: bool = False
    praises: bool = False


@dataclass(frozen=True)
class Scheme:
    """One scheme; ``number`` is its place in the parameter ``supervision.scheme``; the order is that of the ladder."""

    number: int
    code: str
    label: Label
    source: Label
    slips: Sequence[SlipKind] = field(default=())
    starts_on: date | None = None
    own: bool = False
    unverified: bool = False

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Scheme":
        """A scheme from a row of the file."""
        return cls(**{**row, "slips": tuple(SlipKind(**slip) for slip in row["slips"])})

    def slip(self, colour: str) -> SlipKind | None:
        """The slip of a colour, where the scheme has one."""
        return next((kind for kind in self.slips if kind.colour == colour), None)


KNOWN: Mapping[str, Scheme] = {
    row["code"]: Scheme.of(row) for row in read_data(Path(__file__).with_name("schemes.yaml"))
}
SCHEMES = tuple((scheme.code, scheme.label) for scheme in KNOWN.values())
