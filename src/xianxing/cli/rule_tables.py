"""Commands that judge whole tables: run a rule set over a file, lay a draft beside the rule in force."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xianxing.cli import printing
from xianxing.cli.caller import Json
from xianxing.kernel.blockers import Blocked, Blocker
from xianxing.kernel.units.seats import business_date
from xianxing.rules import RuleSet, find_ruleset
from xianxing.rules.engine import Asked, asked, judge_table
from xianxing.rules.faults import NOT_IN_FORCE
from xianxing.rules.load import load_file
from xianxing.rules.measures import Measure
from xianxing.rules.reforming import Change, reform
from xianxing.rules.tables import read_table, write_rows, write_table

__all__ = ["TABLES", "Data", "KeyColumn", "OnDay", "Place", "VersionOption", "Which", "chosen_ruleset", "day_of"]

Data = Annotated[
    Path,
    typer.Option("--data", exists=True, dir_okay=False, help=gettext_noop("Facts as Parquet, workbook or CSV.")),
]
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


def _must(ruleset: RuleSet, day: date, jurisdiction: str, version: str) -> Asked:
    one = asked(ruleset, day, jurisdiction=jurisdiction, version=version)
    if one is None:
        raise Blocked((Blocker(NOT_IN_FORCE, "on", ruleset.title, params={"day": day.isoformat()}),))
    return one


def run(
    which: Which,
    data: Data,
    out: Annotated[
        Path, typer.Option("--out", dir_okay=False, help=gettext_noop("File to write: .parquet, .csv or .xlsx."))
    ],
    key_column: KeyColumn = "",
    on: OnDay = None,
    version: VersionOption = "",
    jurisdiction: Place = "",
) -> None:
    """Judge every row of a file at once; write results and clauses, with version and snapshot."""
    one = _must(chosen_ruleset(which), day_of(on), jurisdiction, version)
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
    draft = _must(ruleset, day, jurisdiction, version or ruleset.chosen(day, jurisdiction).code)
    standing = _must(chosen_ruleset(against), day, jurisdiction, "")
    found = reform(draft, standing, read_table(data, [draft.version, standing.version], key_column))
    if out:
        write_rows(
            found.rows, {f"{one.code}.{when}": one.measure for one in found.changes for when in ("was", "now")}, out
        )
    lines = [line for change in found.changes for line in _lines(change)]
    if as_json:
        printing.plain({
            "draft": draft.version.code, "standing": standing.version.code, "snapshot": found.draft.snapshot,
            "changes": [dict(zip(("code", "what", "value"), line)) for line in lines],
        })  # fmt: skip
        return
    title = f"{ruleset.title} {draft.version.code} · {standing.ruleset.title} {standing.version.code}"
    printing.table((_("result"), _("what changes"), _("rows or amount")), lines, title=title)
    printing.say(_("snapshot %(hash)s") % {"hash": found.draft.snapshot})


def _lines(change: Change) -> list[tuple[str, str, str]]:
    """What becomes of one output, line by line."""
    label, measure = str(change.label), change.measure
    said = [(label, _("unchanged"), str(change.unchanged))]
    if not measure.number:
        return said + [
            (label, f"{_say(measure, was)} → {_say(measure, now)}", str(n)) for (was, now), n in change.moves.items()
        ]
    states = {0: _("unknown"), 1: _("known")}
    moved = [(f"{states[was]} → {states[now]}", str(n)) for (was, now), n in change.moves.items() if was != now]
    sums = ((_("sum before"), change.before), (_("sum after"), change.after), (_("difference"), change.difference))
    moved += [(_("gain"), str(change.gain)), (_("lose"), str(change.lose))]
    moved += [(words, measure.show(held)) for words, held in sums]
    return said + [(label, *one) for one in moved]


def _say(measure: Measure, held: Any) -> str:
    return _("unknown") if held is None else measure.show(held)


TABLES = (
    ("run", run, gettext_noop("Judge every row of a file.")),
    ("reform", reform_rule, gettext_noop("Lay a draft beside the rule in force, on the same facts.")),
)
