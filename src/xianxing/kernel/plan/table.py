"""The responsibility table (任务分解表): who does what by when, one row a measure or task, also as a workbook."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import xlsxwriter
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Label
from xianxing.kernel.context import Context
from xianxing.kernel.kinds import Day
from xianxing.kernel.light import Code
from xianxing.kernel.plan.tree import Node, tree

__all__ = ["HEADS", "Row", "responsibility_table", "responsibility_workbook"]

HEADS: tuple[tuple[Label, int], ...] = (
    (_("No."), 7),
    (_("line"), 12),
    (_("measure"), 20),
    (_("task or goal"), 34),
    (_("lead unit"), 14),
    (_("supporting units"), 18),
    (_("responsible person"), 14),
    (_("due on"), 13),
    (_("target"), 22),
    (_("light"), 26),
)
"""Heads in the usual order, with their widths in characters."""
INK: dict[str, str] = {
    "late": "#B42318",
    "soon": "#B54708",
    "ok": "#067647",
    "done": "#067647",
    "waiting": "#475467",
    "unknown": "#475467",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table, in the reader's language. ``node`` is the id of the measure or task."""

    node: int
    level: str
    number: str
    line: str
    measure: str
    task: str
    lead: str
    supports: str
    responsible: str
    due: str
    targets: str
    light: Code
    light_words: str
    invented: bool = False

    @property
    def cells(self) -> tuple[str, ...]:
        """The row in the order of :data:`HEADS`."""
        return (
            self.number, self.line, self.measure, self.task, self.lead, self.supports, self.responsible, self.due,
            self.targets, self.light_words,
        )  # fmt: skip


def responsibility_table(context: Context, plan: str = "", day: date | None = None) -> list[Row]:
    """The rows of the table: each measure, then its tasks."""
    return list(_rows(tree(context, plan, day)))


def _rows(plan: Node) -> Iterator[Row]:
    for line in plan.get("lines", ()):
        for measure in line["children"]:
            yield _row(line, measure, measure, local(measure, "goal"))
            for task in measure["children"]:
                yield _row(line, measure, task, local(task, "title"))


def _row(line: Node, measure: Node, node: Node, text: str) -> Row:
    joined = gettext(", ")
    responsible = node["responsible"]
    words = f"{node['light']['label']} · {node['light']['words']}"
    return Row(
        node=node["id"],
        level=node["level"],
        number=node["number"],
        line=local(line, "title"),
        measure=local(measure, "title"),
        task=text,
        lead=local(node["lead"], "name"),
        supports=joined.join(local(unit, "name") for unit in node["supports"]),
        responsible=(local(responsible, "holder") or local(responsible, "name")) if responsible else "",
        due=Day().print(date.fromisoformat(node["due_on"])) if node["due_on"] else "",
        targets=gettext("; ").join(_target(target) for target in node["targets"]),
        light=node["light"]["code"],
        light_words=words,
        invented=node["light"]["invented"],
    )


def _target(target: Node) -> str:
    sign = {">=": "≥", "<=": "≤", "=": ""}[target["operator"]]
    return f"{local(target, 'subject')} {sign}{target['value']} {local(target, 'unit')}"


def local(row: Node, name: str) -> str:
    """A text in the reader's language, where it is held in both."""
    english = str(row.get(f"{name}_en") or "") if get_language() == "en" else ""
    return english or str(row.get(name) or "")


def responsibility_workbook(context: Context, plan: str = "", day: date | None = None) -> bytes:
    """The table as a workbook set up for A4 landscape: heads on every page, cells of a line and of a measure merged."""
    found = tree(context, plan, day)
    rows = list(_rows(found))
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(gettext("Responsibility table"))
    edge: dict[str, Any] = {"border": 1, "text_wrap": True, "valign": "vcenter", "font_size": 9}
    title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
    head = book.add_format({**edge, "bold": True, "align": "center", "bg_color": "#F2F4F7"})
    cell = book.add_format(edge)
    inks = {code: book.add_format({**edge, "font_color": ink}) for code, ink in INK.items()}
    _page(sheet)
    sheet.merge_range(0, 0, 0, len(HEADS) - 1, f"{local(found, 'title')} · {gettext('Responsibility table')}", title)
    sheet.set_row(0, 30)
    for column, (label, width) in enumerate(HEADS):
        sheet.set_column(column, column, width)
        sheet.write_string(1, column, str(label), head)
    for place, row in enumerate(rows, start=2):
        for column, text in enumerate(row.cells):
            sheet.write_string(place, column, text, inks[row.light] if column == len(HEADS) - 1 else cell)
    _merge(sheet, [row.line for row in rows], 1, cell)
    _merge(sheet, [f"{row.line}\n{row.measure}" for row in rows], 2, cell)
    book.close()
    return target.getvalue()


def _page(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.repeat_rows(0, 1)
    sheet.freeze_panes(2, 3)
    sheet.set_footer("&C&P / &N")
    sheet.center_horizontally()


def _merge(sheet: Any, texts: Sequence[str], column: int, cell: Any) -> None:
    """Merge runs of equal cells; the text is the part after the last line break."""
    place = 2
    for text, group in groupby(texts):
        size = len(list(group))
        if size > 1:
            sheet.merge_range(place, column, place + size - 1, column, text.rpartition("\n")[2], cell)
        place += size
