"""Matters under supervision (督办事项), what is reported of them, slips (督办单), and what leaders say."""

from pathlib import Path
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.datafile import read_lists
from xianxing.kernel.fields import ChoiceField
from xianxing.kernel.record import LIVING, NumberedCase, Record
from xianxing.lines.safeguard.supervision.schemes import SCHEMES

LISTS = read_lists(Path(__file__).with_name("lists.yaml"))


def _post(label: Any, **given: Any) -> Any:
    return models.ForeignKey("kernel.Post", models.PROTECT, verbose_name=label, related_name="+", **given)


class Matter(NumberedCase):
    """One matter, one item (一事一项): who asked for it, what counts as done, which post is to do it.

    ``supervisor`` is the post that set it up and checks it; ``handler`` the post that is to do it. ``owner`` is whoever
    has it in hand. ``colour`` is that of the slip that stands; ``behind`` what the last report says; ``standing`` as of
    :class:`xianxing.kernel.flow.punctual.Punctual`. All of these are kept by the system.
    """

    code = models.CharField(_("matter number"), max_length=40)
    name = models.CharField(_("matter"), max_length=200)
    demanded = models.TextField(_("what counts as done"), max_length=2000)
    source = ChoiceField(_("comes from"), options=LISTS["sources"], default="meeting")
    origin = models.CharField(
        _("where it was said"), max_length=300, blank=True, default="",
        help_text=_("Minutes, instruction or document, with number and day"),
    )  # fmt: skip
    measure = models.ForeignKey(
        "kernel.PlanNode", models.PROTECT, verbose_name=_("measure of the plan"), null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    kind = ChoiceField(_("kind"), options=LISTS["kinds"], default="ordinary")
    finish_by = models.DateField(_("to be done by"), null=True, blank=True, help_text=_("For a matter by a stated day"))
    key = models.BooleanField(_("key matter"), default=False, help_text=_("Raised by a leader"))
    supervisor = _post(_("supervised by"), null=True, blank=True)
    handler = _post(_("lead post"), null=True, blank=True)
    outcome = models.TextField(_("what was done"), max_length=4000, blank=True, default="")
    verdict = ChoiceField(_("finding of the check"), options=LISTS["verdicts"], blank=True, default="")
    checked = models.TextField(_("how it was checked"), max_length=2000, blank=True, default="")
    returned_why = models.CharField(_("why it was returned"), max_length=500, blank=True, default="")
    scheme = ChoiceField(_("scheme of slips"), options=SCHEMES, blank=True, default="")
    colour = ChoiceField(_("slip"), options=LISTS["colours"], blank=True, default="")
    behind = models.BooleanField(_("reported as behind"), default=False)
    standing = ChoiceField(_("in time"), options=LISTS["standings"], blank=True, default="")
    set_on = models.DateField(_("set up on"), null=True, blank=True)
    assigned_on = models.DateField(_("assigned on"), null=True, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    reported_on = models.DateField(_("reported done on"), null=True, blank=True)
    closed_on = models.DateField(_("day of closing"), null=True, blank=True)

    class Meta(NumberedCase.Meta):
        indexes: ClassVar[list[Any]] = [
            *NumberedCase.Meta.indexes,
            models.Index("stage", "set_on", name="matter_by_stage", condition=LIVING),
        ]


class MatterRow(Record):
    """A row that belongs to a matter."""

    matter = models.ForeignKey(Matter, models.PROTECT, verbose_name=_("matter"), related_name="%(class)ss")

    class Meta:
        abstract = True


class Helper(MatterRow):
    """A post that co-operates (配合单位): its part, by when, and what it says it did."""

    post = _post(_("co-operating post"))
    part = models.CharField(_("its part"), max_length=300)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True, default="")


class Report(MatterRow):
    """What the handling post says of the progress."""

    told_on = models.DateField(_("reported on"))
    progress = models.TextField(_("progress"), max_length=2000)
    next = models.TextField(_("next step"), max_length=1000, blank=True, default="")
    behind = models.BooleanField(_("behind schedule"), default=False)


class Slip(MatterRow):
    """A coloured slip: issued by the tick or by a supervisor, answered by the post that has the matter."""

    code = models.CharField(_("slip number"), max_length=40)
    colour = ChoiceField(_("colour"), options=LISTS["colours"])
    means = models.CharField(_("means"), max_length=200, blank=True, default="")
    why = models.CharField(_("why"), max_length=500)
    post = _post(_("issued to"))
    issued_on = models.DateField(_("issued on"))
    answer_by = models.DateField(_("to be answered by"), null=True, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True, default="")
    limit_on = models.DateField(_("limit that it is about"), null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("code", condition=LIVING, name="slip_code")]


class Word(MatterRow):
    """What a leader says of a matter: a comment, a question to be answered, or that it is raised."""

    says = ChoiceField(_("kind"), options=LISTS["says"], default="comment")
    text = models.TextField(_("text"), max_length=2000)
    said_on = models.DateField(_("said on"), null=True, blank=True)
    post = _post(_("to be answered by"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True, default="")
