"""A workbook into the store: ours, checked and audited, beside django-import-export.

``python -m bench.imports [--rows 20000,100000] [--times 3] [--fast] [--save]``: the annual returns of so many
enterprises, 20 columns, one .xlsx, from its bytes to rows in the store of the environment. The rival is run in its
default configuration and in its fastest (no diff, in bulk, no look-up of what is there, one transaction); in both it
is given the ids of the enterprises in a dictionary, which by itself it would ask for row by row. What stands in the
store afterwards is hashed, and a run whose hashes differ fails. ``--save`` writes the table into docs/speed.md.
"""

import argparse
import io
import os
import random
import sys
import tempfile
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xianxing.settings")
os.environ.setdefault("XIANXING_HOME", tempfile.mkdtemp(prefix="xianxing-bench-"))
django.setup()

import import_export  # noqa: E402 - the settings come first
import xlsxwriter  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from import_export import fields, resources, widgets  # noqa: E402
from tablib import Dataset  # noqa: E402

from bench.contest import codes, counted, digest, store, zone  # noqa: E402
from bench.report import save_table  # noqa: E402
from bench.rules import Run, median, timed  # noqa: E402
from xianxing.kernel import sheet  # noqa: E402
from xianxing.kernel.audit.chain import verify  # noqa: E402
from xianxing.kernel.context import Context  # noqa: E402
from xianxing.kernel.register import find  # noqa: E402
from xianxing.subjects.enterprise.models import AnnualReturn, Enterprise  # noqa: E402

COUNTS = ("staff", "research_staff", "inventions")
MONEY = (
    "revenue", "main_revenue", "tax", "value_added", "research", "profit", "net_profit", "interest", "depreciation",
    "assets", "liabilities", "short_loans", "long_loans", "share_capital", "retained",
)  # fmt: skip
HEADS = ("enterprise", "year", *COUNTS, *MONEY)
FEN = 1_000_000  # of 万元
COLUMNS = (
    "| store | rows | contender | seconds | times ours | CPU | times ours | hash |\n"
    "|---|---:|---|---:|---:|---:|---:|---|"
)


def workbook(rows: int) -> bytes:
    """The returns of 2016: amounts in 万元 with up to six digits behind the point, one cell in twenty empty."""
    chance = random.Random(7)
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADS)
        for at, code in enumerate(codes(rows), start=1):
            told = [code, 2016, *(chance.randrange(1, 5_000) for _name in COUNTS)]
            told += [chance.randrange(1, 10**11) / FEN if chance.random() > 0.05 else None for _name in MONEY]
            page.write_row(at, 0, told)
    return content.getvalue()


def enterprises(rows: int, officer: Context) -> dict[str, int]:
    """The enterprises on file, and the id of each by its code."""
    moment = timezone.now()  # noqa: TID251 - they are there before anything is measured
    unit = officer.seats[0].unit
    made = [
        Enterprise(code=code, name=f"企业{at}", unit_id=unit, created_at=moment, updated_at=moment)
        for at, code in enumerate(codes(rows))
    ]
    with transaction.atomic():
        Enterprise.objects.bulk_create(made, batch_size=500)
    return dict(Enterprise.objects.values_list("code", "id"))


class _Known(widgets.Widget):
    """An enterprise by its code, from a dictionary."""

    ids: Mapping[str, int] = {}

    def clean(self, value: Any, row: Any = None, **_options: Any) -> int:
        return self.ids[str(value)]


class _Fen(widgets.Widget):
    """An amount in 万元."""

    def clean(self, value: Any, row: Any = None, **_options: Any) -> int | None:
        return None if value is None or value == "" else round(Decimal(str(value)) * FEN)


class Default(resources.ModelResource):
    """django-import-export as its documentation sets it up."""

    enterprise_id = fields.Field(attribute="enterprise_id", column_name="enterprise", widget=_Known())

    def get_import_fields(self, selected_fields: Any = None) -> Any:
        return [self.fields[name] for name in ("enterprise_id", *HEADS[1:])]

    def init_instance(self, row: Any = None) -> AnnualReturn:
        moment = timezone.now()  # noqa: TID251 - plain Django stamps its rows itself
        return AnnualReturn(created_at=moment, updated_at=moment)

    class Meta:
        model = AnnualReturn
        fields = ("enterprise_id", *HEADS[1:])
        import_id_fields = ("enterprise_id", "year")


for _name in MONEY:
    Default.fields[_name] = fields.Field(attribute=_name, column_name=_name, widget=_Fen())


class Fastest(Default):
    """Everything off that takes time."""

    class Meta:
        model = AnnualReturn
        fields = ("enterprise_id", *HEADS[1:])
        import_id_fields = ("enterprise_id", "year")
        use_bulk = True
        batch_size = 5_000
        skip_diff = True
        skip_html_diff = True
        force_init_instance = True
        use_transactions = True


def rival(content: bytes, kind: type[Default]) -> None:
    dataset = Dataset().load(content, format="xlsx")
    found = kind().import_data(dataset, dry_run=False, raise_errors=True)
    if found.has_errors():
        raise SystemExit("django-import-export refused rows")


def stored() -> str:
    counted()
    rows = AnnualReturn.objects.order_by("enterprise__code").values_list("enterprise__code", *HEADS[1:])
    return digest(rows.iterator(5_000))


def contest(rows: int, times: int, *, fast: bool) -> list[str]:
    """One size: a line per contender; fails where what is stored differs."""
    call_command("flush", verbosity=0, interactive=False)
    officer = zone()
    _Known.ids = enterprises(rows, officer)
    content = workbook(rows)
    register = find("enterprise-return")
    contenders: dict[str, Callable[[], Any]] = {
        "Xianxing: checked, audited": lambda: sheet.apply(register, officer, sheet.read(content)).must(),
        "django-import-export, fastest": lambda: rival(content, Fastest),
    }
    if not fast:
        contenders["django-import-export, default"] = lambda: rival(content, Default)
    taken: dict[str, list[Run]] = {name: [] for name in contenders}
    hashes: dict[str, str] = {}
    for _turn in range(times):
        for name, work in contenders.items():
            AnnualReturn.objects.all().delete()
            counted()
            taken[name].append(timed(work))
            hashes[name] = stored()
            last = taken[name][-1]
            print(f"  {name}: {last.seconds:.2f} s, {last.cpu:.2f} s of CPU", flush=True, file=sys.stderr)
    if len(set(hashes.values())) > 1:
        raise SystemExit(f"what is stored differs: {hashes}")
    entries, fault = verify()
    if fault:
        raise SystemExit(f"the audit chain broke at entry {fault.number} of {entries}: {fault.what}")
    medians = {name: median(runs) for name, runs in taken.items()}
    ours = next(iter(medians.values()))
    return [
        f"| {store()} | {rows:,} | {name} | {run.seconds:.2f} | {run.seconds / ours.seconds:.1f} | {run.cpu:.2f} |"
        f" {run.cpu / ours.cpu:.1f} | {hashes[name]} |"
        for name, run in medians.items()
    ]


def main() -> int:
    """Measure each size, print, and save."""
    parser = argparse.ArgumentParser(prog="bench.imports", description=__doc__)
    parser.add_argument("--rows", default="20000,100000")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--fast", action="store_true", help="leave the rival's default configuration out")
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    print(COLUMNS)
    lines = []
    for rows in options.rows.split(","):
        for line in contest(int(rows), options.times, fast=options.fast):
            print(line, flush=True)
            lines.append(line)
    if options.save:
        save_table("imports", [COLUMNS, *lines], f"django-import-export {import_export.__version__}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
