"""The page on which a rule set is written: the text beside forms that write into it, its faults, and its trial."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xianxing.kernel import gate
from xianxing.kernel.actions.act import one
from xianxing.kernel.actions.change import Change
from xianxing.kernel.blockers import Blocked, Blocker, Refused
from xianxing.kernel.context import Context
from xianxing.kernel.gate import Row
from xianxing.pages.addresses import NOT_FOUND, record_url
from xianxing.pages.explained import sheet
from xianxing.pages.handling import version_of
from xianxing.pages.render import context_of, render
from xianxing.pages.words import capital
from xianxing.rules import find_ruleset
from xianxing.rules.asking import must_ask
from xianxing.rules.check import check_text
from xianxing.rules.drafting import SHAPES, line_of, write
from xianxing.rules.load import load_text
from xianxing.rules.sources import SOURCES, Source
from xianxing.rules.trying import draft_of, trial
from xianxing.subjects.rulebook.asking import fields_of, values_of
from xianxing.subjects.rulebook.beginning import register_of_drafts, source_asked
from xianxing.subjects.rulebook.trials import against_choices, shown

__all__ = ["draft_page", "draft_sheet"]

FIRST = "condition"


@dataclass
class _Work:
    """What one step on the page came to."""

    row: Row
    text: str
    shape: str = FIRST
    values: dict[str, str] = field(default_factory=dict)
    said: str = ""
    faults: Sequence[Blocker] = ()
    refused: Sequence[Blocker] = ()
    trial: dict[str, Any] | None = None


def _row(context: Context, pk: int) -> Row:
    try:
        return gate.get(register_of_drafts(context), context, pk)
    except Blocked as error:
        raise Http404(NOT_FOUND) from error


@require_http_methods(["GET", "POST"])
def draft_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft. Every step of the form keeps the text first, then writes a shape, checks, or tries."""
    context, source = context_of(request), source_asked(request)
    row = _row(context, pk)
    register = register_of_drafts(context)
    may_write = row.values["stage"] == "draft" and gate.rows(register, context, verb="edit").filter(pk=pk).exists()
    work = _Work(row, row.values["text"])
    year, against = context.business_date.year - 1, ""
    if request.method == "POST":
        shape = request.POST.get("shape", FIRST)
        typed = request.POST.get("text", "").replace("\r\n", "\n").strip() if may_write else ""
        work = _Work(row, typed or row.values["text"], shape if shape in SHAPES else FIRST)
        work.values = values_of(SHAPES[work.shape], request.POST)
        asked = request.POST.get("year", "")
        year = int(asked) if asked.isdigit() and len(asked) == 4 else year
        against = request.POST.get("against", "")
        _step(request, context, source, work, year, against)
    work.values = work.values or values_of(SHAPES[work.shape], request.POST)
    faults = work.faults or check_text(work.text)
    return render(
        request,
        "rulebook/draft.html",
        row={"id": pk, "version": work.row.values.get("version") or work.row.version, "name": work.row.values["name"],
             "code": work.row.values["code"], "ruleset": work.row.values["ruleset"], "invented": work.row.invented,
             "stage": work.row.text(register.fields["stage"]), "url": record_url(register, work.row)},
        text=work.text,
        rows=min(60, max(24, work.text.count("\n") + 4)),
        may_write=may_write,
        said=work.said,
        refused=[{"text": fault.words(), "mend": fault.mend()} for fault in work.refused if not _beside(work, fault)],
        faults=[_placed(work.text, fault) for fault in faults],
        examples=0 if faults else len(load_text(work.text).examples),
        shapes=[{"value": code, "label": capital(one.label)} for code, one in SHAPES.items()],
        shape=work.shape,
        fields=fields_of(SHAPES[work.shape], work.text, source, work.values, work.refused),
        sources=[{"value": code, "label": str(one.label)} for code, one in SOURCES.items()],
        source=source.code,
        year=year,
        against=against,
        standing=against_choices(source, context),
        trial=work.trial,
    )  # fmt: skip


def _beside(work: _Work, fault: Blocker) -> bool:
    return any(ask.name == fault.field for ask in SHAPES[work.shape].fields)


def _placed(text: str, fault: Blocker) -> dict[str, Any]:
    """A fault with the line at which it lies."""
    line, lines = line_of(text, fault), text.split("\n")
    source = lines[line - 1] if 0 < line <= len(lines) else ""
    return {"line": line, "code": source, "place": fault.field, "text": fault.words(), "mend": fault.mend()}


def _step(request: HttpRequest, context: Context, source: Source, work: _Work, year: int, against: str) -> None:
    """Carry out what was pressed; what is refused stands on the page, and no word is lost."""
    step, register = request.POST.get("do", ""), register_of_drafts(context)
    day = work.row.values["starts_on"] or context.business_date
    try:
        if step == "write":
            work.text = write(work.text, work.shape, work.values, source.terms, day)
            work.said = _("Written into the text.")
            work.values = values_of(SHAPES[work.shape], request.POST.__class__(""))
        if work.text != work.row.values["text"]:
            changed = Change("edit", work.row.id, version_of(request), {"text": work.text})
            one(register, context, changed).must()
            work.row = _row(context, work.row.id)
            work.said = f"{work.said} {_('Kept.')}".strip()
        if step == "try":
            _try(context, source, work, year, against)
    except Blocked as error:
        work.refused = error.blockers
    except Refused as error:
        work.refused = (Blocker(error.problem, "text", params=error.params),)


def _try(context: Context, source: Source, work: _Work, year: int, against: str) -> None:
    draft = draft_of(work.text, context.business_date)
    standing = must_ask(find_ruleset(against), context.business_date) if against else None
    found = trial(draft, source, context, year, standing)
    work.trial = shown(found, source, context, f"/drafting/{work.row.id}/")


@require_safe
def draft_sheet(request: HttpRequest, pk: int, record: int) -> HttpResponse:
    """The reasons of one record under a draft."""
    context = context_of(request)
    row = _row(context, pk)
    try:
        draft = draft_of(row.values["text"], context.business_date)
    except Blocked as error:
        raise Http404(NOT_FOUND) from error
    return sheet(request, draft, source_asked(request), record, f"/drafting/{pk}/of/{record}/")
