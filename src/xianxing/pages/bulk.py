"""What is done to several rows at once: to the chosen ones, or to all that a list holds.

First what is asked for, then a dry run that names what stands in the way, row by row, then the batch: one action, all
of it or nothing. Beyond a thousand rows it is a job.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from xianxing.kernel import gate
from xianxing.kernel.actions.act import act
from xianxing.kernel.actions.change import Change, Outcome, Verb
from xianxing.kernel.actions.columns import writable
from xianxing.kernel.blockers import Blocked, Blocker, Problem
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Query
from xianxing.kernel.jobs import jobs
from xianxing.kernel.jobs.progress import Reporter
from xianxing.kernel.register import Register, find
from xianxing.pages.addresses import NOT_FOUND, by_id, list_url, register_for
from xianxing.pages.asked import read_query
from xianxing.pages.cells import title_of
from xianxing.pages.fields import control, posted, reference_labels, retyped
from xianxing.pages.nextstep import reason_field
from xianxing.pages.render import context_of, render

__all__ = ["MOST", "bulk_page"]

AT_ONCE, MOST = 1_000, 50_000
"""How many rows a request treats itself; how many a job treats in one action."""
NAMED = 200
REASONED = ("move", "status", "delete")
VERBS: Mapping[str, Verb] = {v: v for v in ("edit", "move", "status", "delete", "restore")}
TITLES = {
    "edit": gettext_lazy("Change one field"),
    "move": gettext_lazy("Move to a stage"),
    "status": gettext_lazy("Set the status"),
    "delete": gettext_lazy("Move to the bin"),
    "restore": gettext_lazy("Restore"),
}
TOO_MANY = Problem(
    "bulk_too_many",
    gettext_lazy("The list has more than %(limit)s rows; so many are not changed at once"),
    gettext_lazy("Narrow the list by a condition"),
)


@dataclass(frozen=True)
class Bulk:
    """A bulk change on its way: the rows as id and version; under ``query`` where all that match are meant."""

    request: HttpRequest
    register: Register
    context: Context
    verb: Verb
    keys: Mapping[int, int]
    query: Query | None = None

    @property
    def to(self) -> str:
        """The move or status; empty lifts the status."""
        to = self.request.POST.get("to", "") if self.verb in {"move", "status"} else ""
        return "" if to == "-" else to

    def fields(self) -> dict[str, str]:
        """The one field to change with its value, as typed."""
        data, columns, name = self.request.POST, self.register.fields, self.request.POST.get("field", "")
        if self.verb != "edit" or name not in columns:
            return {}
        return retyped(columns, self.context, data, posted(data, [columns[name]])) or {name: ""}

    def changes(self) -> list[Change]:
        """The batch."""
        fields, to = self.fields(), self.to
        return [Change(self.verb, pk, version, fields, to=to) for pk, version in self.keys.items()]


@require_POST
def bulk_page(request: HttpRequest, code: str, verb: str) -> HttpResponseBase:
    """Ask, try, do. What is restored from the bin is done at once."""
    context = context_of(request).because(request.POST.get("reason", "").strip()[:500])
    register = register_for(context, code)
    bulk = _bulk(request, register, context, _verb(register, context, verb))
    if not bulk.keys:
        messages.warning(request, _("Choose at least one row first."))
        return redirect(list_url(register, [("bin", "1")] if bulk.verb == "restore" else None))
    do = "1" if bulk.verb == "restore" else request.POST.get("do", "")
    if do not in {"1", "try", "rest"}:
        return _ask(bulk)
    if do != "try" and len(bulk.keys) > AT_ONCE:
        return _as_job(bulk)
    outcome = act(register, context, bulk.changes(), dry=do != "1")
    if do == "rest" and not outcome.done:
        bulk = _free(bulk, outcome)
        outcome = act(register, context, bulk.changes()) if bulk.keys else outcome
    elif do != "1":
        return _ask(bulk, outcome, tried=True)
    if not outcome.done:
        return _ask(bulk, outcome)
    words = ngettext("%(n)s record changed.", "%(n)s records changed.", len(outcome.records))
    messages.success(request, words % {"n": len(outcome.records)})
    return redirect(list_url(register, bulk.query.address(register) if bulk.query else None))


def _verb(register: Register, context: Context, verb: str) -> Verb:
    if verb not in VERBS or not register.may(context, verb) or (verb in {"move", "status"} and not register.flow):
        raise Http404(NOT_FOUND)
    return VERBS[verb]


def _bulk(request: HttpRequest, register: Register, context: Context, verb: Verb) -> Bulk:
    """The rows meant: the chosen ones, or all that the list holds and the caller may treat so. In the gate's order."""
    binned = verb == "restore"
    if request.POST.get("all") != "1":
        chosen = _keys(request)
        seen = set(
            gate.rows(register, context, Query(binned=binned)).filter(pk__in=chosen).values_list("pk", flat=True)
        )
        return Bulk(request, register, context, verb, {pk: v for pk, v in chosen.items() if pk in seen})
    query = replace(read_query(request, register, context), binned=binned)
    found = dict(gate.rows(register, context, query, verb).values_list("pk", "version")[: MOST + 1])
    if len(found) > MOST:
        raise Blocked((Blocker(TOO_MANY, params={"limit": f"{MOST:,}"}),))
    return Bulk(request, register, context, verb, found, query)


def _keys(request: HttpRequest) -> dict[int, int]:
    """The chosen rows as id and version."""
    found = {}
    for token in request.POST.getlist("key")[:AT_ONCE]:
        pk, _dot, version = token.partition(".")
        if pk.isdigit() and version.isdigit() and len(token) < 30:
            found[int(pk)] = int(version)
    return found


def _free(bulk: Bulk, outcome: Outcome) -> Bulk:
    """The same without the rows that something stands in the way of."""
    order, hindered = list(bulk.keys), {blocker.index for blocker in outcome.blockers}
    return replace(bulk, keys={pk: bulk.keys[pk] for place, pk in enumerate(order) if place not in hindered})


def _as_job(bulk: Bulk) -> HttpResponseBase:
    register, pairs = bulk.register, bulk.query.address(bulk.register) if bulk.query else []
    arguments: dict[str, Any] = {
        "register": register.code,
        "verb": bulk.verb,
        "to": bulk.to,
        "fields": bulk.fields(),
        "reason": bulk.context.reason,
        "keys": [[pk, version] for pk, version in bulk.keys.items()],
        "rest": bulk.request.POST.get("do") == "rest",
        "back": list_url(register, pairs),
    }
    job = jobs.ask(bulk.context, "bulk.change", arguments).must().records[0]
    jobs.start(job)
    return redirect(f"/jobs/{job}/")


@jobs.work("bulk.change", gettext_lazy("Change many records"))
def change_job(context: Context, arguments: Mapping[str, Any], report: Reporter) -> Mapping[str, Any]:
    """The batch as a job: one action, in the right of the post that asked. Raises :class:`Blocked`."""
    register, context = find(str(arguments["register"])), context.because(str(arguments["reason"]))
    verb, fields, to = VERBS[str(arguments["verb"])], dict(arguments["fields"]), str(arguments["to"])
    changes = [Change(verb, pk, version, fields, to=to) for pk, version in arguments["keys"]]
    report(0, 2)
    if arguments["rest"]:
        outcome = act(register, context, changes, dry=True)
        hindered = {blocker.index for blocker in outcome.blockers}
        changes = [change for place, change in enumerate(changes) if place not in hindered]
    report(1, 2)
    done = act(register, context, changes).must()
    report(2, 2)
    words = ngettext("%(n)s record changed.", "%(n)s records changed.", len(done.records))
    return {"url": arguments["back"], "text": words % {"n": len(done.records)}}


def _ask(bulk: Bulk, outcome: Outcome | None = None, *, tried: bool = False) -> HttpResponse:
    register, verb = bulk.register, bulk.verb
    blockers = outcome.blockers if outcome else ()
    order = list(bulk.keys)
    told = [(order[b.index], b) for b in blockers[:NAMED]]
    names = _titles(bulk, [*order[:NAMED], *(pk for pk, _blocker in told)])
    refused = [{"text": f"{names[pk]}: {b.words()}" if pk in names else b.words(), "mend": b.mend()} for pk, b in told]
    hindered = len({b.index for b in blockers})
    first_step = verb == "edit" and bulk.request.POST.get("field", "") not in register.fields
    return render(
        bulk.request,
        "register/bulk.html",
        422 if blockers else 200,
        title=str(TITLES[verb]),
        register=register,
        verb=verb,
        refused=refused,
        refused_more=max(0, len(blockers) - NAMED),
        tried=tried,
        ready=tried and not blockers,
        rest=len(order) - hindered if tried and blockers else 0,
        number=len(order),
        as_job=len(order) > AT_ONCE,
        first_step=first_step,
        rows=[{"title": names[pk], "url": by_id(register, pk)} for pk in order[:NAMED] if pk in names],
        rows_more=max(0, len(order) - NAMED),
        keys=[] if bulk.query else [f"{pk}.{version}" for pk, version in bulk.keys.items()],
        pairs=[("all", "1"), *bulk.query.address(register)] if bulk.query else [],
        fields=_fields(bulk),
        crumbs=[{"label": str(register.label), "url": list_url(register)}, {"label": str(TITLES[verb])}],
    )


def _titles(bulk: Bulk, ids: Sequence[int]) -> dict[int, str]:
    register, context = bulk.register, bulk.context
    found = gate.rows(register, context, Query(binned=bulk.verb == "restore")).filter(pk__in=set(ids)).order_by()
    names = [n for n in (register.key, register.title, f"{register.title}_en") if n in register.fields]
    columns = gate.visible(register, context, names) if names else gate.visible(register, context)
    return {row.id: title_of(register, row) for row in gate.cells(register, context, found, columns)}


def _fields(bulk: Bulk) -> list[dict[str, Any]]:
    """What has to be said for the action: the field and its value, the move, the status, the reason."""
    data, found = bulk.request.POST, list[dict[str, Any]]()
    flow = bulk.register.flow
    if bulk.verb == "edit":
        return _edit_fields(bulk)
    if flow and bulk.verb in {"move", "status"}:
        known = flow.moves if bulk.verb == "move" else flow.statuses
        choices = [{"value": one.code, "label": str(one.label)} for one in known]
        choices[:0] = [{"value": "-", "label": _("none")}] if bulk.verb == "status" else []
        field = {"name": "to", "kind": "choice", "choices": choices, "required": True, "value": data.get("to", "")}
        found.append(field | {"label": _("Step") if bulk.verb == "move" else _("Status")})
    if bulk.verb in REASONED:
        found.append(reason_field("reason", data.get("reason", ""), None) | {"required": bulk.verb != "move"})
    return found


def _edit_fields(bulk: Bulk) -> list[dict[str, Any]]:
    """First which field, then its value."""
    register, context, data = bulk.register, bulk.context, bulk.request.POST
    may_write = writable(register, context, "edit")
    columns = [
        c for c in gate.visible(register, context) if c.name in may_write and c.name not in {register.key, "stage"}
    ]
    name = data.get("field", "")
    chosen = next((c for c in columns if c.name == name), None)
    if chosen is None:
        choices = [{"value": c.name, "label": str(c.label)} for c in columns]
        return [{"name": "field", "label": _("Field"), "kind": "choice", "choices": choices, "required": True}]
    values = posted(data, [chosen])
    text = reference_labels(register.fields, context, values).get(name, "")
    return [
        {"name": "field", "kind": "hidden", "value": name},
        control(chosen, values.get(name, ""), text=text, prefix="to-"),
    ]
