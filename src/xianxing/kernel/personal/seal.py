"""Sealing and opening values in batches, and the digests by which sealed values are found."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from xianxing.kernel.personal.ciphers import SUITES, Broken, current
from xianxing.kernel.personal.keys import destroyed, digest_key, keys_of

__all__ = ["Lost", "digests", "open_all", "open_bytes", "seal", "seal_bytes", "stored_digest"]


@dataclass(frozen=True)
class Lost:
    """A sealed value that cannot be opened: its subject was ``erased``, or the key is ``missing`` from the store."""

    why: str


def seal(values: Iterable[tuple[str, str]], keys: Mapping[str, bytes]) -> list[str]:
    """Seal texts, given as (subject, clear text), with the subjects' keys. An empty text stays empty."""
    suite = current()
    tokens = []
    for subject, clear in values:
        if not clear:
            tokens.append("")
            continue
        head = f"~{suite.code}.{subject}."
        tokens.append(head + _encode(suite.seal(keys[subject], clear.encode(), head.encode())))
    return tokens


def open_all(tokens: Iterable[str]) -> dict[str, str | Lost]:
    """What sealed texts hold, by token; one read of the key store for all of them."""
    wanted = set(tokens) - {""}
    if not wanted:
        return {"": ""}
    subjects = {token: token[3:25] for token in wanted}
    keys = keys_of(subjects.values())
    gone = {one.subject for one in destroyed(set(subjects.values()) - keys.keys())} if len(keys) < len(wanted) else ()
    opened: dict[str, str | Lost] = {"": ""}
    for token, subject in subjects.items():
        key = keys.get(subject)
        opened[token] = _open(token, key) if key else Lost("erased" if subject in gone else "missing")
    return opened


def _open(token: str, key: bytes) -> str | Lost:
    head, sealed = token[:26], _decode(token[26:])
    try:
        return SUITES[head[1]].open(key, sealed, head.encode()).decode()
    except Broken:
        return Lost("missing")


def seal_bytes(subject: str, clear: bytes) -> bytes:
    """Seal a file with the key of a subject, which must have one."""
    suite = current()
    head = f"~{suite.code}.{subject}.".encode()
    return head + suite.seal(keys_of([subject])[subject], clear, head)


def open_bytes(sealed: bytes) -> bytes | Lost:
    """What a sealed file holds."""
    head = sealed[:26]
    subject = head[3:25].decode("ascii", "replace")
    key = keys_of([subject]).get(subject)
    if key is None:
        return Lost("erased" if destroyed([subject]) else "missing")
    try:
        return SUITES[chr(head[1])].open(key, sealed[26:], head)
    except Broken:
        return Lost("missing")


def stored_digest(place: str, values: Sequence[str]) -> list[str | None]:
    """The digests that the store keeps of values of one column (``place`` names it); nothing for an empty value."""
    suite, key = current(), digest_key()
    known = {value: suite.code + _encode(suite.digest(key, f"{place}\n{value}".encode())) for value in {*values} - {""}}
    return [known.get(value) for value in values]


def digests(place: str, value: str) -> tuple[str, ...]:
    """Every digest under which a value of a column may be stored: one for each suite."""
    key = digest_key()
    return tuple(code + _encode(suite.digest(key, f"{place}\n{value}".encode())) for code, suite in SUITES.items())


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
