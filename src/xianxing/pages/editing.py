"""The form of a record: new and edit, drafts that save themselves, both versions when somebody else saved first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xianxing.kernel import gate
from xianxing.kernel.actions.act import one
from xianxing.kernel.actions.change import Change, Draft, Outcome
from xianxing.kernel.actions.columns import Writable
from xianxing.kernel.audit.story import story
from xianxing.kernel.blockers import Blocker
from xianxing.kernel.context import Context
from xianxing.kernel.gate import Row
from xianxing.kernel.kinds import Choice
from xianxing.kernel.register import Column, Register, find
from xianxing.pages.addresses import NOT_FOUND, by_id, list_url, record, record_url, register_for
from xianxing.pages.cells import title_of
from xianxing.pages.fields import control, posted, reference_labels, retyped, sent_marks, typed_values
from xianxing.pages.kept import draft_of, drop_draft, drop_sent, keep_draft
from xianxing.pages.render import context_of, render

__all__ = ["edit_page", "new_page", "save_draft"]

WAS = "was."


@dataclass(frozen=True)
class Form:
    """A form under way: for which record (none: a new one), what is typed, what the fields held when it began."""

    register: Register
    context: Context
    row: Row | None
    values: Mapping[str, str]
    was: Mapping[str, str]
    version: int | None
    blockers: tuple[Blocker, ...] = ()
    saved_at: str = ""

    @property
    def key(self) -> str:
        """The name under which its draft is kept."""
        return f"{self.register.code}/{self.row.id if self.row else 'new'}"

    @property
    def url(self) -> str:
        return f"{record_url(self.register, self.row)}edit/" if self.row else f"/r/{self.register.code}/new/"

    @property
    def back(self) -> str:
        """Where one goes without saving."""
        if self.row:
            return record_url(self.register, self.row)
        parent = self.values.get(self.register.parent, "") if self.register.child_of else ""
        return by_id(find(self.register.child_of), int(parent[1:])) if parent[1:].isdigit() else list_url(self.register)


def columns_of(register: Register, context: Context, row: Row | None) -> dict[str, Column]:
    """The columns this caller may fill in: on a new record, or on this one."""
    draft = Draft(0, Change("edit" if row else "create"), id=row.id if row else 0)
    may_write = Writable(register, context, draft.change.verb, [draft]).of(draft)
    visible = gate.visible(register, context) if row else list(register.fields.values())
    found = {c.name: c for c in visible if c.name in may_write}
    if row and register.flow and row.values.get("stage") and not row.values.get("as_stated"):
        found.pop("stage", None)
    return found


@require_http_methods(["GET", "POST"])
def new_page(request: HttpRequest, code: str) -> HttpResponseBase:
    """A new record."""
    context = context_of(request)
    register = register_for(context, code, "create")
    columns = columns_of(register, context, None)
    if request.method == "POST":
        return _create(request, register, context, columns)
    given = posted(request.GET, columns.values())
    return _open(request, Form(register, context, None, given, {}, None), columns)


def _create(
    request: HttpRequest, register: Register, context: Context, columns: Mapping[str, Column]
) -> HttpResponseBase:
    values = retyped(register.fields, context, request.POST, posted(request.POST, columns.values()))
    form = Form(register, context, None, values, {}, None)
    outcome = one(
        register, context, Change("create", fields={name: value for name, value in values.items() if value != ""})
    )
    if not outcome.done:
        return _again(request, form, columns, outcome)
    drop_sent(context, form.key)
    messages.success(request, _("Saved."))
    if register.child_of:
        return redirect(f"{form.back}#{register.code}")
    return redirect(by_id(register, outcome.records[0]))


@require_http_methods(["GET", "POST"])
def edit_page(request: HttpRequest, code: str, key: str) -> HttpResponseBase:
    """Change a record."""
    context = context_of(request)
    register = register_for(context, code)
    row = record(register, context, key)
    if not gate.rows(register, context, verb="edit").filter(pk=row.id).exists():
        raise Http404(NOT_FOUND)
    columns = columns_of(register, context, row)
    stored = typed_values(register, row, columns)
    if request.method == "POST":
        return _save(request, register, context, row, columns)
    return _open(request, Form(register, context, row, stored, stored, row.version), columns)


def _save(
    request: HttpRequest, register: Register, context: Context, row: Row, columns: Mapping[str, Column]
) -> HttpResponseBase:
    """Send only what was changed here, judged against the version the form began with."""
    values = retyped(register.fields, context, request.POST, posted(request.POST, columns.values()))
    was = {name: request.POST[WAS + name] for name in values if WAS + name in request.POST}
    form = Form(register, context, row, values, was, _version(request.POST))
    changed = {name: value for name, value in values.items() if value != was.get(name) and _chosen(request.POST, name)}
    outcome = one(register, context, Change("edit", row.id, form.version, changed))
    if outcome.state == "stale":
        return _conflict(request, form, columns, changed)
    if not outcome.done:
        return _again(request, form, columns, outcome)
    drop_sent(context, form.key)
    messages.success(request, _("Nothing was changed.") if outcome.unchanged else _("Saved."))
    fresh = gate.get(register, context, row.id)
    parent = fresh.values.get(register.parent) if register.child_of else None
    return redirect(
        f"{by_id(find(register.child_of), parent)}#{register.code}" if parent else record_url(register, fresh)
    )


def _version(data: QueryDict) -> int | None:
    text = data.get("version", "")
    return int(text) if text.isdigit() and len(text) < 12 else None


def _chosen(data: QueryDict, name: str) -> bool:
    """After a conflict: whether one's own value was chosen. Without a conflict everything typed counts."""
    return data.get(f"choose-{name}", "mine") == "mine"


def _open(request: HttpRequest, form: Form, columns: Mapping[str, Column]) -> HttpResponse:
    """The form as it stands, with the draft that was left behind, if any."""
    draft = draft_of(form.context, form.key)
    if draft is None:
        return _show(request, form, columns)
    kept = QueryDict(mutable=True)
    for name, values in draft.values.items():
        kept.setlist(name, values)
    typed = posted(kept, columns.values())
    was = {name: str(kept[WAS + name]) for name in typed if WAS + name in kept} or dict(form.was)
    at = time_format(localtime(draft.saved_at), "H:i")
    restored = Form(
        form.register,
        form.context,
        form.row,
        {**form.values, **typed},
        {**form.was, **was},
        _version(kept) or form.version,
        saved_at=at,
    )
    return _show(request, restored, columns, restored_at=at)


def _again(request: HttpRequest, form: Form, columns: Mapping[str, Column], outcome: Outcome) -> HttpResponse:
    """The form after a refusal: every word kept, each mend beside its field."""
    held = Form(form.register, form.context, form.row, form.values, form.was, form.version, outcome.blockers)
    return _show(request, held, columns, status=422)


def _show(
    request: HttpRequest, form: Form, columns: Mapping[str, Column], *, status: int = 200, restored_at: str = ""
) -> HttpResponse:
    register = form.register
    title = (
        _("Edit: %(name)s") % {"name": title_of(register, form.row)}
        if form.row
        else _("New: %(register)s") % {"register": register.label}
    )
    sections = _sections(form, columns)
    return render(
        request,
        "register/form.html",
        status,
        title=title,
        form=form,
        sections=sections,
        restored_at=restored_at,
        errors=[
            {
                "text": b.words(),
                "field": b.field if b.field in columns else "",
                "label": str(columns[b.field].label) if b.field in columns else "",
            }
            for b in form.blockers
        ],
        draft_url=f"/r/{register.code}/draft/{form.row.id if form.row else 'new'}/",
        crumbs=[{"label": str(register.label), "url": list_url(register)}, {"label": title}],
    )


def _sections(form: Form, columns: Mapping[str, Column]) -> list[dict[str, Any]]:
    """The fields in the order the person knows things; the case's unit, post and stage as stated come last."""
    register = form.register
    labels = reference_labels(register.fields, form.context, form.values)
    case = [name for name in ("unit", "owner", "stage") if name in columns and register.flow]
    placed: set[str] = set(case)
    found: list[dict[str, Any]] = []
    for title, names in [
        *((str(s.label), s.columns) for s in register.sections),
        ("", tuple(columns)),
        (_("Case"), tuple(case)),
    ]:
        last = names == tuple(case) and title == _("Case")
        here = [name for name in dict.fromkeys(names) if name in columns and (last or name not in placed)]
        placed |= set(here)
        if here:
            said = title or (_("Further facts") if found else str(register.label))
            found.append({"title": said, "fields": [_field(form, columns[name], labels) for name in here]})
    if found:
        found[0]["fields"] += [
            {"name": WAS + name, "kind": "hidden", "value": value}
            for name, value in form.was.items()
            if name in columns
        ]
        found[0]["fields"] += sent_marks(columns.values())
    return found


def _field(form: Form, column: Column, labels: Mapping[str, str]) -> dict[str, Any]:
    name = column.name
    errors = [{"text": b.words(), "mend": b.mend()} for b in form.blockers if b.field == name]
    value = form.values.get(name, "")
    if not form.row and name not in form.values and column.default not in (None, "") and not callable(column.default):
        value = column.kind.typed(column.default)
    found = control(column, value, text=labels.get(name, ""), errors=errors)
    if name == form.register.parent and form.register.child_of and value:
        return {"name": name, "kind": "hidden", "value": value}
    if name in {"unit", "owner"} and form.register.flow and not form.row:
        found |= {"required": False, "help": _("Left empty: your own")}
    if name == "stage":
        stages = form.register.flow.stages if form.register.flow else ()
        found |= {
            "required": False,
            "choices": [{"value": s.code, "label": str(s.label)} for s in stages],
            "help": _(
                "Only for a case that already stands at a stage: it is taken as stated and marked as not verified"
            ),
        }
    return found


def _conflict(
    request: HttpRequest, form: Form, columns: Mapping[str, Column], changed: Mapping[str, str]
) -> HttpResponse:
    """Somebody else saved first: what it was, mine, theirs, field by field. Nothing is overwritten in silence."""
    register, context = form.register, form.context
    theirs_row = gate.get(register, context, form.row.id if form.row else 0)
    theirs = typed_values(register, theirs_row, columns)
    rows = []
    for name, column in columns.items():
        before, mine, now = form.was.get(name, ""), form.values.get(name, form.was.get(name, "")), theirs.get(name, "")
        if name in changed or now != before:
            rows.append(
                {
                    "name": name,
                    "label": column.head,
                    "same": mine == now,
                    **{
                        key: _words(form, column, value)
                        for key, value in (("before", before), ("mine", mine), ("theirs", now))
                    },
                }
            )
    last = next(iter(story(register, context, theirs_row.id, limit=1)), None)
    hidden = [[name, value] for name, value in form.values.items()] + [
        [WAS + name, value] for name, value in theirs.items()
    ]
    return render(
        request,
        "register/conflict.html",
        409,
        title=title_of(register, theirs_row),
        rows=rows,
        form=form,
        hidden=hidden,
        who=" · ".join(part for part in (last.who, last.post) if part) if last else _("Somebody"),
        version=theirs_row.version,
        crumbs=[{"label": str(register.label), "url": list_url(register)}, {"label": title_of(register, theirs_row)}],
    )


def _words(form: Form, column: Column, value: str) -> str | None:
    """A typed value in words: references by name, choices by label."""
    if value == "":
        return None
    if named := reference_labels(form.register.fields, form.context, {column.name: value}):
        return named[column.name]
    return column.kind.print(value) if isinstance(column.kind, Choice) else value


@require_POST
def save_draft(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """Keep what is being typed; or throw the draft away."""
    context = context_of(request)
    register = register_for(context, code)
    if form != "new" and not form.isdigit():
        raise Http404(NOT_FOUND)
    key = f"{register.code}/{form}"
    if request.POST.get("drop"):
        drop_draft(context, key)
        return redirect(by_id(register, int(form)) + "edit/" if form != "new" else f"/r/{register.code}/new/")
    skipped = {"csrfmiddlewaretoken"}
    keep_draft(context, key, {name: values for name, values in request.POST.lists() if name not in skipped})
    at = time_format(localtime(context.instant), "H:i")
    return HttpResponse(_("Draft kept, %(time)s") % {"time": at})
