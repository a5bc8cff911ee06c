"""What only passes through and may hold personal data: drafts, uploads, arguments of jobs.

Each lies on the disk sealed with a key of its own, which is destroyed with it. Where it belongs to a data subject it is
sealed with the subject's key and goes with the subject.
"""

from collections.abc import Iterable
from pathlib import Path

from xianxing.kernel.personal.ciphers import is_sealed, new_subject
from xianxing.kernel.personal.keys import forget_keys, keys_of, make_keys
from xianxing.kernel.personal.seal import Lost, open_all, open_bytes, seal, seal_bytes

__all__ = ["discard", "discard_files", "pack", "read_file", "unpack", "write_file"]

HEAD = 26


def pack(text: str, *, subject: str = "", former: str = "") -> str:
    """A text sealed with the key of a subject, else with that of its ``former`` seal, else with a fresh one."""
    wanted = subject or _subject(former)
    keys = keys_of([wanted]) if wanted else {}
    if not keys:
        wanted = new_subject()
        keys = make_keys([wanted])
    return seal([(wanted, text)], keys)[0]


def unpack(sealed: str) -> str:
    """The text; empty where its key is gone."""
    held = open_all([sealed])[sealed]
    return "" if isinstance(held, Lost) else held


def discard(sealed: Iterable[str]) -> None:
    """Destroy the keys of texts that have keys of their own."""
    forget_keys([subject for text in sealed if (subject := _subject(text))])


def write_file(path: Path, content: bytes) -> None:
    """Keep a file sealed with a key of its own, whole or not at all."""
    wanted = _subject(_head(path))
    if not wanted or not keys_of([wanted]):
        wanted = new_subject()
        make_keys([wanted])
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(seal_bytes(wanted, content))
    part.replace(path)


def read_file(path: Path) -> bytes:
    """What a sealed file holds; raises ``FileNotFoundError`` where there is none or its key is gone."""
    held = open_bytes(path.read_bytes())
    if isinstance(held, Lost):
        raise FileNotFoundError(path)
    return held


def discard_files(paths: Iterable[Path]) -> None:
    """Remove files and destroy their keys."""
    paths = list(paths)
    forget_keys([subject for path in paths if (subject := _subject(_head(path)))])
    for path in paths:
        path.unlink(missing_ok=True)


def _head(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(HEAD).decode("ascii", "replace")
    except FileNotFoundError:
        return ""


def _subject(sealed: str) -> str:
    return sealed[3:25] if is_sealed(sealed) or (len(sealed) == HEAD and sealed[0] == "~") else ""
