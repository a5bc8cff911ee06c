"""My desk: what I am to do, have done and am to read; what waits for me, what I wait for, what I follow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from xianxing.desk.deeds import deed_lines
from xianxing.desk.follows import follow, followed, unfollow
from xianxing.desk.panels import plan_task
from xianxing.desk.piles import SHOWN, Pile, Task, awaited, in_order, todo, waiting
from xianxing.desk.programme import named_nodes, own_nodes
from xianxing.desk.words import short_day
from xianxing.kernel import gate
from xianxing.kernel.audit.own import own_count
from xianxing.kernel.blockers import Label
from xianxing.kernel.context import Context
from xianxing.kernel.notices.notify import Told, inbox, mark_read, unread_count
from xianxing.kernel.register import REGISTRY
from xianxing.pages.addresses import NOT_FOUND, by_id, record_url, register_for
from xianxing.pages.cells import title_of
from xianxing.pages.entrance import next_of
from xianxing.pages.lights import Lights
from xianxing.pages.render import context_of, render

__all__ = ["desk", "read_notices", "toggle_follow"]

INBOX = 200


@dataclass(frozen=True)
class Heap:
    """One list of the desk: how many lie in it and, when it is opened, its lines. Both come from the same rows."""

    count: int
    tasks: Callable[[], list[Task]]


def of_piles(piles: list[Pile], extra: list[Task]) -> Heap:
    """A list made of piles of records and some lines more."""
    return Heap(
        sum(pile.count() for pile in piles) + len(extra),
        lambda: in_order([*(task for pile in piles for task in pile.tasks()), *extra]),
    )


def _todo(context: Context, lights: Lights) -> Heap:
    nodes = [node for node in own_nodes(context) if node.light.code in {"soon", "late"}]
    return of_piles(todo(context, lights), [plan_task(node, context.business_date) for node in nodes])


def _waiting(context: Context, lights: Lights) -> Heap:
    return of_piles(waiting(context, lights), [])


def _awaited(context: Context, lights: Lights) -> Heap:
    return of_piles(awaited(context, lights), [])


def _followed(context: Context, lights: Lights) -> Heap:
    tasks: list[Task] = []
    kept = followed(context)
    tasks += [plan_task(node, context.business_date) for node in named_nodes(context, kept.get("plan-node", ()))]
    for code, ids in kept.items():
        register = REGISTRY.get(code)
        if register is None or code == "plan-node" or not register.may(context, "view"):
            continue
        rows = gate.cells(
            register, context, gate.rows(register, context).filter(pk__in=ids[:1000]), gate.visible(register, context)
        )
        for row in rows:
            light = lights.of(register, row) or {"light": "unknown", "reason": _("no limit is running")}
            due = row.values.get("due_on")
            tasks.append(
                {
                    "kind": str(register.label),
                    "title": title_of(register, row),
                    "url": record_url(register, row),
                    "invented": row.invented,
                    "from": row.refs.get("unit", ""),
                    "on": due,
                    "due": short_day(due, context.business_date),
                    **light,
                }
            )
    return Heap(len(tasks), lambda: in_order(tasks))


def _to_read(context: Context, lights: Lights) -> Heap:
    del lights
    return Heap(unread_count(context), list)


def _done(context: Context, lights: Lights) -> Heap:
    del lights
    return Heap(own_count(context), list)


NOTES: Mapping[str, Label] = {
    "todo": gettext_lazy("In your hands: cases with a limit that runs, cases to verify, tasks given to you."),
    "waiting": gettext_lazy(
        "Others cannot go on without you: the next step is reserved to a post such as yours, or they handed it to you."
    ),
    "awaited": gettext_lazy(
        "You cannot go on without others: the next step of your case is reserved to them, or you handed it to them."
    ),
    "followed": gettext_lazy("What you chose to follow."),
}
LISTS: Mapping[str, tuple[Label, Callable[[Context, Lights], Heap]]] = {
    "todo": (gettext_lazy("To do"), _todo),
    "waiting": (gettext_lazy("Waiting for me"), _waiting),
    "awaited": (gettext_lazy("I wait for"), _awaited),
    "followed": (gettext_lazy("I follow"), _followed),
    "read": (gettext_lazy("To read"), _to_read),
    "done": (gettext_lazy("Done"), _done),
}


@require_safe
def desk(request: HttpRequest, which: str = "todo") -> HttpResponse:
    """One list of the desk under the counters of all of them."""
    if which not in LISTS:
        raise Http404(NOT_FOUND)
    context = context_of(request)
    lights = Lights.load(context)
    heaps = {code: found(context, lights) for code, (_label, found) in LISTS.items()}
    counters = [
        {
            "label": str(label),
            "n": f"{heaps[code].count:,}",
            "current": code == which,
            "url": "/desk/" if code == "todo" else f"/desk/{code}/",
        }
        for code, (label, _found) in LISTS.items()
    ]
    values: dict[str, Any] = {
        "which": which,
        "counters": counters,
        "count": heaps[which].count,
        "title": str(LISTS[which][0]),
        "note": str(NOTES.get(which, "")),
    }
    if which == "read":
        values |= {"notices": [_notice(told, context) for told in inbox(context, limit=INBOX)]}
    elif which == "done":
        before = request.GET.get("before", "")
        values |= deed_lines(context, int(before) if before.isdigit() and len(before) < 19 else 0)
    else:
        values |= {"tasks": heaps[which].tasks(), "shown": SHOWN}
    seats = [{"title": seat.title, "filling_in": seat.on_behalf_of is not None} for seat in context.seats]
    return render(request, "desk/desk.html", seats=seats, **values)


def _notice(told: Told, context: Context) -> dict[str, Any]:
    """A notice as the desk draws it."""
    known = told.register in REGISTRY
    node = told.register == "plan-node"
    url = f"/plan/node/{told.record}/" if node else by_id(REGISTRY[told.register], told.record) if known else ""
    light = {"urge": "late", "report": "late", "remind": "soon"}.get(told.kind, "")
    return {
        "id": told.id,
        "kind": str(told.label),
        "words": told.words(),
        "url": url,
        "on": short_day(told.business_date, context.business_date),
        "light": light,
        "invented": told.invented,
    }


@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """Mark the notices ticked, or all that the page showed, as read."""
    ids = [int(key) for key in request.POST.getlist("key") if key.isdigit() and len(key) < 19]
    mark_read(context_of(request), ids)
    return redirect("/desk/read/")


@require_POST
def toggle_follow(request: HttpRequest) -> HttpResponse:
    """Follow a record, or follow it no longer. Only what one may see can be followed."""
    context = context_of(request)
    register = register_for(context, request.POST.get("register", ""))
    key = request.POST.get("record", "")
    row = gate.get(register, context, int(key) if key.isdigit() and len(key) < 19 else 0)
    (follow if request.POST.get("follow") == "1" else unfollow)(context, register.code, row.id)
    return redirect(next_of(request))
