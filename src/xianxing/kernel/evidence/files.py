"""Keeping the bytes of evidence: outside the web root, named by content, typed by content."""

import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import puremagic
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Problem, Refused
from xianxing.kernel.personal.seal import Lost, open_bytes, seal_bytes

__all__ = ["Kept", "content_of", "keep", "path_of", "unfinished", "write"]

TOO_BIG = Problem("file_too_big", _("The file is larger than %(limit)s MiB"), _("Reduce it, or split it"))
EMPTY = Problem("file_empty", _("The file is empty"), _("Choose the right file"))
WRONG_TYPE = Problem(
    "file_type",
    _("Files of type “%(type)s” are not accepted"),
    _("Use PDF, Word, Excel, JPEG, PNG, GIF, WebP or plain text"),
)

_ACCEPTED = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/msword": (".doc",),
    "application/vnd.ms-excel": (".xls",),
    "text/plain": (".txt", ".csv"),
}


@dataclass(frozen=True)
class Kept:
    """What is known of stored bytes."""

    name: str
    media_type: str
    size: int
    digest: str


def path_of(digest: str, subject: str = "") -> Path:
    """Where the bytes with a SHA-256 lie; those that belong to a data subject lie apart, sealed."""
    folder = f"sealed/{subject}" if subject else digest[:2]
    return Path(settings.EVIDENCE_ROOT) / folder / digest


def content_of(digest: str, subject: str = "") -> bytes | None:
    """The bytes with a SHA-256; ``None`` where they are not there or their subject's key was destroyed."""
    path = path_of(digest, subject)
    if not path.exists():
        return None
    held = open_bytes(path.read_bytes()) if subject else path.read_bytes()
    return None if isinstance(held, Lost) else held


def unfinished() -> Path:
    """Where files are written before they get their names; the tick removes what a killed process leaves there."""
    return Path(settings.EVIDENCE_ROOT) / "unfinished"


def write(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file whole or not at all: it gets its name once it is on the disk."""
    folder = unfinished()
    for needed in (folder, path.parent):
        needed.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{secrets.token_hex(12)}.part"
    try:
        with partial.open("wb") as target:
            target.writelines(pieces)
            target.flush()
            os.fsync(target.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def keep(name: str, tag: str, content: bytes, subject: str = "") -> Kept:
    """Store bytes and say what they are; raises :class:`Refused`. The same bytes are stored once.

    Those of a data subject are sealed with its key, and called by their ``tag``: a file's name names people too.
    """
    if not content:
        raise Refused(EMPTY)
    if len(content) > settings.EVIDENCE_LIMIT:
        raise Refused(TOO_BIG, limit=settings.EVIDENCE_LIMIT // 2**20)
    media_type = _type_of(content)
    if media_type not in _ACCEPTED:
        raise Refused(WRONG_TYPE, type=media_type)
    digest = hashlib.sha256(content).hexdigest()
    path = path_of(digest, subject)
    if not path.exists():
        write(path, [seal_bytes(subject, content) if subject else content])
    clean = Path(name.replace("\\", "/")).name.replace("\x00", "")[-200:] or digest[:12]
    if subject:
        clean = f"{tag}-{digest[:8]}{_ACCEPTED[media_type][0]}"
    return Kept(clean, media_type, len(content), digest)


def _type_of(content: bytes) -> str:
    """The type by content; the name and what the browser claims do not count."""
    try:
        found = puremagic.magic_string(content)
    except (puremagic.PureError, ValueError):
        found = []
    for match in found:
        if match.mime_type in _ACCEPTED:
            return str(match.mime_type)
    if found and found[0].mime_type:
        return str(found[0].mime_type)
    try:
        content[:4096].decode("utf-8")
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "application/octet-stream" if b"\x00" in content[:4096] else "text/plain"
