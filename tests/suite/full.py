"""Cases that lack nothing, one for each flow: a slice gives its own in ``<slice>/tests/full.py`` as ``FULL``.

With that, every move of its flow from every stage by every role is tried, and every demand of every stage.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings

__all__ = ["Full", "gather"]


@dataclass(frozen=True)
class Full:
    """A case that lacks nothing: who enters it and may move it all the way, and with which fields.

    ``fields`` may be a function of the stage the case is to reach, where something in it must be its own. ``stated``
    admits the case at its stage and verifies it, where walking it there would take years; otherwise it is moved.
    ``before`` is called with the id and the code of each move before it is taken, once the case stands with an empty
    code, and makes what is needed beside fields and files. ``below`` names, by move, a field, a value that its gate
    refuses, and the code of the refusal. ``by`` names another post for a move that the first one may not take; an
    empty one is the system. ``moving`` are fields given with a move.
    """

    post: str
    fields: Mapping[str, Any] | Callable[[str], Mapping[str, Any]]
    below: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    before: Callable[[int, str], None] | None = None
    by: Mapping[str, str] = field(default_factory=dict)
    stated: bool = False
    moving: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def values(self, stage: str) -> Mapping[str, Any]:
        """The fields of the case that is to reach a stage."""
        return self.fields(stage) if callable(self.fields) else self.fields


KERNEL = {
    "personal-request": Full(
        "invest1-officer1",
        {"kind": "export", "register": "attraction-contact", "purpose": "核对联系人"},
        by={"approve": "sec-admin", "carry_out": ""},
    ),
}


def gather() -> dict[str, Full]:
    """The full cases of the kernel and of all slices, by register."""
    found = dict(KERNEL)
    for app in (*settings.SLICES, "tests.example"):
        name = f"{app}.tests.full" if app != "tests.example" else "tests.example.full"
        if find_spec(name.rpartition(".")[0]) and find_spec(name):
            found |= import_module(name).FULL
    return found
