"""What a shape writes with: the names a text knows so far, and parts put into it one after the other."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from xianxing.kernel.blockers import Blocked, Blocker, Label, Problem
from xianxing.rules.drafting.text import Number, put
from xianxing.rules.faults import BAD_CODE, BAD_VALUE, MISSING_KEY, UNDECLARED
from xianxing.rules.load import load_text
from xianxing.rules.measures import Measure
from xianxing.rules.reading import read_yaml
from xianxing.rules.ruleset import Version
from xianxing.rules.syntax import NAME, RESERVED

__all__ = ["DECIMAL", "Ask", "Terms", "Writer", "both", "version_of"]

Terms = Mapping[str, tuple[Label, Measure]]
DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
UNSOUND = Problem(
    "rule_text_unsound",
    _("The text has faults (%(count)s); the form writes into a sound text only"),
    _("Mend the faults that are named beside the lines first"),
)
NOTHING = "nothing_yet"


@dataclass(frozen=True)
class Ask:
    """A field of a shape's form.

    ``kind``: of (a fact or a name of the text), early (the same without what follows from conditions), number, text,
    name, choice, lines, condition (yes or no, of either), clauses (several of the text), class (a class of the text),
    value (an amount in its unit).
    """

    name: str
    label: Label
    kind: str = "text"
    choices: tuple[tuple[str, Label], ...] = ()
    default: str = ""
    help: Label = ""
    needed: bool = True


def both(words: Label, **params: Label) -> Any:
    """A label for the text: in Chinese and in English, or once where they are the same."""
    said = {}
    for code, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            said[code] = str(words) % {name: str(value) for name, value in params.items()}
    return said if said["zh"] != said["en"] else said["zh"]


def version_of(text: str) -> Version:
    """The version that a text declares (the last one); one without results yet counts as sound.

    Raises :class:`Blocked` with every fault, :class:`Refused` where the text is no readable YAML.
    """
    data = read_yaml(text)
    bare = isinstance(data, Mapping) and not data.get("outputs") and not data.get("population")
    probe = put(text, "outputs", NOTHING, {"type": "bool", "label": "-", "expr": "true"}) if bare else text
    return load_text(probe).versions[-1]


class Writer:
    """Writes one shape into a text. ``text`` grows with each part; :meth:`done` gives it once it is sound again."""

    def __init__(self, text: str, values: Mapping[str, str], terms: Terms, on: date) -> None:
        self.text, self.values, self.terms, self.on = text, values, terms, on
        try:
            self.version = version_of(text)
        except Blocked as error:
            raise Blocked((Blocker(UNSOUND, "text", params={"count": len(error.blockers)}), *error.blockers)) from error
        self.scope = dict(self.version.scope)
        self.labels = dict(self.version.labels)
        self.late = {one.code for one in self.version.clauses} | {one.code for one in self.version.outputs}

    def done(self) -> str:
        """The text; raises :class:`Blocked` with what the language refuses of it."""
        version_of(self.text)
        return self.text

    # what was asked

    def asked(self, name: str) -> str:
        """What was typed in a field; raises :class:`Blocked` where it is needed and empty."""
        found = self.values.get(name, "").strip()
        if not found:
            raise Blocked((Blocker(MISSING_KEY, name, name),))
        return found

    def number(self, name: str) -> Number:
        """A plain number."""
        found = self.asked(name)
        if not DECIMAL.fullmatch(found):
            raise Blocked((Blocker(BAD_VALUE, name, name, found, {"expected": _("a number")}),))
        return Number(found.lstrip("0") or "0") if found.isdigit() else Number(found)

    def of(self, name: str = "of") -> str:
        """A name that may be calculated with: of the text, or a fact, which becomes an input."""
        return self.known(self.asked(name), name)

    def known(self, code: str, field: str = "of") -> str:
        """The same for a name at hand."""
        if code in self.scope:
            return code
        if code not in self.terms:
            raise Blocked((Blocker(UNDECLARED, field, code, code, {"name": code}),))
        label, measure = self.terms[code]
        self._put("inputs", code, {**typed(measure), "label": both(label)}, measure, label)
        return code

    def source(self) -> dict[str, Any]:
        """Where a clause or a value comes from: document and clause as typed, else the zone's own."""
        typed_in = self.values.get("source", "").strip()
        return {"source": typed_in} if typed_in else {"own": True}

    def name(self, otherwise: str) -> str:
        """The name of what is written: as typed, else one that is free."""
        given = self.values.get("name", "").strip()
        if not given:
            return self.free(otherwise)
        if not NAME.fullmatch(given) or given in RESERVED:
            raise Blocked((Blocker(BAD_CODE, "name", given, given),))
        return given

    def free(self, stem: str) -> str:
        """A name that nothing bears yet."""
        taken = {*self.scope, *RESERVED}
        return next(name for n in range(1, 1000) if (name := stem if n == 1 else f"{stem}_{n}") not in taken)

    def label(self, words: Label, **params: Label) -> Any:
        """What is written is called as typed, else so."""
        return self.values.get("label", "").strip() or both(words, **params)

    def called(self, code: str) -> Label:
        return self.labels.get(code, code)

    # writing

    def _put(self, section: str, name: str, body: Mapping[str, Any], measure: Measure, label: Label = "") -> None:
        self.text = put(self.text, section, name, body)
        self.scope[name], self.labels[name] = measure, label or name

    def parameter(self, name: str, measure: Measure, value: Any, label: Any) -> str:
        """A dated value in the unit of ``measure``, with its clause."""
        source = self.source()
        dated = {"from": self.on, "value": value, **({"clause": source["source"]} if "source" in source else source)}
        self._put("parameters", name, {**typed(measure), "label": label, "values": [dated]}, measure)
        return name

    def formula(self, name: str, measure: Measure, label: Any, body: Mapping[str, Any], uses: Iterable[str]) -> str:
        """A feature; an output where it uses a condition or an output, or bears the name of one."""
        late = name in self.late or not self.late.isdisjoint(uses)
        self._put("outputs" if late else "features", name, {**typed(measure), "label": label, **body}, measure)
        if late:
            self.late.add(name)
        return name

    def output(self, name: str, measure: Measure, label: Any, body: Mapping[str, Any]) -> str:
        """A result."""
        self._put("outputs", name, {**typed(measure), "label": label, **body}, measure)
        self.late.add(name)
        return name

    def clause(self, name: str, label: Any, when: str) -> str:
        """A condition, with its source."""
        self._put("clauses", name, {"label": label, "when": when, **self.source()}, Measure("bool"))
        self.late.add(name)
        return name

    @cached_property
    def number_of(self) -> Measure:
        """How points are held."""
        return Measure("decimal", 2)


def typed(measure: Measure) -> dict[str, Any]:
    """A type as the text writes it."""
    found: dict[str, Any] = {"type": measure.type}
    if measure.type == "decimal":
        found["places"] = measure.places
    found |= {name: said for name, said in (("per", measure.per), ("unit", measure.unit)) if said}
    return found | ({"values": {code: both(label) for code, label in measure.values}} if measure.values else {})
