"""What a judgement says: values, clauses with their distances, and what it was made from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xianxing.kernel.blockers import Label
from xianxing.kernel.value import Known, Unknown, Value
from xianxing.rules.measures import DAYS, Measure, Scalar

__all__ = ["Clause", "Judgement", "Used"]


@dataclass(frozen=True)
class Clause:
    """One clause judged. ``holds`` is ``None`` where that is unknown; ``missing`` then says what is missing.

    ``value``, ``threshold``, ``distance`` are as the store holds them (fen, 1/100 ㎡, ``Decimal``), ``None`` where
    there is none. The distance is counted towards holding: negative is what is lacking. Of days it is a number of days.
    """

    code: str
    label: Label
    holds: bool | None
    value: Any = None
    threshold: Any = None
    distance: Any = None
    source: Label = ""
    own: bool = False
    condition: str = ""
    gap: Label = ""
    measure: Measure | None = field(default=None, compare=False)
    said: Callable[[], str] | None = field(default=None, compare=False, repr=False)

    @property
    def words(self) -> str:
        """The condition in the reader's words."""
        return self.said() if self.said else self.condition

    @property
    def missing(self) -> str:
        """What is missing, in the reader's language; nothing where it is known whether the clause holds."""
        return str(self.gap)

    @property
    def shown(self) -> Mapping[str, str]:
        """Value, threshold and distance as a person reads them; empty where there is none."""
        found = {"value": self.value, "threshold": self.threshold, "distance": self.distance}
        return {name: self._say(name, value) for name, value in found.items()}

    def _say(self, name: str, value: Any) -> str:
        if value is None or self.measure is None:
            return ""
        measure = DAYS if name == "distance" and self.measure.type == "date" else self.measure
        return measure.show(measure.take(value))

    @property
    def state(self) -> str:
        """holds, fails or unknown."""
        return "unknown" if self.holds is None else "holds" if self.holds else "fails"


@dataclass(frozen=True)
class Used:
    """A value that went into a judgement, or came out of it: for the explanation."""

    code: str
    label: Label
    value: Value[Any]
    measure: Measure = field(compare=False)
    source: Label = ""
    own: bool = False
    since: date | None = None

    @property
    def held(self) -> Scalar | None:
        """The value as rules hold it; nothing where it is unknown."""
        return self.measure.take(self.value.value) if isinstance(self.value, Known) else None

    @property
    def shown(self) -> str:
        """The value for a person, with its unit; empty where it is unknown."""
        held = self.held
        return "" if held is None else self.measure.show(held)


@dataclass(frozen=True)
class Judgement:
    """What a rule set says of one record on a day. It recomputes from version, parameters and facts to the last digit.

    ``version`` is empty where no version is in force: then every value is unknown. ``snapshot`` is the hash of the
    version's text, the parameters and the facts it used. ``values`` has an entry for every output.
    """

    ruleset: str
    title: Label
    version: str
    on: date
    snapshot: str
    key: str
    values: Mapping[str, Value[Any]]
    clauses: tuple[Clause, ...] = ()
    facts: tuple[Used, ...] = ()
    parameters: tuple[Used, ...] = ()
    features: tuple[Used, ...] = ()
    outputs: tuple[Used, ...] = ()
    source: Label = ""
    own: bool = False
    unverified: bool = False

    def known(self, output: str) -> Any:
        """The value of an output, or ``None`` where it is unknown."""
        value = self.values[output]
        return value.value if isinstance(value, Known) else None

    def clause(self, code: str) -> Clause:
        """One clause; raises ``KeyError``."""
        return {clause.code: clause for clause in self.clauses}[code]

    def missing(self, output: str) -> str:
        """What is missing for an output, in the reader's language; nothing where it is known."""
        value = self.values[output]
        return value.words() if isinstance(value, Unknown) else ""

    def plain(self) -> dict[str, Any]:
        """The judgement as JSON: numbers other than whole ones as text in the unit shown."""
        return {
            "ruleset": self.ruleset,
            "title": str(self.title),
            "version": self.version,
            "on": self.on.isoformat(),
            "snapshot": self.snapshot,
            "key": self.key,
            "source": str(self.source),
            "own": self.own,
            "unverified": self.unverified,
            "outputs": [_plain(used) for used in self.outputs],
            "clauses": [_clause(clause) for clause in self.clauses],
            "features": [_plain(used) for used in self.features],
            "parameters": [_plain(used) | {"since": _day(used.since)} for used in self.parameters],
            "facts": [_plain(used) for used in self.facts],
        }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _plain(used: Used) -> dict[str, Any]:
    held = used.held
    return {
        "code": used.code,
        "label": str(used.label),
        "value": None if held is None else used.measure.plain(held),
        "unit": str(used.measure.shown_unit),
        "shown": used.shown or _("unknown"),
        "missing": used.value.words() if isinstance(used.value, Unknown) else "",
        "source": str(used.source),
        "own": used.own,
    }


def _clause(clause: Clause) -> dict[str, Any]:
    return {
        "code": clause.code,
        "label": str(clause.label),
        "holds": clause.holds,
        "condition": clause.condition,
        "words": clause.words,
        **clause.shown,
        "missing": clause.missing,
        "source": str(clause.source),
        "own": clause.own,
    }
