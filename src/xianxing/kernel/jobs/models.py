"""Long work, as rows: what was asked, by whom, what came of it. Progress lies in files, see :mod:`.progress`."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.fields import ChoiceField
from xianxing.kernel.record import Record

STATES = (
    ("waiting", _("waiting")),
    ("running", _("running")),
    ("done", _("done")),
    ("failed", _("failed")),
    ("cancelled", _("cancelled")),
)


class Job(Record):
    """A registered function, its arguments and result (sealed JSON). It works in the right of the post ``asked_by``."""

    function = models.CharField(_("work"), max_length=80)
    arguments = models.TextField(_("arguments"), default="", editable=False)
    asked_by = models.ForeignKey("kernel.Post", models.PROTECT, verbose_name=_("asked by"), related_name="+")
    person = models.ForeignKey("kernel.Person", models.PROTECT, verbose_name=_("person"), related_name="+")
    state = ChoiceField(_("state"), options=STATES, default="waiting")
    started_at = models.DateTimeField(_("begun at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    result = models.TextField(_("result"), default="", editable=False)
    failure = models.CharField(_("why it failed"), max_length=500, blank=True, default="")
    surface = models.CharField(max_length=10, default="page", editable=False)
    language = models.CharField(max_length=10, default="zh-hans", editable=False)
