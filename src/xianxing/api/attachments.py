"""Evidence of a record: list, attach, download, withdraw."""

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from ninja import File as Uploaded
from ninja import Form, Schema
from ninja.files import UploadedFile
from ninja.params import functions

from xianxing.api.answers import answer, refuse
from xianxing.api.callers import caller
from xianxing.api.changing import Because, outcome_of, verbs_of
from xianxing.api.endpoint import Endpoint
from xianxing.api.records import find_row
from xianxing.api.schemas import Receipt
from xianxing.kernel.blockers import Blocker
from xianxing.kernel.evidence.actions import NO_FILE, File, attach, files_of, read, withdraw
from xianxing.kernel.register import Register

__all__ = ["BINARY", "attachments", "download", "plain_file"]

BINARY: dict[str, Any] = {"responses": {200: {"description": "The file.", "content": {"application/octet-stream": {}}}}}


class AttachmentOut(Schema):
    """A file attached to a record."""

    id: int
    tag: str
    label: str
    name: str
    media_type: str
    size: int
    digest: str
    at: str
    withdrawn_on: str | None
    withdrawn_why: str
    invented: bool


def plain_file(file: File) -> dict[str, Any]:
    """A file's particulars as JSON."""
    return {
        "id": file.id,
        "tag": file.tag,
        "label": str(file.label),
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "digest": file.digest,
        "at": file.at.isoformat(),
        "withdrawn_on": file.withdrawn_on.isoformat() if file.withdrawn_on else None,
        "withdrawn_why": file.withdrawn_why,
        "invented": file.invented,
    }


def download(content: bytes, name: str, media_type: str) -> HttpResponse:
    """Bytes to be saved, never to be shown by the browser."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def attachments(register: Register) -> list[Endpoint]:
    """The endpoints of a register's evidence. A file is only found through the record it belongs to."""
    code, name = register.code, register.code.replace("-", "_")
    path = f"/{code}/{{key}}/evidence"

    def list_files(request: HttpRequest, key: str) -> HttpResponse:
        context = caller(request)
        row = find_row(register, context, key)
        return answer([plain_file(file) for file in files_of(register, context, row.id)])

    def attach_file(
        request: HttpRequest,
        key: str,
        tag: Form[str],
        file: Uploaded[UploadedFile],
        reason: str = functions.Form("", max_length=500),
    ) -> HttpResponse:
        context = caller(request, reason)
        row = find_row(register, context, key)
        outcome = attach(register, context, [(row.id, tag, file.name or "", file.read())])
        if not outcome.done:
            return refuse(outcome.blockers)
        kept = [plain_file(f) for f in files_of(register, context, row.id) if f.id in outcome.records]
        receipt = {"state": "done", "records": list(outcome.records), "entry": outcome.entry, "unchanged": 0}
        return answer(receipt | {"record": kept[0] if kept else None}, 201)

    def read_file(request: HttpRequest, key: str, file: int) -> HttpResponse:
        context = caller(request)
        row = find_row(register, context, key)
        if all(known.id != file for known in files_of(register, context, row.id)):
            return refuse([Blocker(NO_FILE)])
        found, content = read(register, context, file)
        return download(content, found.name, found.media_type)

    def withdraw_file(request: HttpRequest, key: str, file: int, body: Because) -> HttpResponse:
        context = caller(request, body.reason)
        row = find_row(register, context, key)
        if all(known.id != file for known in files_of(register, context, row.id)):
            return refuse([Blocker(NO_FILE)])
        outcome = withdraw(register, context, file)
        return (
            outcome_of(register, context, outcome)
            if not outcome.done
            else answer(
                {
                    "state": "done",
                    "records": list(outcome.records),
                    "entry": outcome.entry,
                    "unchanged": 0,
                    "record": None,
                }
            )
        )

    listed = Endpoint("GET", path, list_files, f"list_evidence_{name}", "Files of a record", list[AttachmentOut])
    one = Endpoint("GET", f"{path}/{{file}}", read_file, f"read_evidence_{name}", "Download a file", extra=BINARY)
    if not verbs_of(register) & {"edit", "move"}:
        return [listed, one]
    return [
        listed,
        one,
        Endpoint("POST", path, attach_file, f"attach_evidence_{name}", "Attach a file under a tag", Receipt, 201),
        Endpoint(
            "POST", f"{path}/{{file}}/withdraw", withdraw_file, f"withdraw_evidence_{name}",
            "Withdraw a file, with the reason", Receipt,
        ),
    ]  # fmt: skip
