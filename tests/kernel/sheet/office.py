"""Apartments whose names a spreadsheet likes to change, and LibreOffice to try.

The trial that runs LibreOffice writes the workbooks of ``tests/data`` anew where ``XIANXING_WRITE_OFFICE`` is set.
"""

import shutil
import subprocess
from pathlib import Path

from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change
from xianxing.kernel.context import Context
from xianxing.kernel.register import find

__all__ = ["NAMES", "convert", "enter", "office"]

NAMES = (
    "=1+1", "-3", "+3", "@sum", "007", "12345678901234567890", "98765432109876543210123", "1/2", "3-4", "2017-5-1",
    "1e5", "TRUE", "真", "#N/A", "'quoted", "''two", "1,000", "50%", "￥3.50", "３００", "a b", "多 空格", '"quotes"',
    "<b>&amp;", "emoji 🏗", '=HYPERLINK("http://x","y")', "0.10", "1.0", ".5", "12:30", "=A1", "-", "=", "+", "0",
)  # fmt: skip


def enter(by: Context) -> None:
    """Enter an apartment for each name, with a code that begins with zeros."""
    flat = {"size": "85.5", "rent": "1234.5", "kind": "family"}
    rows = [Change("create", fields={**flat, "code": f"00{n:03d}", "name": name}) for n, name in enumerate(NAMES)]
    act(find("apartment"), by, rows).must()


def office() -> str | None:
    """Where LibreOffice is, if it is."""
    return shutil.which("soffice")


def convert(source: Path, ending: str) -> Path:
    """The workbook as LibreOffice writes it after loading it; needs LibreOffice."""
    target = source.with_name(f"by-office.{ending}")
    folder = source.parent / "office"
    program = office()
    assert program
    words = [program, f"-env:UserInstallation=file://{folder}", "--headless", "--convert-to", ending]
    subprocess.run([*words, "--outdir", folder, source], check=True, capture_output=True, timeout=300)
    (folder / f"{source.stem}.{ending}").replace(target)
    return target
