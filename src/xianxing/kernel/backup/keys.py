"""The keys of an installation in a file of their own, sealed with a passphrase.

They are in no backup of the zone: whoever finds one without the other holds nobody's data. The file is
``XXKEYS1``, the letter of the cipher suite, 16 bytes of salt and the sealed zip of ``HOME/keys``; the key is derived
with scrypt (n = 2^17, r = 8, p = 1; RFC 7914).
"""

import hashlib
import io
import os
import re
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.backup.archive import CANNOT_WRITE
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.personal.ciphers import KEY_SIZE, SUITES, Broken, current
from xianxing.kernel.personal.keys import destroy, destroyed, digest_key, reread

__all__ = ["restore_keys", "seal_keys"]

MAGIC, SALT, SHORTEST = b"XXKEYS1", 16, 12
_NAME = re.compile(r"^[\w][\w.-]*$", re.ASCII)

TOO_SHORT = Problem(
    "passphrase_short",
    _("The passphrase has fewer than %(least)s characters"),
    _("Choose a longer one and keep it apart"),
)
WRONG = Problem(
    "passphrase_wrong",
    _("The passphrase is wrong, or the file was altered"),
    _("Type the passphrase it was sealed with; nothing was changed"),
)
NO_KEYS = Problem(
    "no_key_file", _("“%(value)s” holds no sealed keys"), _("Choose a file that “xianxing keys backup” wrote")
)
OTHER_KEYS = Problem(
    "other_keys",
    _("This installation has other keys already: %(names)s"),
    _("With “--replace” they are lost, and with them what they sealed"),
)


def seal_keys(target: Path, passphrase: str) -> int:
    """Write all keys, sealed; returns how many files they are. Raises :class:`Blocked`."""
    if len(passphrase) < SHORTEST:
        raise Blocked((Blocker(TOO_SHORT, field="passphrase", params={"least": SHORTEST}),))
    digest_key()  # an installation that never needed a key has one now
    held = {path.name: _content(path) for path in sorted(_folder().iterdir()) if _is_key(path)}
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as parts:
        for name, content in held.items():
            parts.writestr(name, content)
    suite, salt = current(), os.urandom(SALT)
    head = MAGIC + suite.code.encode() + salt
    sealed = suite.seal(_derived(passphrase, salt), book.getvalue(), head)
    _write(target, head + sealed)
    return len(held)


def restore_keys(source: Path, passphrase: str, *, replace: bool = False) -> int:
    """Put sealed keys back; returns how many files. Raises :class:`Blocked`, and then nothing was changed.

    Subjects whose keys were destroyed here, or there, stay destroyed.
    """
    sealed = source.read_bytes()
    head, suite = sealed[: len(MAGIC) + 1 + SALT], SUITES.get(chr(sealed[len(MAGIC)])) if len(sealed) > 40 else None
    if not sealed.startswith(MAGIC) or suite is None:
        raise Blocked((Blocker(NO_KEYS, value=source.name),))
    try:
        clear = suite.open(_derived(passphrase, head[-SALT:]), sealed[len(head) :], head)
    except Broken as error:
        raise Blocked((Blocker(WRONG, field="passphrase"),)) from error
    with zipfile.ZipFile(io.BytesIO(clear)) as parts:
        held = {name: parts.read(name) for name in parts.namelist() if _NAME.match(name)}
    if (others := _others(held)) and not replace:
        raise Blocked((Blocker(OTHER_KEYS, params={"names": others}),))
    gone = destroyed()
    for name, content in held.items():
        _write(_folder() / name, content)
        for ending in ("-wal", "-shm", "-journal"):
            (_folder() / f"{name}{ending}").unlink(missing_ok=True)
    reread()
    destroy(gone)
    return len(held)


def _others(held: dict[str, bytes]) -> list[str]:
    """The keys that would be lost. Keys of subjects change with use; what wraps them tells whose they are."""
    here = [path for path in _folder().iterdir() if _is_key(path)]
    keep = {"subjects.sqlite3", "session.key", "audit.pem"}
    lost = [path.name for path in here if path.name not in keep and path.read_bytes() != held.get(path.name)]
    return sorted(lost)


def _folder() -> Path:
    folder: Path = settings.HOME / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _is_key(path: Path) -> bool:
    return path.is_file() and path.suffix in {".key", ".pem", ".sqlite3"} and bool(_NAME.match(path.name))


def _content(path: Path) -> bytes:
    """A key file as one moment saw it, also while keys are made."""
    if path.suffix != ".sqlite3":
        return path.read_bytes()
    with closing(sqlite3.connect(path, timeout=30)) as held, closing(sqlite3.connect(":memory:")) as copy:
        held.backup(copy)
        return copy.serialize()


def _derived(passphrase: str, salt: bytes) -> bytes:
    return hashlib.scrypt(passphrase.encode(), salt=salt, n=2**17, r=8, p=1, maxmem=2**28, dklen=KEY_SIZE)


def _write(path: Path, content: bytes) -> None:
    """A file readable by its owner only, whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.touch(mode=0o600)
        with part.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Blocked((Blocker(CANNOT_WRITE, params={"why": error.strerror or str(error)}),)) from error
