"""Who works in the zone: units, posts, people in posts, delegations; and the zone itself."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.fields import ChoiceField
from xianxing.kernel.record import Record

ROLES = (
    ("leader", _("leader")),
    ("supervisor", _("supervisor")),
    ("unit_head", _("head of unit")),
    ("investment_officer", _("investment officer")),
    ("project_manager", _("project manager")),
    ("plan_officer", _("plan officer")),
    ("policy_officer", _("policy officer")),
    ("service_officer", _("enterprise service officer")),
    ("relocation_officer", _("expropriation officer")),
    ("safeguard_officer", _("bottom-line officer")),
    ("petition_officer", _("petition officer")),
    ("finance_officer", _("finance officer")),
    ("grid_worker", _("grid worker")),
    ("enterprise_contact", _("contact of an enterprise")),
    ("system_admin", _("system administrator")),
    ("security_admin", _("security administrator")),
    ("audit_admin", _("audit administrator")),
)
OUTSIDERS = frozenset(("enterprise_contact",))
"""Roles of people who do not work for the zone: they see what a register grants their role, and nothing else."""
OFFICIALS = tuple(role for role, _label in ROLES if role not in OUTSIDERS)
UNIT_KINDS = (
    ("authority", _("zone authority")),
    ("line", _("line")),
    ("department", _("department")),
    ("town", _("town")),
    ("enterprise", _("state-owned enterprise")),
)


class Zone(models.Model):
    """The zone this database belongs to: exactly one row.

    ``business_date`` empty means the zone lives in today; a demo stands at a day of its own. ``born_as_demo`` is set
    when the database is created and never changes: one-click log-in exists only there.
    """

    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    business_date = models.DateField(null=True, blank=True)
    born_as_demo = models.BooleanField(default=False)
    key_id = models.CharField(max_length=64, blank=True)


class Person(AbstractBaseUser, Record):
    """Somebody who can log in. Rights never hang on the person, only on the posts the person holds."""

    login = models.CharField(_("log-in name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    active_until = models.DateField(_("active until"), null=True, blank=True)
    must_change = models.BooleanField(_("must set a password"), default=False)
    code_digest = models.CharField(max_length=128, blank=True, default="", editable=False)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = BaseUserManager()

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.active_until is None


class Unit(Record):
    """A unit of the zone's organisation. Its history is kept: it is renamed, merged, split or dissolved on a date."""

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    kind = ChoiceField(_("kind"), options=UNIT_KINDS, default="department")
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("superior unit"), null=True, blank=True, related_name="children"
    )
    opened_on = models.DateField(_("set up on"))
    closed_on = models.DateField(_("dissolved on"), null=True, blank=True)
    duties = models.TextField(_("duties"), blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("code", condition=Q(deleted_at=None), name="unit_code"),
        ]


class UnitEvent(Record):
    """One event in a unit's history, as a line of record: renamed, merged, split, dissolved.

    ``other`` is the unit it was merged into or split from; for a move, the superior unit before. ``on`` is the first
    day on which the change holds.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="events")
    on = models.DateField(_("on"))
    what = ChoiceField(
        _("event"),
        options=(
            ("opened", _("set up")),
            ("renamed", _("renamed")),
            ("moved", _("moved")),
            ("merged", _("merged into")),
            ("split", _("split from")),
            ("dissolved", _("dissolved")),
        ),
    )
    former_name = models.CharField(_("former name"), max_length=100, blank=True, default="")
    former_name_en = models.CharField(_("former name in English"), max_length=100, blank=True, default="")
    other = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=_("other unit"), null=True, blank=True, related_name="+"
    )
    basis = models.CharField(_("basis"), max_length=200, blank=True, default="")


class Post(Record):
    """A post in a unit. Tasks and cases belong to posts, not to people."""

    code = models.CharField(_("code"), max_length=60)
    name = models.CharField(_("post"), max_length=100)
    name_en = models.CharField(_("post in English"), max_length=100, blank=True, default="")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="posts")
    role = ChoiceField(_("role"), options=ROLES)
    opened_on = models.DateField(_("set up on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("code", condition=Q(deleted_at=None), name="post_code"),
        ]


class Holding(Record):
    """A person in a post, from one day to another (inclusive; open while empty)."""

    post = models.ForeignKey(Post, models.PROTECT, verbose_name=_("post"), related_name="holdings")
    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("person"), related_name="holdings")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)


class Delegation(Record):
    """Somebody fills in for an absent holder of a post, for a time, with a reason."""

    post = models.ForeignKey(Post, models.PROTECT, verbose_name=_("post"), related_name="delegations")
    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("stand-in"), related_name="delegations")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    reason = models.CharField(_("reason"), max_length=200)
