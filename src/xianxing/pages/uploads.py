"""Workbooks on their way in or out: files of one person, outside the web root, gone after a day."""

import json
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from xianxing.kernel.context import Context

__all__ = ["Upload", "new_upload", "upload_of"]

KEPT_SECONDS = 24 * 3600
_TOKEN = re.compile(r"^[0-9a-f]{24}$")


class Upload:
    """One workbook and what was found out about it.

    Files ``<person>-<token>`` by ending: ``book`` (as it came), ``meta``, ``report``, ``done`` (results), ``out``
    (a workbook back).
    """

    def __init__(self, person: int, token: str) -> None:
        self.token = token
        self._stem = _folder() / f"{person}-{token}"

    def path(self, ending: str = "book") -> Path:
        """Where one of its files lies."""
        return self._stem.with_name(f"{self._stem.name}.{ending}")

    def note(self, ending: str, values: Mapping[str, Any]) -> None:
        """Keep a result beside the workbook, whole or not at all."""
        part = self.path(f"{ending}.part")
        part.write_text(json.dumps(dict(values), ensure_ascii=False, default=str), encoding="utf-8")
        part.replace(self.path(ending))

    def noted(self, ending: str) -> dict[str, Any] | None:
        """A result kept before; ``None`` where there is none yet."""
        try:
            found = json.loads(self.path(ending).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return found if isinstance(found, dict) else None


def _folder() -> Path:
    folder: Path = settings.HOME / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def new_upload(context: Context, content: bytes = b"", name: str = "") -> Upload:
    """A place for a workbook of the caller's; those of yesterday are removed."""
    for path in _folder().iterdir():
        if path.stat().st_mtime < context.instant.timestamp() - KEPT_SECONDS:
            path.unlink(missing_ok=True)
    upload = Upload(context.actor or 0, secrets.token_hex(12))
    if content:
        upload.path().write_bytes(content)
        upload.note("meta", {"name": name[:200], "size": len(content)})
    return upload


def upload_of(context: Context, token: str) -> Upload | None:
    """The caller's own upload of that token."""
    if not _TOKEN.match(token):
        return None
    upload = Upload(context.actor or 0, token)
    return upload if upload.path("meta").exists() or upload.path("out").exists() else None
