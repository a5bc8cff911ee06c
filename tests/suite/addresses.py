"""Every address of the product, filled in: the API's operations from its reference, the pages from the URL patterns."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import get_resolver

from xianxing.api.product import reference, the_api
from xianxing.kernel.register import REGISTRY, Register

__all__ = ["ABSENT", "Address", "addresses"]

ABSENT = 999_999_999
_GAP = re.compile(r"<(?:(\w+):)?(\w+)>|\{(\w+)\}")
_NUMBERS = frozenset(("job", "number", "pk", "file", "link"))
WORDS = {
    "verb": "delete", "deed": "dissolve", "which": "tasks", "what": "households", "move": "no-move", "form": "new",
    "token": "0" * 24,
}  # fmt: skip


@dataclass(frozen=True)
class Address:
    """One method at one address. ``register`` is the one it belongs to; ``gaps`` are still to be filled in."""

    method: str
    pattern: str
    register: str = ""
    public: bool = False

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith("/api/")

    @property
    def keyed(self) -> bool:
        """Whether it is of one record of its register."""
        return bool(self.register) and any(name in {"key", "pk"} for name in self.gaps)

    @property
    def gaps(self) -> list[str]:
        return [found[2] or found[3] for found in _GAP.finditer(self.pattern)]

    @property
    def ending(self) -> str:
        """What follows the register and the record: ``edit/``, ``sheet/export``; empty for list and record."""
        own = f"/{'api' if self.is_api else 'r'}/{self.register}"
        return _GAP.sub("", self.pattern.removeprefix(own)).strip("/")

    def filled(self, key: int = ABSENT) -> str:
        """The path, with the id of a record for its key and something that is not there in every other gap."""
        told = f"%23{key}" if self.is_api else f"~{key}"

        def value(found: re.Match[str]) -> str:
            name = found[2] or found[3]
            if name == "key" and found.group(1) != "int":
                return told
            number = name in _NUMBERS or found.group(1) == "int"
            return str(key if name == "pk" else ABSENT) if number else WORDS.get(name, "nothing")

        return _GAP.sub(value, self.pattern)


def addresses() -> list[Address]:
    """All of them, each page once to be read and once to be sent an empty form."""
    return [*_of_api(), *_of_pages()]


def _of_api() -> Iterator[Address]:
    for path, methods in json.loads(reference(the_api()))["paths"].items():
        for method, known in methods.items():
            tag = known["tags"][0]
            yield Address(method.upper(), path, tag if tag in REGISTRY else "")


def _of_pages() -> Iterator[Address]:
    for pattern, view in _walk(get_resolver().url_patterns, "/"):
        if pattern.startswith("/api/"):
            continue
        public = bool(getattr(view, "public", False)) or pattern == "/i18n/setlang/"
        found = Address("GET", pattern, public=public)
        for one in _by_register(found) if pattern.startswith("/r/") else [found]:
            yield one
            yield replace(one, method="POST")


def _walk(patterns: Sequence[Any], before: str) -> Iterator[tuple[str, Any]]:
    for one in patterns:
        place = f"{before}{one.pattern}"
        if hasattr(one, "url_patterns"):
            yield from _walk(one.url_patterns, place)
        else:
            yield place, one.callback


def _by_register(found: Address) -> Iterator[Address]:
    """An address of any register, once for each; one that names its register, for that."""
    head = "/r/<slug:code>/"
    for register in REGISTRY.values():
        if found.pattern.startswith(head) and _fits(found, register):
            rest = found.pattern.removeprefix(head)
            yield replace(found, pattern=f"/r/{register.code}/{rest}", register=register.code)
    if not found.pattern.startswith(head):
        yield replace(found, register=found.pattern.split("/")[2])


def _fits(found: Address, register: Register) -> bool:
    return bool(register.flow) or not any(word in found.pattern for word in ("/move/", "/status/", "/verify/"))
