"""Commands that read, check and try rules."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from xianxing.cli import printing
from xianxing.cli.caller import Json
from xianxing.cli.rule_drafts import DRAFTS
from xianxing.cli.rule_options import DataOrNone, KeyColumn, OnDay, Place, VersionOption, Which, chosen_ruleset, day_of
from xianxing.cli.rule_tables import TABLES
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.rules import Judgement, check_file, judge_one, rulesets
from xianxing.rules.describe import brief, describe
from xianxing.rules.engine import asked
from xianxing.rules.engine.explaining import explain as explain_row
from xianxing.rules.facts import read_facts
from xianxing.rules.load import load_file
from xianxing.rules.tables import overlaid, read_table

__all__ = ["COMMANDS"]

NOT_A_FACT = Problem(
    "not_a_fact", gettext_lazy("“%(value)s” is no fact"), gettext_lazy("Write --fact name=value, for example dead=3")
)
NO_FACTS = Problem(
    "no_facts", gettext_lazy("No facts are given"), gettext_lazy("Give --fact name=value, or --data FILE --key KEY")
)


def list_rules(on: OnDay = None, as_json: Json = False) -> None:
    """The rule sets and the version in force."""
    found = [brief(ruleset, day_of(on)) for ruleset in rulesets()]
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
    ruleset, day = chosen_ruleset(which), day_of(on)
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
    data: DataOrNone = None,
    key: Annotated[str, typer.Option("--key", help=gettext_noop("The row of the file to explain."))] = "",
    key_column: KeyColumn = "",
    on: OnDay = None,
    version: VersionOption = "",
    jurisdiction: Place = "",
    as_json: Json = False,
) -> None:
    """What a rule says of one record, clause by clause, with the distance to each threshold."""
    ruleset, day = chosen_ruleset(which), day_of(on)
    chosen = ruleset.chosen(day, jurisdiction, version)
    facts = read_facts(chosen, dict(map(_pair, fact or ())))
    one = asked(ruleset, day, jurisdiction=jurisdiction, version=version)
    if data and one:
        found = explain_row(one, overlaid(read_table(data, [chosen], key_column), chosen, key, facts), key, day)
    elif fact or data:
        found = [judge_one(ruleset, facts, day, key=key, jurisdiction=jurisdiction, version=version)]
    else:
        raise Blocked((Blocker(NO_FACTS, "fact"),))
    if as_json:
        printing.plain(found[0].plain() if len(found) == 1 else [one.plain() for one in found])
    else:
        for judgement in found:
            _print_judgement(judgement)


def _pair(text: str) -> tuple[str, str]:
    """A fact as typed: its name and its value."""
    name, is_pair, value = text.partition("=")
    if not is_pair:
        raise Blocked((Blocker(NOT_A_FACT, "fact", value=text),))
    return name.strip(), value


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


COMMANDS = (
    ("list", list_rules, gettext_noop("List the rule sets and the version in force.")),
    ("show", show_rule, gettext_noop("Show a rule set in words.")),
    ("check", check, gettext_noop("Check rule files and run their worked examples.")),
    ("explain", explain, gettext_noop("Say what a rule says of one record, and why.")),
    *TABLES,
    *DRAFTS,
)
