"""The form of a shape: its fields, with the facts and the names of the text that may be chosen."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from xianxing.kernel.blockers import Blocked, Blocker, Label, Refused
from xianxing.pages.words import capital
from xianxing.rules.drafting import Ask, Shape, version_of
from xianxing.rules.measures import Measure
from xianxing.rules.ruleset import Version
from xianxing.rules.sources import KEY, Source

__all__ = ["fields_of", "values_of"]

PREFIX = "v."


def values_of(shape: Shape, data: QueryDict) -> dict[str, str]:
    """What was typed for a shape, by field; what the form did not show yet has its default."""
    found = {}
    for ask in shape.fields:
        name = PREFIX + ask.name
        found[ask.name] = (
            ",".join(map(str, data.getlist(name))) if ask.kind == "clauses" else data.get(name, ask.default)
        )
    return found


def fields_of(
    shape: Shape, text: str, source: Source, values: Mapping[str, str], faults: Sequence[Blocker]
) -> list[dict[str, Any]]:
    """The fields as the form components take them; each fault beside its field."""
    names = _Names(_version(text), source)
    return [_field(ask, names, values[ask.name], faults) for ask in shape.fields]


def _version(text: str) -> Version | None:
    try:
        return version_of(text)
    except (Blocked, Refused):
        return None


def _field(ask: Ask, names: "_Names", value: str, faults: Sequence[Blocker]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": PREFIX + ask.name, "id": f"v-{ask.name}", "label": capital(ask.label), "value": value,
        "help": str(ask.help) or None, "required": ask.needed, "kind": "text",
        "errors": [{"text": one.words(), "mend": one.mend()} for one in faults if one.field == ask.name],
    }  # fmt: skip
    match ask.kind:
        case "choice":
            choices = [{"value": code, "label": capital(label)} for code, label in ask.choices]
            found |= {"kind": "choice", "choices": choices, "closed": True}
        case "of":
            found |= {"kind": "choice", "choices": list(names.all(lambda one: True))}
        case "early":
            found |= {"kind": "choice", "choices": list(names.all(lambda one: True, early=True))}
        case "condition":
            found |= {"kind": "choice", "choices": list(names.all(lambda one: one.type == "bool"))}
        case "class":
            found |= {"kind": "choice", "choices": list(names.own(lambda one: bool(one.values)))}
        case "clauses":
            chosen = value.split(",") if value else []
            found |= {"kind": "checks", "value": chosen, "wide": True,
                      "choices": list(names.own(lambda one: one.type == "bool"))}  # fmt: skip
        case "lines":
            found |= {"kind": "textarea", "rows": 5}
    return found


class _Names:
    """What may be chosen: first what the text has, then the facts of the source."""

    def __init__(self, version: Version | None, source: Source) -> None:
        self.version, self.source = version, source

    def own(self, fits: Any, *, early: bool = False) -> Iterator[dict[str, str]]:
        if self.version is None:
            return
        known = {*self.version.inputs, *(one.code for one in self.version.features)}
        for code, measure in reversed(list(self.version.scope.items())):
            if fits(measure) and code not in self.version.parameters and (code in known or not early):
                yield _choice(code, self.version.labels.get(code, code), measure)

    def all(self, fits: Any, *, early: bool = False) -> Iterator[dict[str, str]]:
        yield from self.own(fits, early=early)
        known = self.version.scope if self.version else {}
        for code, (label, measure) in self.source.terms.items():
            if code not in known and code != KEY and fits(measure):
                yield _choice(code, label, measure, fact=True)


def _choice(code: str, label: Label, measure: Measure, *, fact: bool = False) -> dict[str, str]:
    unit = f" ({measure.shown_unit})" if str(measure.shown_unit) else ""
    said = f"{code} · {capital(label)}{unit}"
    return {"value": code, "label": _("%(what)s [fact]") % {"what": said} if fact else said}
