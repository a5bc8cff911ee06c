"""Petitions (信访事项): requests that a unit handles, and complaints that the unit complained of never learns of."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.fields import ChoiceField, PersonalIdField, PersonalPhoneField, PersonalTextField
from xianxing.kernel.record import Case

__all__ = ["Petition"]

COMPLAINT = "complaint"
KINDS = (("request", _("request")), ("proposal", _("proposal")), (COMPLAINT, _("complaint or accusation")))
ROUTES = (("opinion", _("written opinion on the petition")), ("procedure", _("another legal procedure")))
CHANNELS = (
    ("letter", _("letter")), ("visit", _("visit in person")), ("online", _("online")), ("phone", _("telephone")),
)  # fmt: skip
SUBJECTS = (
    ("relocation", _("relocation and resettlement")), ("land", _("land")), ("labour", _("wages and labour")),
    ("environment", _("pollution")), ("building", _("building and quality of housing")),
    ("services", _("public services")), ("conduct", _("conduct of officials")), ("other", _("other matter")),
)  # fmt: skip
RESULTS = (("yes", _("resolved")), ("partly", _("partly resolved")), ("no", _("not resolved")))
RATINGS = (
    ("satisfied", _("satisfied")), ("basically", _("basically satisfied")), ("dissatisfied", _("dissatisfied")),
)  # fmt: skip
DECISIONS = (("upheld", _("opinion upheld")), ("changed", _("opinion changed or withdrawn")))
STANDINGS = (("on_time", _("settled in time")), ("late", _("settled too late")))


class Petition(Case):
    """A petition and what became of it. The petitioner is the data subject.

    ``office`` is the post that registered it and answers to the person, ``handler`` the post that is to settle it.
    ``owner`` is whichever of the two has it in hand. ``against`` and ``against_person`` say of whom it complains.
    """

    code = models.CharField(_("petition number"), max_length=40)
    name = models.CharField(
        _("petition in one line"), max_length=200, help_text=_("Without names or addresses of people")
    )
    kind = ChoiceField(_("kind of petition"), options=KINDS, default="request")
    subject = ChoiceField(_("concerns"), options=SUBJECTS, default="other")
    channel = ChoiceField(_("came by"), options=CHANNELS, default="letter")
    route = ChoiceField(_("way of handling"), options=ROUTES, default="opinion")
    people = models.PositiveIntegerField(_("number of petitioners"), default=1)
    person = PersonalTextField(_("petitioner"), max_length=60)
    id_number = PersonalIdField(_("identity number"), blank=True, default="")
    phone = PersonalPhoneField(_("telephone"), blank=True, default="")
    address = PersonalTextField(_("address"), max_length=200, blank=True, default="")
    detail = PersonalTextField(_("what is asked or complained of"), lines=True, max_length=4000, blank=True, default="")
    withheld = models.BooleanField(
        _("identity withheld on request"), default=False, help_text=_("The handling unit then sees no name or address")
    )
    against = models.ForeignKey(
        "kernel.Unit", models.PROTECT, verbose_name=_("unit complained of"), null=True, blank=True, related_name="+"
    )
    against_person = models.ForeignKey(
        "kernel.Person", models.PROTECT, verbose_name=_("person complained of"), null=True, blank=True, related_name="+"
    )
    earlier = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("earlier petition"), null=True, blank=True, related_name="+"
    )
    repeated = models.BooleanField(_("repeated petition"), default=False)
    key = models.BooleanField(_("key case"), default=False)
    backlog = models.BooleanField(_("long-standing case"), default=False)
    leader = models.ForeignKey(
        "kernel.Post", models.PROTECT, verbose_name=_("leader in charge"), null=True, blank=True, related_name="+"
    )
    office = models.ForeignKey(
        "kernel.Post", models.PROTECT, verbose_name=_("registered by"), null=True, blank=True, related_name="+"
    )
    handler = models.ForeignKey(
        "kernel.Post", models.PROTECT, verbose_name=_("handling post"), null=True, blank=True, related_name="+"
    )
    extended = models.BooleanField(_("time extended with approval"), default=False)
    answer = PersonalTextField(_("opinion on the petition"), lines=True, max_length=4000, blank=True, default="")
    resolved = ChoiceField(_("result"), options=RESULTS, blank=True, default="")
    rating = ChoiceField(_("petitioner's rating"), options=RATINGS, blank=True, default="")
    review = ChoiceField(_("decision of the review"), options=DECISIONS, blank=True, default="")
    recheck = ChoiceField(_("decision of the re-review"), options=DECISIONS, blank=True, default="")
    standing = ChoiceField(_("in time"), options=STANDINGS, blank=True, default="")
    received_on = models.DateField(_("registered on"), null=True, blank=True)
    transferred_on = models.DateField(_("transferred on"), null=True, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    replied_on = models.DateField(_("opinion delivered on"), null=True, blank=True)
    review_asked_on = models.DateField(_("review asked for on"), null=True, blank=True)
    reviewed_on = models.DateField(_("review decided on"), null=True, blank=True)
    recheck_asked_on = models.DateField(_("re-review asked for on"), null=True, blank=True)
    rechecked_on = models.DateField(_("re-review decided on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("code", condition=Q(deleted_at=None), name="petition_code"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index("unit", "id", name="petition_by_unit", condition=Q(deleted_at=None)),
            models.Index("handler", "id", name="petition_by_handler", condition=Q(deleted_at=None)),
            models.Index("due_on", name="petition_by_due", condition=Q(deleted_at=None)),
        ]
