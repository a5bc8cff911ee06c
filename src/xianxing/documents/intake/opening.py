"""One door for documents: bytes become a text with places, or a refusal in words.

The type is told by the first bytes, never by the name. Parsing happens in a child process without network and files,
within limits (:mod:`xianxing.kernel.sandbox`).
"""

import re

from django.utils.translation import gettext_lazy as _

from xianxing.documents.text import Text
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.sandbox.cage import Limits
from xianxing.kernel.sandbox.keeper import run

__all__ = ["LARGEST", "open_document"]

LARGEST = 50 * 2**20
CHARACTERS = 2_000_000
LIMITS = Limits(cpu=90, seconds=120.0, memory=2048, answer=128)

TOO_BIG = Problem(
    "document_big", _("The document is larger than %(limit)s MiB"), _("Split it, or leave its pictures out")
)
TOO_LONG = Problem("document_wide", _("The document holds more than %(limit)s characters"), _("Split it into parts"))
EMPTY = Problem("document_empty", _("The document holds no text"), _("Choose the right file"))
WRONG_TYPE = Problem(
    "document_type",
    _("This is no document that can be read"),
    _("Use Word (.docx), PDF with text, HTML or plain text in UTF-8 or GB 18030"),
)
OLD_WORD = Problem(
    "document_old_word",
    _("This is a document of Word 97 to 2003, or one with a password"),
    _("Save it in Word as .docx without a password"),
)
_REFUSALS = {
    problem.code: problem
    for problem in (
        WRONG_TYPE,
        Problem(
            "document_broken",
            _("The document is damaged and cannot be read"),
            _("Save it anew from its program and send that"),
        ),
        Problem("document_locked", _("The document is locked with a password"), _("Save it without a password")),
        Problem(
            "document_scanned",
            _("The PDF holds pictures of pages, no text"),
            _("Use the Word file it was made from, or have it read by a text recognition program first"),
        ),
        Problem("document_macros", _("The document holds macros"), _("Save it in Word as .docx, without macros")),
        Problem(
            "document_entities",
            _("The document refers to something outside itself"),
            _("Save it anew from Word and send that"),
        ),
        Problem(
            "document_expanded",
            _("The document unpacks to more than %(limit)s MiB"),
            _("Leave its pictures out, or split it"),
        ),
        Problem("document_pages", _("The document has more than %(limit)s pages"), _("Split it into parts")),
        Problem("document_long", _("The document has more than %(limit)s paragraphs"), _("Split it into parts")),
    )
}
_HTML = re.compile(
    rb"^\s*(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|div|p|h[1-6]|table|article|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_BINARY = (
    b"\x7fELF",
    b"MZ",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"{\\rtf",
    b"BM",
    b"II*\x00",
    b"RIFF",
    b"ID3",
    b"OggS",
)


def open_document(content: bytes) -> Text:
    """The text of a document; raises :class:`Blocked` with what is wrong and how to mend it."""
    if len(content) > LARGEST:
        raise Blocked((Blocker(TOO_BIG, field="file", params={"limit": LARGEST // 2**20}),))
    kind, parser = _kind(content)
    found = run(f"{parser}:paragraphs", content, refusals=_REFUSALS, limits=LIMITS)
    if not found:
        raise Blocked((Blocker(EMPTY, field="file"),))
    if sum(len(one["text"]) for one in found) > CHARACTERS:
        raise Blocked((Blocker(TOO_LONG, field="file", params={"limit": f"{CHARACTERS:,}"}),))
    return Text.of_plain(kind, found)


def _kind(content: bytes) -> tuple[str, str]:
    """The kind of file by its first bytes, and the parser for it."""
    if not content.strip():
        raise Blocked((Blocker(EMPTY, field="file"),))
    if content.startswith(b"PK"):
        return "docx", "words"
    if b"%PDF-" in content[:1024]:
        return "pdf", "portable"
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise Blocked((Blocker(OLD_WORD, field="file"),))
    if content.startswith(_BINARY):
        raise Blocked((Blocker(WRONG_TYPE, field="file"),))
    return ("html", "markup") if _HTML.match(content[:4096]) else ("txt", "plain")
