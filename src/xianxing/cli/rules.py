"""Commands that read, check and try rules."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from xianxing.cli import printing
from xianxing.cli.caller import Json
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.units.seats import business_date
from xianxing.rules import Judgement, RuleSet, check_file, find_ruleset, judge_rows, rulesets
from xianxing.rules.describe import brief, describe
from xianxing.rules.facts import read_facts
from xianxing.rules.load import load_file
from xianxing.rules.sheets import read_rows

__all__ = ["COMMANDS"]

NOT_A_FACT = Problem(
    "not_a_fact", gettext_lazy("“%(value)s” is no fact"), gettext_lazy("Write --fact name=value, for example dead=3")
)
NO_ROW = Problem("no_row", gettext_lazy("No row of the file has the key “%(value)s”"), gettext_lazy("Check --key"))
NO_FACTS = Problem(
    "no_facts", gettext_lazy("No facts are given"), gettext_lazy("Give --fact name=value, or --data FILE --key KEY")
)

Data = Annotated[
    Path, typer.Option("--data", exists=True, dir_okay=False, help=gettext_noop("Facts as CSV or workbook."))
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
CHUNK = 5_000
NUMBER = re.compile(r"[+-]?[0-9.]+")


def _chosen(which: str) -> RuleSet:
    path = Path(which)
    return load_file(path) if path.suffix in {".yaml", ".yml"} and path.exists() else find_ruleset(which)


def _day(on: datetime | None) -> date:
    return on.date() if on else business_date()


def list_rules(on: OnDay = None, as_json: Json = False) -> None:
    """The rule sets and the version in force."""
    found = [brief(ruleset, _day(on)) for ruleset in rulesets()]
    if as_json:
        printing.plain(found)
        return
    rows = [(one["code"], one["title"], one["version"] or "–", _mark(one), one["source"]) for one in found]
    printing.table((_("code"), _("rule"), _("in force"), _("mark"), _("source")), rows)


def _mark(one: Mapping[str, Any]) -> str:
    marks = ((one["own"], _("set by the zone itself")), (one["unverified"], _("unverified")))
    return ", ".join(words for marked, words in marks if marked)


def show_rule(which: Which, on: OnDay = None, version: VersionOption = "", as_json: Json = False) -> None:
    """A rule set in words: inputs, parameters, conditions, outputs, sources."""
    ruleset, day = _chosen(which), _day(on)
    found = describe(ruleset, day, ruleset.chosen(day, "", version))
    if as_json:
        printing.plain(found)
        return
    shown = found["shown"]
    until = shown["ends_on"] or "…"
    printing.pairs(
        {
            _("source"): found["source"],
            _("jurisdiction"): shown["jurisdiction"],
            _("version"): f"{shown['version']} · {shown['state_label']} · {shown['starts_on']} – {until}",
            _("mark"): _mark(found),
            _("note"): found["note"],
        },
        f"{found['title']} ({found['code']})",
    )
    inputs = [(one["code"], one["label"], one["type_label"], one["unit"]) for one in found["inputs"]]
    printing.table((_("input"), _("label"), _("type"), _("unit")), inputs)
    dated = [
        (one["code"], one["label"], line["from"] or "", line["value"], line["clause"] or _("set by the zone itself"))
        for one in found["parameters"]
        for line in one["dated"]
    ]
    if dated:
        printing.table((_("parameter"), _("label"), _("since"), _("value"), _("clause")), dated)
    _print_formulas(_("feature"), found["features"])
    clauses = [(one["code"], one["label"], one["words"], one["condition"], one["source"]) for one in found["clauses"]]
    if clauses:
        printing.table((_("clause"), _("label"), _("in words"), "CEL", _("source")), clauses)
    _print_formulas(_("output"), found["outputs"])


def _print_formulas(head: str, found: Iterable[Mapping[str, Any]]) -> None:
    rows = [
        (one["code"], one["label"], line["when"], line["when_text"], line["then"], line["then_text"])
        for one in found
        for line in one["lines"]
    ]
    if rows:
        printing.table((head, _("label"), _("when"), "CEL", _("gives"), _("formula")), rows)


def check(files: Annotated[list[Path], typer.Argument(metavar="FILE", dir_okay=False, exists=True)]) -> None:
    """Every fault of rule files, with its mend, and their worked examples."""
    faults = {path: check_file(path) for path in files}
    for path, found in faults.items():
        if found:
            printing.say(path)
            printing.blockers(found)
        else:
            count = len(load_file(path).examples)
            words = _("%(path)s is sound; %(count)s worked examples come out right")
            printing.say(words % {"path": path, "count": count})
    if any(faults.values()):
        raise typer.Exit(printing.REFUSED)


def explain(
    which: Which,
    fact: Annotated[
        list[str] | None, typer.Option("--fact", metavar="NAME=VALUE", help=gettext_noop("A fact, in its unit."))
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", exists=True, dir_okay=False, help=gettext_noop("Facts as CSV or workbook.")),
    ] = None,
    key: Annotated[str, typer.Option("--key", help=gettext_noop("The row of the file to explain."))] = "",
    key_column: KeyColumn = "",
    on: OnDay = None,
    version: VersionOption = "",
    jurisdiction: Place = "",
    as_json: Json = False,
) -> None:
    """What a rule says of one record, clause by clause, with the distance to each threshold."""
    ruleset, day = _chosen(which), _day(on)
    chosen = ruleset.chosen(day, jurisdiction, version)
    given: dict[str, str | None] = {}
    if data:
        row = next((cells for name, cells in read_rows(data, chosen, key_column) if name == key), None)
        if row is None:
            raise Blocked((Blocker(NO_ROW, "key", value=key),))
        given |= row
    for pair in fact or ():
        name, is_pair, value = pair.partition("=")
        if not is_pair:
            raise Blocked((Blocker(NOT_A_FACT, "fact", value=pair),))
        given[name.strip()] = value
    if not given:
        raise Blocked((Blocker(NO_FACTS, "fact"),))
    facts = read_facts(chosen, given)
    found = judge_rows(ruleset, [facts], day, keys=[key], jurisdiction=jurisdiction, version=version)[0]
    if as_json:
        printing.plain(found.plain())
    else:
        _print_judgement(found)


def _print_judgement(found: Judgement) -> None:
    plain = found.plain()
    title = f"{plain['title']} · {plain['version'] or '–'} · {plain['on']}"
    outputs = [(one["label"], one["shown"], one["missing"], one["source"]) for one in plain["outputs"]]
    printing.table((_("result"), _("value"), _("missing"), _("source")), outputs, title=title)
    states = {True: _("holds"), False: _("does not hold"), None: _("unknown")}
    rows = [
        (one["label"], states[one["holds"]], *(one[name] for name in ("value", "threshold", "distance")), *_why(one))
        for one in plain["clauses"]
    ]
    heads = (_("clause"), _("state"), _("value"), _("threshold"), _("distance"), _("missing"), _("source"))
    if rows:
        printing.table(heads, rows)
    laid = [(one["label"], one["shown"], one["since"] or "", one["source"]) for one in plain["parameters"]]
    if laid:
        printing.table((_("parameter"), _("value"), _("since"), _("clause")), laid)
    printing.say(_("snapshot %(hash)s") % {"hash": plain["snapshot"] or "–"})


def _why(one: Mapping[str, Any]) -> tuple[str, str]:
    return one["missing"], one["source"]


def run(
    which: Which,
    data: Data,
    out: Annotated[Path, typer.Option("--out", dir_okay=False, help=gettext_noop("CSV file to write."))],
    key_column: KeyColumn = "",
    on: OnDay = None,
    version: VersionOption = "",
    jurisdiction: Place = "",
) -> None:
    """Judge every row of a file on the reference path, row by row, and write results and clauses."""
    ruleset, day = _chosen(which), _day(on)
    chosen = ruleset.chosen(day, jurisdiction, version)
    count = 0
    with out.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        heads = ["key", *(one.code for one in chosen.outputs), *(one.code for one in chosen.clauses)]
        writer.writerow([*heads, "version", "snapshot"])
        for part in _parts(read_rows(data, chosen, key_column)):
            facts = [read_facts(chosen, cells) for _key, cells in part]
            keys = [key for key, _cells in part]
            for found in judge_rows(ruleset, facts, day, keys=keys, jurisdiction=jurisdiction, version=version):
                writer.writerow(_line(found))
                count += 1
    printing.say(_("%(count)s rows judged: %(path)s") % {"count": count, "path": out})


def _line(found: Judgement) -> list[Any]:
    plain = found.plain()
    outputs = ["" if one["value"] is None else one["value"] for one in plain["outputs"]]
    clauses = [{True: "yes", False: "no", None: ""}[one["holds"]] for one in plain["clauses"]]
    return [_safe(str(value)) for value in (found.key, *outputs, *clauses, found.version, found.snapshot)]


def _safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; reading takes the mark off again."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "'"} and not NUMBER.fullmatch(text) else text


def _parts(rows: Iterator[tuple[str, Any]]) -> Iterator[list[tuple[str, Any]]]:
    part: list[tuple[str, Any]] = []
    for row in rows:
        part.append(row)
        if len(part) == CHUNK:
            yield part
            part = []
    if part:
        yield part


COMMANDS = (
    ("list", list_rules, gettext_noop("List the rule sets and the version in force.")),
    ("show", show_rule, gettext_noop("Show a rule set in words.")),
    ("check", check, gettext_noop("Check rule files and run their worked examples.")),
    ("explain", explain, gettext_noop("Say what a rule says of one record, and why.")),
    ("run", run, gettext_noop("Judge every row of a file on the reference path.")),
)
