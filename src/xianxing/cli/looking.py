"""Commands that show the plan, numbers, units."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from xianxing.api.numbers import find_visible, parts_of, plain_indicator, plain_reading, visible_indicators
from xianxing.api.programme import plan_tree
from xianxing.api.records import register_for
from xianxing.cli import printing
from xianxing.cli.caller import As, Json, acting
from xianxing.kernel.indicators.read import read
from xianxing.kernel.indicators.target import target_of
from xianxing.kernel.parameters.table import table
from xianxing.kernel.plan.table import responsibility_workbook
from xianxing.kernel.units.history import Branch, tree

__all__ = ["export_plan", "list_indicators", "read_number", "show_lights", "show_units"]

Plan = Annotated[str, typer.Option("--plan", help=gettext_noop("Code of the plan; default: the one that runs."))]
OnDay = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help=gettext_noop("Day; default: the business date."))
]


def export_plan(
    post: As,
    form: Annotated[
        Literal["json", "xlsx"], typer.Option("--format", help=gettext_noop("The tree, or the responsibility table."))
    ] = "json",
    target: Annotated[
        Path | None, typer.Option("--to", dir_okay=False, help=gettext_noop("File; JSON is printed without it."))
    ] = None,
    plan: Plan = "",
) -> None:
    """The plan tree with every number, project and light."""
    context = acting(post)
    found = plan_tree(context, plan)
    if form == "json" and target is None:
        printing.plain(found)
        return
    target = target or Path(f"{found['code']}.{form}")
    if form == "json":
        target.write_text(printing.as_json(found), encoding="utf-8")
    else:
        target.write_bytes(responsibility_workbook(context, plan))
    printing.say(_("Written: %(path)s") % {"path": target})


def show_lights(post: As, plan: Plan = "") -> None:
    """Every measure with its light and the reason."""
    found = plan_tree(acting(post), plan)
    for line in found["lines"]:
        rows = [(n["code"], _title(n), n["light"]["label"], n["light"]["words"]) for n in _measures(line)]
        printing.table(("#", _("measure"), _("light"), _("reason")), rows, title=_title(line))


def _title(node: dict[str, Any]) -> str:
    return str((get_language() == "en" and node.get("title_en")) or node["title"])


def _measures(line: dict[str, Any]) -> list[dict[str, Any]]:
    """The measures of a line, each followed by its tasks."""
    return [node for measure in line["children"] for node in (measure, *measure["children"]) if node["light"]]


def list_indicators(post: As, as_json: Json = False) -> None:
    """The indicators that the post may see."""
    context = acting(post)
    parameters = table(context.business_date)
    found = [plain_indicator(indicator, parameters) for indicator in visible_indicators(context)]
    if as_json:
        printing.plain(found)
        return
    rows = [(one["code"], one["label"], one["unit"], one["formula"]) for one in found]
    printing.table((_("code"), _("indicator"), _("unit"), _("formula")), rows)


def read_number(
    code: Annotated[str, typer.Argument(metavar="INDICATOR", help=gettext_noop("Code of the indicator."))],
    post: As,
    by: Annotated[str, typer.Option("--by", help=gettext_noop("Column to break the number down by."))] = "",
    on: OnDay = None,
    as_json: Json = False,
) -> None:
    """One number, its day and how many records are behind it."""
    context = acting(post)
    indicator = find_visible(context, code)
    day = on.date() if on else None
    whole = plain_reading(read(context, indicator, day))
    parts = parts_of(context, indicator, by, day) if by else []
    if as_json:
        printing.plain(
            plain_indicator(indicator, table(day or context.business_date))
            | {"reading": whole}
            | ({"parts": parts} if by else {})
        )
        return
    rows = [_number_row(str(indicator.label), whole), *(_number_row(part["label"], part["reading"]) for part in parts)]
    printing.table((_("indicator"), _("value"), _("unit"), _("records"), _("as of")), rows)
    target = target_of(indicator, day or context.business_date)
    if target:
        said = _("; ").join(part for part in (target.words(), target.basis()) if part)
        printing.say(_("target: %(target)s") % {"target": said})


def _number_row(label: str, reading: dict[str, Any]) -> tuple[Any, ...]:
    value = reading["value"] if reading["value"] is not None else f"? {reading['missing']}"
    return label, value, reading["unit"], reading["behind"], reading["as_of"]


def show_units(post: As, on: OnDay = None) -> None:
    """The tree of units as it was on a day."""
    context = acting(post)
    register_for(context, "unit")
    _print_branches(tree(on.date() if on else context.business_date), 0)


def _print_branches(branches: tuple[Branch, ...], depth: int) -> None:
    for branch in branches:
        name = branch.name_en if get_language() == "en" and branch.name_en else branch.name
        printing.say(f"{'  ' * depth}{name} · {branch.code}")
        _print_branches(branch.below, depth + 1)
