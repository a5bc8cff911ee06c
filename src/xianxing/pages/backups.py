"""Backups for the system administrator: which there are, how old the last is, one more as a job. None is handed out."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from xianxing.kernel.backup.shelf import Kept, busy, shelf, trouble
from xianxing.kernel.backup.works import EVERY_DAYS, KEEP, KEPT, WARN_DAYS, old_after
from xianxing.kernel.context import Context
from xianxing.kernel.jobs import jobs
from xianxing.kernel.parameters.table import table
from xianxing.pages.addresses import NOT_FOUND
from xianxing.pages.extensions import Entry, entry, routes
from xianxing.pages.render import context_of, render

__all__ = ["backups_page"]

WHY = {
    "page": gettext_lazy("asked for by an administrator"),
    "cli": gettext_lazy("from the command line"),
    "tick": gettext_lazy("as scheduled"),
    "restore": gettext_lazy("before a restore"),
}


def _may(context: Context) -> bool:
    return "system_admin" in context.roles


@require_http_methods(["GET", "POST"])
def backups_page(request: HttpRequest) -> HttpResponseBase:
    """The backups there are; a POST asks for one more."""
    context = context_of(request)
    if not _may(context):
        raise Http404(NOT_FOUND)
    if request.method == "POST":
        job = jobs.ask(context, "backup", {}).must().records[0]
        jobs.start(job)
        return redirect(f"/jobs/{job}/")
    found, laid_down = shelf(), table(context.business_date)
    every = laid_down.whole(EVERY_DAYS, 0)
    return render(
        request,
        "register/backups.html",
        rows=[_row(kept) for kept in found],
        state=_light(found[0] if found else None, old_after(context)),
        trouble=_trouble(found[0] if found else None),
        busy=busy(),
        every=ngettext("every %(n)s day", "every %(n)s days", every) % {"n": every} if every else None,
        keep=laid_down.whole(KEEP, KEPT),
        codes=[EVERY_DAYS, KEEP, WARN_DAYS],
    )


MEGABYTE = 1_000_000


def _row(kept: Kept) -> dict[str, Any]:
    """A backup without what it counts: rows and files of records that the reader may not know are among them."""
    return {
        "key": kept.path.name,
        "cells": {
            "made": {"text": date_format(localtime(kept.made_at), "DATETIME_FORMAT"), "note": kept.path.name},
            "why": str(WHY.get(kept.why, "")) or None,
            "size": _("%(n)s MB") % {"n": number_format(-(-kept.size // MEGABYTE), force_grouping=True)},
        },
    }


def _light(newest: Kept | None, warn: int) -> dict[str, str]:
    """The state of the last backup and why."""
    if newest is None:
        return {"code": "late", "why": _("There is no backup yet")}
    said = ngettext("The last backup is %(n)s day old", "The last backup is %(n)s days old", newest.age) % {
        "n": newest.age
    }
    if newest.age > warn:
        return {"code": "late", "why": _("%(said)s, more than the %(limit)s allowed") % {"said": said, "limit": warn}}
    return {"code": "ok", "why": said}


def _trouble(newest: Kept | None) -> dict[str, str] | None:
    """Why the last attempt failed, unless one has succeeded since."""
    failed = trouble()
    if failed is None or (newest and newest.made_at > failed[0]):
        return None
    return {"at": date_format(localtime(failed[0]), "DATETIME_FORMAT"), "why": failed[1]}


routes(path("backups/", backups_page, name="backups"))
entry(Entry(gettext_lazy("Backups"), "/backups/", "download", gettext_lazy("System"), 84, _may))
