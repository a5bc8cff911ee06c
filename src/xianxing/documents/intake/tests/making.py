"""Small documents for tests, made by hand: Word, PDF, and files that mean harm."""

import io
import random
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from html import escape

__all__ = ["docx", "hostile", "pdf"]

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NUMBERING = (
    f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>'
    '</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)
STYLES = (
    f'<w:styles xmlns:w="{W}"><w:style w:styleId="a1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="mine"><w:name w:val="公文标题"/><w:basedOn w:val="a1"/></w:style>'
    '<w:style w:styleId="toc"><w:name w:val="toc 1"/></w:style></w:styles>'
)


_SYSTEM = b"<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>"


def docx(body: str | Sequence[str], extra: dict[str, bytes] | None = None, head: str = "") -> bytes:
    """A Word document: plain paragraphs, or the XML of a body; ``head`` stands before the root."""
    inner = (
        body if isinstance(body, str) else "".join(f"<w:p><w:r><w:t>{escape(one)}</w:t></w:r></w:p>" for one in body)
    )
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "word/styles.xml": STYLES.encode(),
        "word/numbering.xml": NUMBERING.encode(),
        "word/document.xml": f'{head}<w:document xmlns:w="{W}"><w:body>{inner}</w:body></w:document>'.encode(),
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts, **(extra or {})}.items():
            archive.writestr(name, content)
    return written.getvalue()


def pdf(pages: Sequence[Sequence[tuple[int, int, str]]], *, root: bytes = b"") -> bytes:
    """A PDF of lines (x, y, words) in a Chinese font that it names and does not carry."""
    count = len(pages)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R" + root + b">>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, b" ".join(b"%d 0 R" % (5 + 2 * at) for at in range(count))),
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/CIDSystemInfo" + _SYSTEM + b">>",
    ]
    for at, lines in enumerate(pages):
        drawn = b"".join(
            b"BT /F1 16 Tf %d %d Td <%s> Tj ET\n" % (x, y, words.encode("utf-16-be").hex().encode())
            for x, y, words in lines
        )
        packed = zlib.compress(drawn)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>"
            % (6 + 2 * at)
        )
        objects.append(b"<</Length %d/Filter/FlateDecode>>stream\n" % len(packed) + packed + b"\nendstream")
    return _filed(objects)


def _filed(objects: Sequence[bytes]) -> bytes:
    written, places = b"%PDF-1.4\n", []
    for number, held in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj" % number + held + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(written))
    return written + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + tail


def hostile(count: int, seed: int = 17) -> Iterator[tuple[str, bytes]]:
    """Files that are broken or mean harm, each with what was done to it; the same for the same seed."""
    chance = random.Random(seed)
    sound = {
        "docx": docx(["关于推进某事的意见", "一、总体要求", "到2025年，完成改造120项。"] * 30),
        "pdf": pdf(
            [[(80, 700, "一、总体要求"), (80, 660, "到二〇二五年完成改造一百二十项，推动重点项目开工建设。")]] * 4
        ),
        "html": ("<html><body><h1>意见</h1>" + "<p>到2025年，完成改造120项。</p>" * 50 + "</body></html>").encode(),
        "txt": ("关于推进某事的意见\n" + "到2025年，完成改造120项。\n" * 50).encode("gb18030"),
    }
    whole = list(_whole(sound["docx"]))
    for at in range(count):
        if at < len(whole):
            yield whole[at]
            continue
        kind = chance.choice(sorted(sound))
        way = chance.choice(sorted(_WAYS))
        yield f"{kind} {way} {at}", _WAYS[way](sound[kind], chance)


def _whole(sound: bytes) -> Iterator[tuple[str, bytes]]:
    entity = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    laughs = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    yield "zip bomb", docx("", {"word/media/a.bin": b"\0" * 300 * 2**20})
    yield "bomb in the document", docx("<w:p><w:r><w:t>" + "a" * (270 * 2**20) + "</w:t></w:r></w:p>")
    yield "external entity", docx("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", head=entity)
    yield "entities in entities", docx("<w:p><w:r><w:t>&b;</w:t></w:r></w:p>", head=laughs)
    yield "macros", docx(["带宏的文档"], {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"})
    yield "deep nesting", docx("<w:tbl><w:tr><w:tc>" * 20_000)
    yield "many paragraphs", docx("<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 50_000)
    yield "a path that climbs", docx(["正文"], {"../../etc/passwd": b"root"})
    yield "two thousand pages", pdf([[(80, 700, "第一页的正文内容")]] * 2_000)
    yield "pages that hold themselves", pdf([[(80, 700, "正文")]]).replace(b"/Kids[5 0 R]", b"/Kids[2 0 R]")
    yield (
        "a script in the catalogue",
        pdf([[(80, 700, "正文内容很短" * 6)]], root=b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"),
    )
    yield "a workbook", sound.replace(b"word/document.xml", b"xl/workbook12.xml")
    yield "an old Word file", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096
    yield "a program", b"\x7fELF" + bytes(range(256)) * 20
    yield "nothing", b""
    yield "deep tags", b"<html>" + b"<div>" * 100_000 + b"x"


_WAYS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "cut": lambda held, chance: held[: chance.randrange(1, len(held))],
    "flipped": lambda held, chance: _changed(held, chance, 40),
    "shuffled": lambda held, chance: (
        held[: len(held) // 3] + held[len(held) // 2 :] + held[len(held) // 3 : len(held) // 2]
    ),
    "noise": lambda held, chance: held[:8] + chance.randbytes(len(held)),
    "doubled": lambda held, _chance: held + held,
    "zeros": lambda held, chance: held[:200] + b"\0" * chance.randrange(500) + held[200:],
}


def _changed(held: bytes, chance: random.Random, count: int) -> bytes:
    found = bytearray(held)
    for _step in range(count):
        found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found)
