"""The files of a record: evidence that stands, evidence withdrawn, the form that attaches more."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianxing.kernel.blockers import Problem
from xianxing.kernel.context import Context
from xianxing.kernel.evidence.actions import File, files_of, tags
from xianxing.kernel.gate import Row
from xianxing.kernel.personal.subjects import subject_path
from xianxing.kernel.register import Register
from xianxing.pages.addresses import record_url
from xianxing.pages.nextstep import Typed, reason_field

__all__ = ["NO_FILE_CHOSEN", "files_section"]

PICTURES = 24
"""How many pictures a gallery draws; the list of files holds all."""

NO_FILE_CHOSEN = Problem(
    "no_file_chosen", gettext_lazy("No file was chosen"), gettext_lazy("Choose a file and send it again")
)


def files_section(
    register: Register, context: Context, row: Row, verbs: frozenset[str], typed: Typed | None, tag: str = ""
) -> dict[str, Any]:
    """What the page shows of files. Cases always have the section."""
    found = files_of(register, context, row.id)
    may = bool(verbs & {"edit", "move"})
    return {
        "shown": bool(found) or register.is_case or (may and _worth_files(register)),
        "tags": frozenset(file.tag for file in found if not file.withdrawn_on),
        "items": [_item(register, row, file) for file in found],
        "pictures": _pictures(register, row, found),
        "withdraw": [_withdrawal(register, row, file, typed) for file in found if may and not file.withdrawn_on],
        "attach": _form(register, row, typed, tag) if may else None,
    }


def _pictures(register: Register, row: Row, found: Sequence[File]) -> dict[str, Any]:
    """The standing pictures as a gallery. Those of a person or household are not drawn unasked: each look is noted."""
    if subject_path(register):
        return {"items": [], "more": 0}
    pictures = [file for file in found if file.is_image and not file.withdrawn_on]
    items = [
        {
            "url": f"{record_url(register, row)}files/{file.id}/picture/",
            "label": str(file.label),
            "name": file.name,
            "on": date_format(localtime(file.at), "DATE_FORMAT"),
            "invented": file.invented,
        }
        for file in pictures[:PICTURES]
    ]
    return {"items": items, "more": len(pictures) - len(items)}


def _worth_files(register: Register) -> bool:
    """Records of lines and subjects; children show theirs once they have any, the kernel's bookkeeping likewise."""
    return not register.child_of and not register.model.__module__.startswith("xianxing.kernel.")


def _item(register: Register, row: Row, file: File) -> dict[str, Any]:
    gone = None
    if file.withdrawn_on:
        gone = _("withdrawn %(date)s: %(why)s") % {
            "date": date_format(file.withdrawn_on, "DATE_FORMAT"),
            "why": file.withdrawn_why,
        }
    return {
        "name": file.name,
        "url": f"{record_url(register, row)}files/{file.id}/",
        "size": size_text(file.size),
        "digest": file.digest,
        "kind": "image" if file.is_image else "file",
        "stage": str(file.label),
        "on": date_format(localtime(file.at), "DATE_FORMAT"),
        "gone": gone,
    }


def _withdrawal(register: Register, row: Row, file: File, typed: Typed | None) -> dict[str, Any]:
    again = typed if typed and typed.form == f"withdraw-{file.id}" else None
    error = next(({"text": b.words(), "mend": b.mend()} for b in again.blockers), None) if again else None
    return {
        "label": f"{file.label} · {file.name}",
        "url": f"{record_url(register, row)}files/{file.id}/withdraw/",
        "open": again is not None,
        "field": reason_field(f"withdraw-{file.id}", again.values.get("reason", "") if again else "", error),
    }


def _form(register: Register, row: Row, typed: Typed | None, tag: str) -> dict[str, Any]:
    again = typed if typed and typed.form == "attach" else None
    errors: dict[str, list[dict[str, str]]] = {}
    for blocker in again.blockers if again else ():
        errors.setdefault(blocker.field or "file", []).append({"text": blocker.words(), "mend": blocker.mend()})
    limit = f"{settings.EVIDENCE_LIMIT // 2**20} MB"
    choices = [{"value": tag, "label": str(label)} for tag, label in tags(register).items()]
    return {
        "url": f"{record_url(register, row)}attach/",
        "fields": [
            {
                "name": "tag",
                "id": "attach-tag",
                "label": _("What it proves"),
                "kind": "choice",
                "choices": choices,
                "required": True,
                "value": again.values.get("tag", "") if again else tag,
                "errors": errors.get("tag", []),
            },
            {
                "name": "file",
                "id": "attach-file",
                "label": _("File"),
                "kind": "file",
                "multiple": True,
                "limit": limit,
                "required": True,
                "errors": errors.get("file", []),
            },
        ],
    }


def size_text(size: int) -> str:
    """A size people can read."""
    if size < 1024:
        return f"{size} B"
    return f"{size / 1024:.0f} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"
