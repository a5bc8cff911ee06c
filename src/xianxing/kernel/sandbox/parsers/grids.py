"""Any file that can be imported, as sheets of text cells."""

from typing import Any

from xianxing.kernel.sandbox.parsers import delimited, features, workbooks

__all__ = ["grid"]


def grid(content: bytes) -> list[dict[str, Any]]:
    """The sheets of a workbook, of GeoJSON or of CSV text: ``name``, ``rows``, ``broken`` and the number of the first
    row."""
    if workbooks.is_workbook(content):
        return [_told(sheet.name, sheet.rows, sheet.broken, 1) for sheet in workbooks.sheets(content)]
    if features.looks_like_features(content):
        return [_told(features.SHEET, features.rows_of(content), [], 0)]
    return [_told("CSV", list(delimited.rows_of(content)), [], 1)]


def _told(name: str, rows: list[Any], broken: list[Any], first: int) -> dict[str, Any]:
    return {"name": name, "rows": rows, "broken": broken, "first": first}
