"""Plain text: its lines, in the encodings that Chinese offices write."""

import codecs
from typing import Any

from xianxing.kernel.sandbox.parsers.refusal import Refusal
from xianxing.kernel.sandbox.parsers.words import PARAGRAPHS

__all__ = ["decoded", "paragraphs"]

_ENCODINGS = ("utf-8-sig", "gb18030")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LOADED = [codecs.lookup(name) for name in (*_ENCODINGS, "utf-16")]  # in the cage no module can be loaded any more
_MOST_CONTROLS = 0.002


def paragraphs(content: bytes) -> list[dict[str, Any]]:
    """Every line that is not empty, with its number; raises :class:`Refusal` by code."""
    words = decoded(content)
    lines = [(number, line.strip()) for number, line in enumerate(words.splitlines(), 1) if line.strip()]
    if len(lines) > PARAGRAPHS:
        raise Refusal("document_long", limit=PARAGRAPHS)
    return [{"text": line, "line": number} for number, line in lines]


def decoded(content: bytes, named: str = "") -> str:
    """The text of bytes in UTF-8, GB 18030 or UTF-16; what holds control characters is no text."""
    encodings = ("utf-16",) if content.startswith(_WIDE) else _ENCODINGS
    if named.lower() in {"gb2312", "gbk", "gb18030"}:
        encodings = ("gb18030", "utf-8-sig")
    for encoding in encodings:
        try:
            words = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        controls = sum(1 for character in words if character < " " and character not in "\t\n\r\f\v")
        if "\x00" in words or controls > _MOST_CONTROLS * len(words):
            break
        return words
    raise Refusal("document_type")
