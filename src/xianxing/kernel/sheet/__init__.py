"""Sheets: every register's way out to a workbook and back in.

``template``, ``export`` and ``corrected`` write workbooks, ``comparison`` one against a past day,
``collection`` writes GeoJSON; ``read`` reads either;
``dry_run`` names every error; ``apply`` imports as one audited action.
"""

from xianxing.kernel.sheet.collection import collection
from xianxing.kernel.sheet.compared import comparison
from xianxing.kernel.sheet.importing import Report, apply, dry_run
from xianxing.kernel.sheet.reading import Table, read
from xianxing.kernel.sheet.writing import corrected, export, template

__all__ = ["Report", "Table", "apply", "collection", "comparison", "corrected", "dry_run", "export", "read", "template"]
