"""A Word document (.docx) as paragraphs: text, heading style, the numbers that Word sets by itself, cells of tables.

Read as a stream of XML events; a document type declaration, the door of external entities, is refused.
"""

import codecs
import io
import re
import zipfile
import zlib
from typing import Any
from xml.parsers import expat

from xianxing.kernel.sandbox.parsers.numbering import Numbering
from xianxing.kernel.sandbox.parsers.refusal import Refusal

__all__ = ["EXPANDED_LIMIT", "PARAGRAPHS", "paragraphs"]

EXPANDED_LIMIT = 256 * 2**20
PARAGRAPHS = 40_000
"""About a thousand dense pages; more is no plan."""
_LOADED = codecs.lookup("cp437")  # in the cage no module can be loaded any more
_SKIPPED = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText", "footnotePr"})
_OFF = frozenset({"0", "false", "off"})
_CONTENTS = re.compile(r"^(?:toc|目录)\s*\d?", re.IGNORECASE)


def paragraphs(content: bytes) -> list[dict[str, Any]]:
    """The paragraphs of a document, in their order; raises :class:`Refusal` by code."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise Refusal("document_macros")
            if "word/document.xml" not in names:
                raise Refusal("document_type")
            if sum(entry.file_size for entry in archive.infolist()) > EXPANDED_LIMIT:
                raise Refusal("document_expanded", limit=EXPANDED_LIMIT // 2**20)
            styles = _Styles()
            numbering = Numbering()
            for name, reader in (("word/styles.xml", styles), ("word/numbering.xml", numbering)):
                if name in names:
                    _events(_part(archive, name), reader)
            body = _Body(styles, numbering)
            _events(_part(archive, "word/document.xml"), body)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, zlib.error, OSError) as error:
        raise Refusal("document_broken") from error
    except RuntimeError as error:  # a zip entry with a password
        raise Refusal("document_locked") from error
    except expat.ExpatError as error:
        raise Refusal("document_broken") from error
    return body.found


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """One part; what says it is small and is not ends here."""
    with archive.open(name) as stream:
        read = stream.read(EXPANDED_LIMIT + 1)
    if len(read) > EXPANDED_LIMIT:
        raise Refusal("document_expanded", limit=EXPANDED_LIMIT // 2**20)
    return read


def _events(content: bytes, reader: Any) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_declaration
    parser.StartElementHandler = lambda tag, held: reader.start(
        _bare(tag), {_bare(key): value for key, value in held.items()}
    )
    parser.EndElementHandler = lambda tag: reader.end(_bare(tag))
    parser.CharacterDataHandler = reader.text
    parser.Parse(content, True)


def _refuse_declaration(*_declared: Any) -> None:
    raise Refusal("document_entities")


def _bare(tag: str) -> str:
    return tag.rpartition(":")[2]


class _Styles:
    """Of each style: its heading level, whether it is of a table of contents, the list it numbers by."""

    def __init__(self) -> None:
        self.level: dict[str, int] = {}
        self.numbered: dict[str, tuple[str, int]] = {}
        self.contents: set[str] = set()
        self._style = ""
        self._based: dict[str, str] = {}
        self._list: tuple[str, int] = ("", 0)

    def start(self, tag: str, held: dict[str, str]) -> None:
        value = held.get("val", "")
        if tag == "style":
            self._style, self._list = held.get("styleId", ""), ("", 0)
        elif tag == "name" and _CONTENTS.match(value):
            self.contents.add(self._style)
        elif tag == "name" and (found := re.match(r"(?:heading|标题)\s*(\d)$", value, re.IGNORECASE)):
            self.level.setdefault(self._style, int(found.group(1)))
        elif tag == "basedOn":
            self._based[self._style] = value
        elif tag == "outlineLvl" and value.isdigit() and int(value) < 9:
            self.level[self._style] = int(value) + 1
        elif tag == "ilvl" and value.isdigit():
            self._list = (self._list[0], int(value))
        elif tag == "numId":
            self._list = (value, self._list[1])

    def end(self, tag: str) -> None:
        if tag == "style" and self._list[0]:
            self.numbered[self._style] = self._list

    def text(self, _words: str) -> None:
        """Styles hold no text."""

    def of(self, style: str, held: dict[str, Any]) -> Any:
        """What a style says, itself or what it is based on."""
        for _step in range(8):
            if style in held:
                return held[style]
            style = self._based.get(style, "")
        return None


class _Body:
    """The paragraphs as they end."""

    def __init__(self, styles: _Styles, numbering: Numbering) -> None:
        self.found: list[dict[str, Any]] = []
        self._styles, self._numbering = styles, numbering
        self._skipping = 0
        self._tables: list[list[int]] = []
        self._counted = 0
        self._open: list[dict[str, Any]] = []
        self._in_text = False

    def start(self, tag: str, held: dict[str, str]) -> None:
        if tag in _SKIPPED or self._skipping:
            self._skipping += 1
            return
        if tag == "p":
            self._open.append({"words": [], "style": "", "level": 0, "list": "", "depth": None, "bold": 0, "runs": 0})
        elif tag in {"tbl", "tr", "tc"}:
            self._table(tag)
        elif self._open:
            self._within(tag, held.get("val", ""), self._open[-1])

    def _table(self, tag: str) -> None:
        if tag == "tbl":
            self._tables.append([self._counted, -1, -1])
            self._counted += 1
        elif self._tables and tag == "tr":
            self._tables[-1][1:] = [self._tables[-1][1] + 1, -1]
        elif self._tables:
            self._tables[-1][2] += 1

    def _within(self, tag: str, value: str, one: dict[str, Any]) -> None:
        if tag == "t":
            self._in_text = True
        elif tag in {"tab", "br", "cr"}:
            one["words"].append(" ")
        elif tag == "pStyle":
            one["style"] = value
        elif tag == "outlineLvl" and value.isdigit() and int(value) < 9:
            one["level"] = int(value) + 1
        elif tag == "numId":
            one["list"] = value
        elif tag == "ilvl" and value.isdigit():
            one["depth"] = int(value)
        elif tag == "r":
            one["runs"] += 1
        elif tag == "b" and value not in _OFF:
            one["bold"] += 1

    def text(self, words: str) -> None:
        if self._in_text and self._open and not self._skipping:
            self._open[-1]["words"].append(words)

    def end(self, tag: str) -> None:
        if self._skipping:
            self._skipping -= 1
        elif tag == "t":
            self._in_text = False
        elif tag == "tbl" and self._tables:
            self._tables.pop()
        elif tag == "p" and self._open:
            self._close(self._open.pop())

    def _close(self, one: dict[str, Any]) -> None:
        style = one["style"]
        listed = self._styles.of(style, self._styles.numbered) or ("", 0)
        depth = one["depth"] if one["depth"] is not None else listed[1]
        words = "".join(one["words"]).replace("\u00ad", "").strip()
        if not words or style in self._styles.contents:
            return
        marker = self._numbering.next(one["list"] or listed[0], depth)
        if len(self.found) >= PARAGRAPHS:
            raise Refusal("document_long", limit=PARAGRAPHS)
        told: dict[str, Any] = {
            "text": marker + words,
            "level": one["level"] or self._styles.of(style, self._styles.level) or 0,
        }
        told["bold"] = bool(one["runs"]) and one["bold"] >= one["runs"]
        if self._tables:
            told["cell"] = list(self._tables[0])  # a table within a cell is part of the cell
        self.found.append(told)
