"""Workbooks as people send them, and rows of enterprises to put in."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import xlsxwriter
from stdnum.cn import uscc

Rows = Sequence[Sequence[Any]]


@pytest.fixture
def workbook() -> Callable[..., bytes]:
    """Write rows to a workbook, cell by cell by type; a text that begins with = becomes a formula, as in Excel."""

    def write(rows: Rows, name: str = "Sheet1", merges: Sequence[str] = ()) -> bytes:
        target = io.BytesIO()
        book = xlsxwriter.Workbook(target, {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": True})
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if value is not None:
                    sheet.write(row, column, value)
        for cells in merges:
            sheet.merge_range(cells, "")
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if value is not None and merges:
                    sheet.write(row, column, value)
        book.close()
        return target.getvalue()

    return write


@pytest.fixture
def code() -> Callable[[int], str]:
    """A valid unified social credit code."""

    def make(number: int) -> str:
        body = f"91371400{number:09d}"
        return body + str(uscc.calc_check_digit(body))

    return make
