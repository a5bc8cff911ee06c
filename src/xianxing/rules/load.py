"""From a rule file to a checked, compiled rule set. See docs/rules.md for the language."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any, TypeAlias

from django.utils.translation import override

from xianxing.kernel.blockers import Blocked
from xianxing.rules.building import Builder
from xianxing.rules.faults import NO_SOURCE, OVERLAP, SHAPE, TWICE
from xianxing.rules.measures import Measure, Scalar
from xianxing.rules.reading import Piece, Reader, read_yaml
from xianxing.rules.ruleset import Example, RuleSet, Version

__all__ = ["load_file", "load_text"]

SECTIONS = ("panel", "inputs", "parameters", "features", "clauses", "outputs", "population")
TOP = ("code", "title", "source", "jurisdiction", "own", "unverified", "note", "versions", "examples", *SECTIONS)
OF_VERSION = (
    "version", "state", "starts_on", "ends_on", "jurisdiction", "source", "own", "unverified", "note", *SECTIONS,
)  # fmt: skip
OF_EXAMPLE = ("name", "on", "facts", "rows", "expect", "jurisdiction", "source")
Measures: TypeAlias = Mapping[str, Measure]
STATES = ("draft", "in_force", "retired")
CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")


def load_file(path: Path) -> RuleSet:
    """The rule set of a file; raises :class:`Blocked` with every fault, ``OSError`` where it cannot be opened."""
    return load_text(path.read_text(encoding="utf-8"), path)


def load_text(text: str, path: Path | None = None) -> RuleSet:
    """The rule set of a YAML text; raises :class:`Blocked` with every fault."""
    reader = Reader()
    data: Any = reader.attempt(path.name if path else "file", "", lambda: read_yaml(text))
    if not reader.faults:
        found = _ruleset(reader.whole(data, TOP), path, text)
    if reader.faults:
        raise Blocked(tuple(reader.faults))
    return found


def _ruleset(top: Piece, path: Path | None, text: str) -> RuleSet:
    code = top.text("code", needed=True)
    if code and not CODE.fullmatch(code):
        top.reader.fault(SHAPE, "code", what=code, expected="a-z 0-9 -")
    own, jurisdiction = top.flag("own"), top.text("jurisdiction", needed=True)
    source = top.label("source")
    if not own and not source:
        top.reader.fault(NO_SOURCE, "source")
    listed = top.listed("versions", OF_VERSION, needed=True)
    versions = tuple(replace(_version(top, piece, jurisdiction), text=text) for piece in listed)
    _apart(top.reader, versions)
    return RuleSet(
        code=code,
        title=top.label("title", needed=True),
        source=source,
        jurisdiction=jurisdiction,
        versions=versions,
        examples=_examples(top, versions, jurisdiction),
        own=own,
        unverified=top.flag("unverified"),
        note=top.label("note"),
        path=path,
        text=text,
    )


def _version(top: Piece, piece: Piece, jurisdiction: str) -> Version:
    """A version has the sections of the top, each replaced as a whole by its own."""
    merged = {key: piece.data.get(key, top.data.get(key)) for key in SECTIONS}
    merged = {key: value for key, value in merged.items() if value is not None}
    inside = Piece(top.reader, piece.place if any(key in piece.data for key in SECTIONS) else "", merged)
    builder = Builder(inside)
    starts, code = piece.day("starts_on", needed=True), piece.text("version", needed=True)
    return Version(
        code=code,
        state=piece.text("state", "draft", needed=True, choices=STATES),
        starts_on=starts or date.max,
        ends_on=piece.day("ends_on"),
        jurisdiction=piece.text("jurisdiction", jurisdiction),
        source=piece.label("source", top.label("source")),
        own=piece.flag("own", default=bool(top.data.get("own", False))),
        unverified=piece.flag("unverified", default=bool(top.data.get("unverified", False))),
        inputs=builder.inputs,
        parameters=builder.parameters,
        features=builder.features,
        clauses=builder.clauses,
        outputs=builder.outputs,
        digest=_digest(top.data.get("code"), code, merged),
        note=piece.label("note"),
        panel=builder.panel,
    )


def _digest(code: Any, version: str, merged: Mapping[str, Any]) -> str:
    """The hash of everything that decides: not of layout, comments or the order of keys that has no meaning."""
    ordered = {key: list(value.items()) if isinstance(value, Mapping) else value for key, value in merged.items()}
    plain = json.dumps([code, version, ordered], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()


def _apart(reader: Reader, versions: tuple[Version, ...]) -> None:
    """No two versions are in force on one day in one jurisdiction."""
    for one, other in combinations(versions, 2):
        if one.code == other.code:
            reader.fault(TWICE, "versions", one.code)
        if "draft" in {one.state, other.state} or one.jurisdiction != other.jurisdiction:
            continue
        if one.starts_on <= (other.ends_on or date.max) and other.starts_on <= (one.ends_on or date.max):
            reader.fault(OVERLAP, "versions", one.code, other=other.code)
    for version in versions:
        if version.ends_on and version.ends_on < version.starts_on:
            reader.fault(SHAPE, "versions", what=version.code, expected="starts_on ≤ ends_on")


def _examples(top: Piece, versions: tuple[Version, ...], jurisdiction: str) -> tuple[Example, ...]:
    found = []
    for piece in top.listed("examples", OF_EXAMPLE):
        on = piece.day("on", needed=True)
        inputs = {code: term.measure for version in versions for code, term in version.inputs.items()}
        results = {one.code: one.measure for version in versions for one in version.formulas}
        results |= {clause.code: version.scope[clause.code] for version in versions for clause in version.clauses}
        name = piece.label("name", needed=True)
        told = _population(piece, inputs, results, {version.panel for version in versions} - {""})
        found.append(Example(name, on or date.max, *told, piece.text("jurisdiction"), piece.label("source")))
    return tuple(found)


Rows: TypeAlias = tuple[dict[str, Scalar | None], ...]


def _population(
    piece: Piece, inputs: Measures, results: Measures, panels: set[str]
) -> tuple[Rows, Rows, tuple[str, ...], tuple[int, ...]]:
    """The rows of an example, what is expected of which of them, and their keys; without ``rows``: one row."""
    if "rows" not in piece.data:
        return (_values(piece, "facts", inputs),), (_values(piece, "expect", results),), ("",), (0,)
    written, wanted = (list(piece.listed(key, ("key", *known, *panels), needed=True)) for key, known in (
        ("rows", inputs), ("expect", results),
    ))  # fmt: skip
    names = [tuple(str(one.data.get(name)) for name in ("key", *sorted(panels))) for one in written]
    asked = [tuple(str(one.data.get(name)) for name in ("key", *sorted(panels))) for one in wanted]
    for one, name in zip(wanted, asked):
        if name not in names:
            one.reader.fault(SHAPE, one.place, what=" ".join(name), expected=", ".join(" ".join(n) for n in names))
    rows = tuple(_read(one, one.data, inputs) for one in written)
    expected = tuple(_read(one, one.data, results) for one in wanted)
    return rows, expected, tuple(name[0] for name in names), tuple(names.index(n) for n in asked if n in names)


def _values(piece: Piece, key: str, known: Measures) -> dict[str, Scalar | None]:
    """Facts or results as the file writes them, with units; null is unknown."""
    written = piece.data.get(key)
    if not isinstance(written, Mapping):
        piece.reader.fault(SHAPE, piece.where(key), what=str(written), expected=", ".join(known))
        return {}
    return _read(piece.child(key, written, tuple(known)), written, known)


def _read(piece: Piece, written: Mapping[str, Any], known: Measures) -> dict[str, Scalar | None]:
    """The values of one row; names that are not known are left to the piece, which has refused them."""
    found: dict[str, Scalar | None] = {}
    for name, value in written.items():
        if name in known:
            with override("zh-hans"):
                read = partial(known[name].read, value)
                found[name] = None if value is None else piece.reader.attempt(piece.where(name), value, read)
    return found
