"""A file from outside is read without network and files, within limits, and whatever it does is answered in words."""

import io
import os
import signal
import threading
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter

from xianxing.kernel.blockers import Blocked
from xianxing.kernel.sandbox import keeper
from xianxing.kernel.sandbox.cage import Limits
from xianxing.kernel.sandbox.keeper import run, walls
from xianxing.kernel.sheet.reading import REFUSALS

SMALL = Limits(cpu=5, seconds=30, memory=1024, answer=64)
IN_WORDS = {"bad_geojson", "file_too_much", "file_unreadable", "not_a_workbook", "workbook_too_large"}


def refused(function: str, content: bytes = b"", limits: Limits = SMALL) -> str:
    with pytest.raises(Blocked) as error:
        run(function, content, limits=limits, refusals=REFUSALS)
    (blocker,) = error.value.blockers
    assert blocker.words()
    assert blocker.mend()
    return blocker.code


def test_who_reads_a_file_reaches_no_network_no_file_and_no_other_program() -> None:
    assert walls() == dict.fromkeys(("socket", "read", "write", "process", "program"), False)


def test_who_reads_a_file_knows_no_secret_of_the_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    keeper._close()
    names = run("probe:surroundings", b"")
    assert not {name for name in names if name.startswith(("DATABASE", "XIANXING", "DJANGO", "AWS"))}


@pytest.mark.parametrize(
    ("function", "limits"),
    [
        ("probe:spins", Limits(cpu=1)),
        ("probe:sleeps", Limits(seconds=0.5)),
        ("probe:grows", Limits(memory=512)),
        ("probe:dies", Limits()),
    ],
)
def test_what_takes_too_much_is_ended_and_said(function: str, limits: Limits) -> None:
    assert refused(function, limits=limits) == "file_too_much"


def test_an_answer_has_a_limit_too() -> None:
    with pytest.raises(Blocked):
        run("probe:talks", b"", limits=Limits(answer=1), size=2**22)
    assert len(run("probe:talks", b"", size=2**22)) == 2**22


def test_others_are_served_while_a_file_takes_long() -> None:
    held = threading.Thread(target=lambda: refused("probe:sleeps", limits=Limits(seconds=20)))
    held.start()
    assert run("grids:grid", b"a\n1\n")[0]["rows"] == [["a"], ["1"]]
    assert held.is_alive()
    keeper._HELD[0]._process.send_signal(signal.SIGKILL)
    held.join()
    assert run("grids:grid", b"a\n2\n")[0]["rows"] == [["a"], ["2"]]


def test_nothing_but_a_parser_is_run() -> None:
    assert refused("../../os:system") == "file_too_much"


def test_no_descriptor_stays_open() -> None:
    run("grids:grid", b"a\n1\n")
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for _time in range(5):
        run("grids:grid", b"a\n1\n")
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


def book() -> bytes:
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target)
    made.add_worksheet().write_row(0, 0, ["name", "capital"])
    made.close()
    return target.getvalue()


def with_part(name: str, *pieces: bytes, times: int = 1) -> bytes:
    """A workbook with one member replaced by pieces, the middle one repeated."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book())) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in source.namelist():
            if entry != name:
                made.writestr(entry, source.read(entry))
        with made.open(name, "w", force_zip64=True) as member:
            member.write(pieces[0])
            for _time in range(times):
                member.write(pieces[1])
            member.write(pieces[2])
    return target.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
CELL = b'<row r="1"><c r="A1" t="inlineStr"><is><t>'
LAST = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
OPEN, SHUT = b"<?xml version='1.0'?><worksheet " + NAMESPACE + b"><sheetData>", b"</sheetData></worksheet>"
LAUGHS = b"".join(
    b'<!ENTITY a%d "%s">' % (level, (b"&a%d;" % (level - 1)) * 10 if level else b"ha" * 10) for level in range(12)
)


def lying(content: bytes) -> bytes:
    """The same archive, whose directory says that every member holds ten bytes."""
    found = bytearray(content)
    place = found.find(b"PK\x01\x02")
    while place >= 0:
        found[place + 24 : place + 28] = (10).to_bytes(4, "little")
        place = found.find(b"PK\x01\x02", place + 4)
    return bytes(found)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a bomb": lambda: with_part(SHEET, OPEN, b" " * 2**24, SHUT, times=80),
    "a bomb that lies": lambda: lying(with_part(SHEET, OPEN, b" " * 2**24, SHUT, times=40)),
    "a text of 400 MB": lambda: with_part(
        SHEET, OPEN + CELL, b"x" * 2**22, b"</t></is></c></row>" + SHUT, times=100
    ),
    "billion laughs": lambda: with_part(
        SHEET,
        b"<?xml version='1.0'?><!DOCTYPE x [" + LAUGHS + b"]><worksheet " + NAMESPACE + b"><sheetData>",
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>&a11;</t></is></c></row>',
        SHUT,
    ),
    "a cell at the end of the world": lambda: with_part(
        SHEET, OPEN + b'<row r="1"><c r="A1"><v>1</v></c></row>', b"", LAST + SHUT
    ),
    "numbers of rows that overflow": lambda: with_part(
        SHEET, OPEN, b'<row r="99999999999999999999"><c r="ZZZZZZZ99999999999999"><v>1</v></c></row>', SHUT
    ),
    "a shared text that is not there": lambda: with_part(
        SHEET, OPEN, b'<row r="1"><c r="A1" t="s"><v>4294967296</v></c></row>', SHUT
    ),
    "half an element": lambda: with_part(SHEET, OPEN, b'<row r="1"><c r="A1"', b""),
    "no XML at all": lambda: with_part(SHEET, b"\x00\xff", b"\xfe" * 1000, b""),
    "an outer relation": lambda: with_part(
        "xl/_rels/workbook.xml.rels",
        b'<Relationships><Relationship Id="rId1" Target="file:///etc/passwd" TargetMode="External"/>', b"",
        b"</Relationships>",
    ),
    "nested brackets": lambda: b'{"type":' + b"[" * 10**6,
    "a line without end": lambda: b"a," * 3_000_000,
    "quotes without end": lambda: b'"' * 2_000_001,
    "an OLE file cut short": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2048),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_answered_in_words(kind: str) -> None:
    found, refusals = [], ()
    try:
        found = run("grids:grid", HOSTILE[kind](), limits=SMALL, refusals=REFUSALS)
    except Blocked as error:
        refusals = error.blockers
    assert {blocker.code for blocker in refusals} <= IN_WORDS
    assert all(blocker.words() for blocker in refusals)
    assert refusals or all(part["rows"] is not None for part in found)
