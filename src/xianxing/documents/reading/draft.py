"""What a reader finds in a document, each thing with the place where it stands."""

from dataclasses import dataclass
from typing import Any

__all__ = ["Citation", "Deadline", "Draft", "Duty", "Heading", "Name", "Place", "Project", "Target"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of a paragraph: its number and the offsets of the first character and of the one after the last."""

    paragraph: int
    start: int
    end: int

    def plain(self) -> dict[str, int]:
        """The place as JSON."""
        return {"paragraph": self.paragraph, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: depth from 1, the marker as it stands (一、 （一） 1.), the words after it."""

    level: int
    marker: str
    text: str
    place: Place

    def plain(self) -> dict[str, Any]:
        """The heading as JSON."""
        return {"level": self.level, "marker": self.marker, "text": self.text, "place": self.place.plain()}


@dataclass(frozen=True, slots=True)
class Target:
    """A number with its unit as written (``5000`` ``万元``). ``bound`` is at_least, at_most, about or empty; ``change``
    is rise, fall or empty; of a range ``value`` is the lower and ``most`` the upper end."""

    quote: str
    value: float
    unit: str
    subject: str
    place: Place
    most: float | None = None
    bound: str = ""
    change: str = ""

    def plain(self) -> dict[str, Any]:
        """The target as JSON; what is not said is left out."""
        found: dict[str, Any] = {"quote": self.quote, "value": _short(self.value), "unit": self.unit}
        if self.most is not None:
            found["value_max"] = _short(self.most)
        found["subject"] = self.subject
        found |= {name: held for name, held in (("bound", self.bound), ("change", self.change)) if held}
        return {**found, "place": self.place.plain()}


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something is due. ``kind`` is date, this_year, period, within_years, within_months, within_days, from or
    recurring; ``date`` is the last day (ISO), or empty where the year it counts from is not known."""

    quote: str
    kind: str
    measure: str
    place: Place
    date: str = ""
    years: int = 0
    months: int = 0
    days: int = 0

    def plain(self) -> dict[str, Any]:
        """The deadline as JSON; what is not said is left out."""
        held = {"date": self.date, "years": self.years, "months": self.months, "days": self.days}
        found: dict[str, Any] = {"quote": self.quote, "kind": self.kind}
        found |= {name: value for name, value in held.items() if value}
        return {**found, "measure": self.measure, "place": self.place.plain()}


@dataclass(frozen=True, slots=True)
class Project:
    """A named project and the stage it is to reach: 签约 开工 竣工 投产 落地 建设 or other."""

    name: str
    stage: str
    place: Place

    def plain(self) -> dict[str, Any]:
        """The project as JSON."""
        return {"name": self.name, "stage": self.stage, "place": self.place.plain()}


@dataclass(frozen=True, slots=True)
class Citation:
    """A document that is cited: its title in 《》, and its number (国发〔2019〕5号) where one follows."""

    title: str
    place: Place
    number: str = ""

    def plain(self) -> dict[str, Any]:
        """The citation as JSON."""
        return {"title": self.title, **({"number": self.number} if self.number else {}), "place": self.place.plain()}


@dataclass(frozen=True, slots=True)
class Duty:
    """Who answers for a measure: lead units, and those that take part or answer without a lead being named."""

    measure: str
    lead: tuple[str, ...]
    responsible: tuple[str, ...]
    place: Place

    def plain(self) -> dict[str, Any]:
        """The duty as JSON."""
        return {
            "measure_quote": self.measure,
            "lead": list(self.lead),
            "responsible": list(self.responsible),
            "place": self.place.plain(),
        }


@dataclass(frozen=True, slots=True)
class Name:
    """An organisation or a platform that is named."""

    name: str
    place: Place


@dataclass(frozen=True)
class Draft:
    """All that was found. ``ref_year`` is the year from which "this year" and "within five years" count."""

    title: str
    lang: str
    ref_year: int | None
    headings: tuple[Heading, ...] = ()
    targets: tuple[Target, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    projects: tuple[Project, ...] = ()
    citations: tuple[Citation, ...] = ()
    duties: tuple[Duty, ...] = ()
    organisations: tuple[Name, ...] = ()
    platforms: tuple[Name, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The draft as JSON values: what ``xianxing plan draft --json`` prints."""
        return {
            "title": self.title,
            "lang": self.lang,
            "ref_year": self.ref_year,
            "headings": [one.plain() for one in self.headings],
            "targets": [one.plain() for one in self.targets],
            "deadlines": [one.plain() for one in self.deadlines],
            "projects": [one.plain() for one in self.projects],
            "documents": list(dict.fromkeys(one.title for one in self.citations)),
            "citations": [one.plain() for one in self.citations],
            "units": [one.plain() for one in self.duties],
            "organisations": list(dict.fromkeys(one.name for one in self.organisations)),
            "platforms": list(dict.fromkeys(one.name for one in self.platforms)),
        }


def _short(value: float) -> int | float:
    return int(value) if value == int(value) else value
