"""Every kind's values survive a workbook: what is exported reads back as the same value."""

import io
from datetime import date
from typing import Any

import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xianxing.kernel import sheet
from xianxing.kernel.blockers import Refused
from xianxing.kernel.kinds import Area, Choice, Day, Kind, LongText, Money, Percent, Phone, Text, Whole, YesNo
from xianxing.kernel.sheet.cells import cell_of, clean
from xianxing.kernel.sheet.writing import put

FEN = st.integers(0, 2**62)
TYPED = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
STAGES = Choice((("lead", "线索"), ("signed", "签约")))
KINDS: list[tuple[Kind, st.SearchStrategy[Any]]] = [
    (Money(shown="万元"), FEN),
    (Money(shown="元"), FEN),
    (Money(shown="亿元", signed=True), st.integers(-(2**62), 2**62)),
    (Area(shown="亩"), st.integers(0, 2**40)),
    (Area(shown="㎡"), st.integers(0, 2**40)),
    (Percent(), st.integers(0, 100_000)),
    (Whole(), st.integers(-(2**53), 2**53)),
    (Day(), st.dates(date(1900, 3, 1), date(2199, 12, 31))),
    (YesNo(), st.booleans()),
    (STAGES, st.sampled_from(["lead", "signed"])),
    (Phone(), st.from_regex(r"\A\+?[0-9][0-9 -]{5,18}[0-9]\Z")),
    (Text(limit=60), TYPED),
    (LongText(limit=60), TYPED),
]


def stored(kind: Kind, raw: Any) -> Any:
    """The value as an action would store it; nothing for what it would refuse or take as empty."""
    if not isinstance(kind, Text):
        return raw
    try:
        return kind.parse(raw) or None if raw.strip() else None
    except Refused:
        return None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.tuples(*(st.lists(values, min_size=1, max_size=4) for _kind, values in KINDS)), st.booleans())
def test_a_value_written_to_a_cell_reads_back_as_the_same_value(columns: Any, streamed: bool):
    values = [[stored(kind, raw) for raw in raws] for (kind, _values), raws in zip(KINDS, columns, strict=True)]
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": streamed, "strings_to_formulas": False})
    form = book.add_format({"num_format": "yyyy-mm-dd"})
    page = book.add_worksheet()
    for row in range(5):
        for place, (kind, _values) in enumerate(KINDS):
            value = values[place][row - 1] if 0 < row <= len(values[place]) else None
            put(page, row, place, cell_of(kind, value) if row else f"h{place}", form if isinstance(kind, Day) else None)
    book.close()
    rows = sheet.read(target.getvalue()).parts[0].rows
    for place, (kind, _values) in enumerate(KINDS):
        texts = clean(kind, [cells[place] for cells in rows[1 : len(values[place]) + 1]])
        read = [None if text is None else kind.parse(text) for text in texts]
        read += [None] * (len(values[place]) - len(read))  # empty rows at the end of a sheet are no rows
        assert read == values[place], kind.code
