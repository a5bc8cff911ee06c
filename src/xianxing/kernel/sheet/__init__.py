"""Sheets: every register's way out to a workbook and back in.

``template``, ``export`` and ``corrected`` write workbooks; ``read`` reads one; ``dry_run`` names every error; ``apply``
imports as one audited action.
"""

from xianxing.kernel.sheet.importing import Report, apply, dry_run
from xianxing.kernel.sheet.reading import Table, read
from xianxing.kernel.sheet.writing import corrected, export, template

__all__ = ["Report", "Table", "apply", "corrected", "dry_run", "export", "read", "template"]
