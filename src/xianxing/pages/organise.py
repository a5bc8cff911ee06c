"""The organisation's pages: the tree of a day, the deeds of administrators, one-time codes, a unit's history."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xianxing.kernel import gate
from xianxing.kernel.blockers import Blocker, Refused
from xianxing.kernel.context import Context
from xianxing.kernel.gate import Row
from xianxing.kernel.register import find
from xianxing.kernel.units.deeds import DEEDS, columns_of, deeds_for, do, lives
from xianxing.kernel.units.history import Branch, history, tree
from xianxing.kernel.units.login import issue_code
from xianxing.kernel.units.zone import person_of
from xianxing.pages.addresses import NOT_FOUND, by_id, list_url, record, record_url, register_for
from xianxing.pages.cells import title_of
from xianxing.pages.extensions import Entry, actions, entry, panel
from xianxing.pages.fields import control, posted, reference_labels, retyped
from xianxing.pages.render import context_of, render
from xianxing.pages.words import capital

__all__ = ["deed_page", "give_code", "tree_page"]


def _buttons(register: str) -> Any:
    """The head of a unit's, post's or holding's page: one button per deed while it lives."""

    def links(context: Context, row: Row) -> Sequence[Mapping[str, Any]]:
        if not lives(row):
            return []
        return [
            {"label": str(deed.label), "url": f"/organise/{register}/{row.id}/{deed.code}/", "kind": "quiet"}
            for deed in deeds_for(register, context)
        ]

    return links


for _code in dict.fromkeys(deed.register for deed in DEEDS):
    actions(_code, _buttons(_code))


def _code_panel(context: Context, row: Row) -> Mapping[str, Any] | None:
    """On a person's page, for the security administrator: give out a one-time code."""
    return {"url": f"/organise/person/{row.id}/code/"} if "security_admin" in context.roles else None


def _history_panel(context: Context, row: Row) -> Mapping[str, Any] | None:
    """On a unit's page: everything that happened to it."""
    events = history(row.id)
    units = find("unit")
    kinds = find("unit-event").fields["what"].kind
    ids = {event.other for event in events if event.other} | {event.unit for event in events}
    names = dict(gate.rows(units, context).filter(pk__in=ids).values_list("pk", units.title_seen()))
    found = []
    for event in events:
        other = event.other if event.unit == row.id else event.unit
        what = capital(kinds.print(event.what))
        note = " · ".join(part for part in (event.former_name and f"{event.former_name} →", event.basis) if part)
        found.append(
            {
                "on": date_format(event.on, "DATE_FORMAT"),
                "what": f"{what} {names.get(other or 0, '')}".strip(),
                "note": note or None,
            }
        )
    return {"entries": found[::-1]} if found else None


panel("person", gettext_lazy("Log-in"), "register/code-panel.html", _code_panel, side=True)
panel("unit", gettext_lazy("History of the unit"), "register/history-panel.html", _history_panel, side=True)
entry(
    Entry(
        gettext_lazy("Organisation chart"),
        "/organise/",
        "unit",
        gettext_lazy("Organisation"),
        60,
        lambda c: find("unit").may(c, "view"),
    )
)


@require_safe
def tree_page(request: HttpRequest) -> HttpResponse:
    """The units of a day, named and placed as they were then, with their posts' number today."""
    context = context_of(request)
    units = register_for(context, "unit")
    day, error = context.business_date, ""
    if asked := request.GET.get("on", "").strip():
        try:
            day = find("unit").fields["opened_on"].kind.parse(asked)
        except Refused as refusal:
            error = Blocker(refusal.problem, "on", _("day"), asked, refusal.params).words()
    return render(
        request,
        "register/tree.html",
        title=_("Organisation chart"),
        branches=[_branch(branch) for branch in tree(day)],
        day=day.isoformat(),
        said=date_format(day, "DATE_FORMAT"),
        past=day != context.business_date,
        error=error,
        new_url="/r/unit/new/" if units.may(context, "create") else None,
        list_url=list_url(units),
    )


def _branch(branch: Branch) -> dict[str, Any]:
    name = branch.name_en if get_language() == "en" and branch.name_en else branch.name
    kind = find("unit").fields["kind"].kind.print(branch.kind)
    return {
        "name": name,
        "kind": kind,
        "url": by_id(find("unit"), branch.id),
        "below": [_branch(below) for below in branch.below],
    }


@require_http_methods(["GET", "POST"])
def deed_page(request: HttpRequest, code: str, pk: int, deed: str) -> HttpResponseBase:
    """Ask for what a deed needs, then carry it out; what blocks it is told with the tasks it would orphan."""
    context = context_of(request)
    register = register_for(context, code)
    wanted = next((d for d in deeds_for(code, context) if d.code == deed), None)
    if wanted is None:
        raise Http404(NOT_FOUND)
    row = record(register, context, f"~{pk}")
    columns = columns_of(wanted)
    values = (
        {}
        if request.method == "GET"
        else retyped(columns, context, request.POST, posted(request.POST, columns.values()))
    )
    blockers: tuple[Blocker, ...] = ()
    if request.method == "POST":
        seen = request.POST.get("version", "")
        version = int(seen) if seen.isdigit() and len(seen) < 10 else None
        blockers = do(wanted, context, pk, values, version=version).blockers
        if not blockers:
            messages.success(request, _("“%(deed)s” is done.") % {"deed": wanted.label})
            return redirect(record_url(register, row))
    texts = reference_labels(columns, context, values)
    fields = []
    for name, column in columns.items():
        errors = [{"text": b.words(), "mend": b.mend()} for b in blockers if b.field == name]
        fields.append(control(column, values.get(name, ""), text=texts.get(name, ""), errors=errors))
    title = f"{wanted.label}: {title_of(register, row)}"
    return render(
        request,
        "register/deed.html",
        422 if blockers else 200,
        title=title,
        deed=wanted,
        fields=fields,
        url=request.path,
        version=row.version,
        refused=[{"text": b.words(), "mend": b.mend()} for b in blockers if b.field not in columns],
        back=record_url(register, row),
        crumbs=[
            {"label": str(register.label), "url": list_url(register)},
            {"label": title_of(register, row), "url": record_url(register, row)},
            {"label": str(wanted.label)},
        ],
    )


@require_POST
def give_code(request: HttpRequest, pk: int) -> HttpResponse:
    """A one-time code for a person, shown once and kept nowhere; the old password ends."""
    context = context_of(request)
    if "security_admin" not in context.roles:
        raise Http404(NOT_FOUND)
    persons = register_for(context, "person")
    row = record(persons, context, f"~{pk}")
    code = issue_code(context, person_of(row.id))
    return render(
        request,
        "register/code.html",
        title=_("One-time code"),
        code=code,
        name=title_of(persons, row),
        url=record_url(persons, row),
    )
