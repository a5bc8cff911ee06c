"""Reading a rule file piece by piece: every fault is noted with its place and mend, nothing stops at the first."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import yaml
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.bilingual import bilingual
from xianxing.kernel.blockers import Blocker, Label, Problem, Refused
from xianxing.rules.faults import BAD_CODE, MISSING_KEY, NOT_YAML, SHAPE, TWICE, UNKNOWN_KEY
from xianxing.rules.syntax import NAME, RESERVED

__all__ = ["Piece", "Reader", "compose", "read_yaml"]

T = TypeVar("T")


class _Loader(yaml.CSafeLoader):
    """Safe YAML 1.2: on, off, yes and no are words; decimals stay as they are written; no key is given twice."""

    yaml_implicit_resolvers = {}


def _exactly(loader: yaml.CSafeLoader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


def _mapping(loader: yaml.CSafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    keys = [loader.construct_object(key, deep=True) for key, _value in node.value]
    twice = [key for key in keys if keys.count(key) > 1]
    if twice:
        raise yaml.constructor.ConstructorError(None, None, f"“{twice[0]}” is given twice", node.start_mark)
    return dict(loader.construct_mapping(node, deep=True))


for _tag, _form, _first in (
    ("null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("bool", r"^(?:true|false)$", ["t", "f"]),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", list("-+0123456789")),
    ("float", r"^[-+]?[0-9]+\.[0-9]+$", list("-+0123456789")),
    ("timestamp", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", list("0123456789")),
    ("merge", r"^<<$", ["<"]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_form), _first)
_Loader.add_constructor("tag:yaml.org,2002:float", _exactly)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_yaml(text: str) -> Any:
    """The data of a YAML text; raises :class:`Refused` with the line where it cannot be read."""
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Refused(NOT_YAML, what=" ".join(str(error).split())) from error


def compose(text: str) -> yaml.Node | None:
    """The nodes of a YAML text, with the lines they stand on; raises :class:`Refused` as :func:`read_yaml` does."""
    read_yaml(text)
    found: yaml.Node | None = yaml.compose(text, _Loader)
    return found


@dataclass
class Reader:
    """The faults found in one file."""

    faults: list[Blocker] = field(default_factory=list)

    def fault(self, problem: Problem, place: str, value: Any = "", **params: Any) -> None:
        """Note a fault at a place such as ``clauses.dead.when``."""
        self.faults.append(Blocker(problem, field=place, label=place, value=str(value), params=params))

    def attempt(self, place: str, value: Any, make: Callable[[], T]) -> T | None:
        """What is made; nothing, and a fault at this place, where it is refused."""
        try:
            return make()
        except Refused as error:
            params = dict(error.params)
            shown, label = params.pop("value", value), params.pop("label", place)
            self.faults.append(Blocker(error.problem, field=place, label=label, value=str(shown), params=params))
            return None

    def whole(self, data: Any, keys: Sequence[str]) -> "Piece":
        """The top of the file."""
        return Piece(self, "", {}).child("", data, keys)


@dataclass
class Piece:
    """A mapping of the file: its place, its values, the keys that are allowed in it."""

    reader: Reader
    place: str
    data: Mapping[str, Any]

    def where(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place and key else self.place or key

    def child(self, key: str, data: Any, keys: Sequence[str]) -> "Piece":
        """A mapping inside, with its keys checked; empty where it is none."""
        place = self.where(key)
        if not isinstance(data, Mapping):
            if data is not None:
                self.reader.fault(SHAPE, place or "file", what=_shown(data), expected=_("names with values"))
            data = {}
        for unknown in [name for name in data if name not in keys]:
            self.reader.fault(UNKNOWN_KEY, place or "file", unknown, choices=", ".join(keys))
        return Piece(self.reader, place, data)

    def named(self, key: str, keys: Sequence[str], taken: set[str]) -> Iterator[tuple[str, "Piece"]]:
        """Pieces by name, such as inputs; each name is checked and taken."""
        section = self.data.get(key)
        if section is not None and not isinstance(section, Mapping):
            self.reader.fault(SHAPE, self.where(key), what=_shown(section), expected=_("names with values"))
            return
        for name, data in (section or {}).items():
            if not isinstance(name, str) or not NAME.fullmatch(name) or name in RESERVED:
                self.reader.fault(BAD_CODE, self.where(key), name)
                continue
            if name in taken:
                self.reader.fault(TWICE, self.where(key), name)
                continue
            taken.add(name)
            yield name, self.child(f"{key}.{name}", data, keys)

    def listed(self, key: str, keys: Sequence[str], *, needed: bool = False) -> Iterator["Piece"]:
        """Pieces in order, such as branches."""
        found = self.data.get(key)
        if found is None and not needed:
            return
        if not isinstance(found, list) or (needed and not found):
            self.reader.fault(SHAPE, self.where(key), what=_shown(found), expected=_("a list"))
            return
        for index, data in enumerate(found):
            yield self.child(f"{key}[{index + 1}]", data, keys)

    def text(self, key: str, default: str = "", *, needed: bool = False, choices: Sequence[str] = ()) -> str:
        """A text; numbers are taken as written."""
        found = self.data.get(key)
        if found is None or found == "":
            if needed:
                self.reader.fault(MISSING_KEY, self.where(key))
            return default
        if isinstance(found, (dict, list, bool)):
            self.reader.fault(SHAPE, self.where(key), what=_shown(found), expected=_("a text"))
            return default
        if choices and str(found) not in choices:
            self.reader.fault(SHAPE, self.where(key), what=_shown(found), expected=", ".join(choices))
            return default
        return str(found)

    def label(self, key: str, default: Label = "", *, needed: bool = False) -> Label:
        """A text in both languages ({zh: …, en: …}), or one text for both."""
        found = self.data.get(key)
        if isinstance(found, Mapping):
            both = self.child(key, found, ("zh", "en"))
            zh, en = both.text("zh", needed=True), both.text("en", needed=True)
            return bilingual(zh, en)
        return self.text(key, needed=needed) or default

    def day(self, key: str, *, needed: bool = False) -> date | None:
        found = self.data.get(key)
        if found is None:
            if needed:
                self.reader.fault(MISSING_KEY, self.where(key))
            return None
        if type(found) is not date:
            self.reader.fault(SHAPE, self.where(key), what=_shown(found), expected=_("a day such as 2017-05-17"))
            return None
        return found

    def flag(self, key: str, *, default: bool = False) -> bool:
        found = self.data.get(key, default)
        if not isinstance(found, bool):
            self.reader.fault(SHAPE, self.where(key), what=_shown(found), expected="true, false")
            return default
        return found

    def whole_number(self, key: str, low: int, high: int) -> int | None:
        found = self.data.get(key)
        if found is None:
            return None
        if not isinstance(found, int) or isinstance(found, bool) or not low <= found <= high:
            self.reader.fault(SHAPE, self.where(key), what=_shown(found), expected=f"{low} – {high}")
            return None
        return found

    def names(self, key: str) -> tuple[str, ...]:
        """A list of names."""
        found = self.data.get(key)
        if not isinstance(found, list) or not found or not all(isinstance(name, str) for name in found):
            self.reader.fault(SHAPE, self.where(key), what=_shown(found), expected=_("a list of names"))
            return ()
        return tuple(found)


def _shown(data: Any) -> str:
    text = str(data)
    return text if len(text) < 80 else f"{text[:77]}…"
