"""Two doors: rows are read through the gate and written by actions. Model managers stand only inside the kernel."""

import ast
from collections.abc import Iterator
from pathlib import Path

import xianxing

SOURCE = Path(xianxing.__file__).parent
MANAGERS = frozenset(("objects", "_default_manager", "_base_manager"))
# What is no record of a register, or cannot be one yet; each with the reason.
ALLOWED = {
    "pages/kept.py": "drafts, habits and saved views; a shared view is a question, answered by its reader's rights",
    "desk/follows.py": "what a person follows: each of the asking person alone",
    "desk/changed.py": "the same: whom to tell of a change, each asked through the gate whether he may know",
    "demo/organisation.py": "the zone of an empty database: nobody's rights exist before that",
}


def test_model_managers_stand_only_in_the_kernel() -> None:
    found = {str(path) for path, _line in managers() if path.parts[0] != "kernel"}
    assert found - ALLOWED.keys() == set()


def test_no_exception_is_kept_longer_than_it_is_needed() -> None:
    found = {str(path) for path, _line in managers()}
    assert ALLOWED.keys() - found == set()


def managers() -> Iterator[tuple[Path, int]]:
    """Every use of a model manager in the sources, tests and migrations apart."""
    for path in sorted(SOURCE.rglob("*.py")):
        place = path.relative_to(SOURCE)
        if {"tests", "migrations"} & set(place.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
                yield place, node.lineno
