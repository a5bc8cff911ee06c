"""Commands that judge whole tables: run a rule set over a file, lay a draft beside the rule in force."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xianxing.cli import printing
from xianxing.cli.caller import Json
from xianxing.cli.rule_options import (
    Data,
    DataOrFolder,
    KeyColumn,
    OnDay,
    Place,
    VersionOption,
    Which,
    chosen_ruleset,
    day_of,
)  # fmt: skip
from xianxing.rules.asking import must_ask
from xianxing.rules.engine import judge_table
from xianxing.rules.engine.engines import spark_engine
from xianxing.rules.reforming import reform, told
from xianxing.rules.tables import read_table, write_rows, write_table

__all__ = ["TABLES"]


class Engine(StrEnum):
    """Where a file is judged, with the same results."""

    embedded = "embedded"
    spark = "spark"


def run(
    which: Which,
    data: DataOrFolder,
    out: Annotated[Path, typer.Option("--out", help=gettext_noop("File to write: .parquet, .csv or .xlsx."))],
    key_column: KeyColumn = "",
    on: OnDay = None,
    version: VersionOption = "",
    jurisdiction: Place = "",
    engine: Annotated[Engine, typer.Option(help=gettext_noop("Where it is judged; spark needs PySpark and Java."))] = (
        Engine.embedded
    ),
    master: Annotated[
        str, typer.Option(help=gettext_noop("The cluster, such as spark://host:7077; default: this machine."))
    ] = "",
) -> None:
    """Judge every row of a file at once; write results and clauses, with version and snapshot."""
    one = must_ask(chosen_ruleset(which), day_of(on), jurisdiction=jurisdiction, version=version)
    if engine is Engine.spark:
        count, snapshot = spark_engine().run_on_spark(one, data, out, key=key_column, master=master)
        printing.say(_("%(count)s rows judged: %(path)s") % {"count": count, "path": out})
        printing.say(_("snapshot %(hash)s") % {"hash": snapshot})
        return
    table = judge_table(one, read_table(data, [one.version], key_column))
    write_table(table, out)
    printing.say(_("%(count)s rows judged: %(path)s") % {"count": len(table.frame), "path": out})
    printing.say(_("snapshot %(hash)s") % {"hash": table.snapshot})


def reform_rule(
    which: Annotated[
        str, typer.Argument(metavar="DRAFT", help=gettext_noop("The draft: code of a rule set, or a rule file."))
    ],
    against: Annotated[str, typer.Option("--against", metavar="RULESET", help=gettext_noop("The rule in force."))],
    data: Data,
    out: Annotated[
        Path | None, typer.Option("--out", dir_okay=False, help=gettext_noop("File for each row's before and after."))
    ] = None,
    key_column: KeyColumn = "",
    on: OnDay = None,
    version: VersionOption = "",
    jurisdiction: Place = "",
    as_json: Json = False,
) -> None:
    """Judge a file by a draft and by the rule in force: who changes, and at what cost."""
    day, ruleset = day_of(on), chosen_ruleset(which)
    draft = must_ask(ruleset, day, jurisdiction=jurisdiction, version=version or ruleset.chosen(day, jurisdiction).code)
    standing = must_ask(chosen_ruleset(against), day, jurisdiction=jurisdiction)
    found = reform(draft, standing, read_table(data, [draft.version, standing.version], key_column))
    if out:
        write_rows(
            found.rows, {f"{one.code}.{when}": one.measure for one in found.changes for when in ("was", "now")}, out
        )
    lines = [line for change in found.changes for line in told(change)]
    if as_json:
        printing.plain({
            "draft": draft.version.code, "standing": standing.version.code, "snapshot": found.draft.snapshot,
            "changes": [dict(zip(("code", "what", "value"), line)) for line in lines],
        })  # fmt: skip
        return
    title = f"{ruleset.title} {draft.version.code} · {standing.ruleset.title} {standing.version.code}"
    printing.table((_("result"), _("what changes"), _("rows or amount")), lines, title=title)
    printing.say(_("snapshot %(hash)s") % {"hash": found.draft.snapshot})


TABLES = (
    ("run", run, gettext_noop("Judge every row of a file.")),
    ("reform", reform_rule, gettext_noop("Lay a draft beside the rule in force, on the same facts.")),
)
