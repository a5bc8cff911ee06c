"""Options that the commands on rules share: which rule set, on which day, which file."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext_noop

from xianxing.kernel.units.seats import business_date
from xianxing.rules import RuleSet, find_ruleset
from xianxing.rules.load import load_file

__all__ = [
    "Data", "DataOrFolder", "DataOrNone", "KeyColumn", "OnDay", "Place", "VersionOption", "Which", "chosen_ruleset",
    "day_of",
]  # fmt: skip

FACTS = typer.Option("--data", exists=True, dir_okay=False, help=gettext_noop("Facts as Parquet, workbook or CSV."))
Data = Annotated[Path, FACTS]
DataOrFolder = Annotated[
    Path,
    typer.Option("--data", exists=True, help=gettext_noop("Facts as Parquet, workbook or CSV; a folder of Parquet.")),
]
DataOrNone = Annotated[Path | None, FACTS]
Which = Annotated[str, typer.Argument(metavar="RULESET", help=gettext_noop("Code of a rule set, or a rule file."))]
OnDay = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help=gettext_noop("Day; default: the business date."))
]
VersionOption = Annotated[str, typer.Option("--version", help=gettext_noop("A version by code, also a draft."))]
Place = Annotated[str, typer.Option("--jurisdiction", help=gettext_noop("Asked for before the rule set's own."))]
KeyColumn = Annotated[
    str, typer.Option("--key-column", help=gettext_noop("Head that names the record; default: the first."))
]


def chosen_ruleset(which: str) -> RuleSet:
    """A rule set by its code, or that of a file."""
    path = Path(which)
    return load_file(path) if path.suffix in {".yaml", ".yml"} and path.exists() else find_ruleset(which)


def day_of(on: datetime | None) -> date:
    """The day asked for, else the business date."""
    return on.date() if on else business_date()
