"""Resettlement: projects, the households and houses they reach, the flats built for them, and the ledger."""

from pathlib import Path
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.datafile import read_lists
from xianxing.kernel.fields import (
    AreaField,
    ChoiceField,
    MoneyField,
    PercentField,
    PersonalIdField,
    PersonalPhoneField,
    PersonalTextField,
    ShapeField,
)
from xianxing.kernel.record import LIVING, NumberedCase, Record

LISTS = read_lists(Path(__file__).with_name("lists.yaml"))
RISKS = LISTS["risks"]
MODES = LISTS["modes"]
KINDS = LISTS["kinds"]
HOUSE, DECORATION, RELOCATION, TRANSITION, LATE, BUSINESS, AWARD, DIFFERENCE, OTHER = (
    "house", "decoration", "relocation", "transition", "late", "business", "award", "difference", "other",
)  # fmt: skip


def day(label: Any, **more: Any) -> "models.DateField[Any, Any]":
    """A day that may not have come yet."""
    return models.DateField(label, null=True, blank=True, **more)


def fen(label: Any, **more: Any) -> MoneyField:
    """Money of a household: fen, written in yuan, empty while not reckoned."""
    return MoneyField(label, null=True, blank=True, shown="元", **more)


class ResettlementProject(NumberedCase):
    """A redevelopment or expropriation project, from the annual plan to the last household moved back.

    ``asked`` and ``objectors`` count the persons consulted; ``promised_on`` is the day by which all households shall
    have moved back, ``expected_on`` the day on which the flats are expected to be handed over.
    """

    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True, default="")
    track = ChoiceField(_("ownership of the land"), options=LISTS["tracks"], default="state")
    renewal = models.BooleanField(_("renewal of an old urban area"), default=False)
    place = models.CharField(_("place"), max_length=200, blank=True, default="")
    area = AreaField(_("area"), null=True, blank=True)
    shape = ShapeField(_("boundary"), null=True, blank=True)
    asked = models.PositiveIntegerField(_("persons consulted"), null=True, blank=True)
    objectors = models.PositiveIntegerField(_("persons who object"), null=True, blank=True)
    risk = ChoiceField(_("risk to social stability"), options=RISKS, blank=True, default="")
    funds_needed = MoneyField(_("compensation funds needed"), null=True, blank=True, shown="万元")
    funds_deposited = MoneyField(_("deposited in the special account"), null=True, blank=True, shown="万元")
    appraiser = models.CharField(_("appraiser"), max_length=200, blank=True, default="")
    chosen_by = ChoiceField(_("appraiser chosen by"), options=LISTS["ways"], blank=True, default="")
    supporters = models.PositiveIntegerField(_("households that signed for the appraiser"), null=True, blank=True)
    conditional = models.BooleanField(_("agreements take effect at a signing ratio"), default=False)
    ratio = PercentField(_("agreed signing ratio"), null=True, blank=True)
    planned_on = day(_("in the annual plan since"))
    frozen_on = day(_("area fixed, building frozen on"))
    surveyed_on = day(_("survey published on"))
    drafted_on = day(_("plan drafted on"))
    published_on = day(_("plan published for comment on"))
    heard_on = day(_("hearing held on"))
    consulted_on = day(_("comments closed on"))
    assessed_on = day(_("risk assessed on"))
    funded_on = day(_("funds in place on"))
    decided_on = day(_("decided on"))
    announced_on = day(_("announced on"))
    appointed_on = day(_("appraiser appointed on"))
    small_on = day(_("list of smallest dwellings posted on"))
    posted_on = day(_("first valuations posted on"))
    opened_on = day(_("signing opened on"))
    signing_until = day(_("agreements to be signed by"))
    cleared_on = day(_("clearing begun on"))
    started_on = day(_("flats started on"))
    completed_on = day(_("flats completed on"))
    returned_on = day(_("all moved back on"))
    promised_on = day(_("all to be back by"))
    expected_on = day(_("flats expected on"))


class Flat(Record):
    """A flat built for the households of a project; ``price`` is its appraised value."""

    project = models.ForeignKey(ResettlementProject, models.PROTECT, verbose_name=_("project"), related_name="flats")
    number = models.CharField(_("flat"), max_length=60)
    layout = models.CharField(_("layout"), max_length=60, blank=True, default="")
    area = AreaField(_("area"), shown="㎡")
    price = MoneyField(_("appraised value"), shown="元")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("project", "number", condition=LIVING, name="flat_number"),
        ]


class Household(NumberedCase):
    """A household that a project reaches. Name, number, telephone and address are personal data.

    ``living_area`` to ``business_area`` are the sums of its houses. ``rate`` to ``rules`` are frozen when it signs:
    the amounts of its agreement, with rule set, version and snapshot. ``turn`` is its place in the choice of flats.
    """

    project = models.ForeignKey(
        ResettlementProject, models.PROTECT, verbose_name=_("project"), related_name="households"
    )
    head = PersonalTextField(_("head of household"), max_length=60)
    id_number = PersonalIdField(_("identity number"), blank=True, default="")
    phone = PersonalPhoneField(_("phone"), blank=True, default="")
    address = PersonalTextField(_("address"), max_length=200, blank=True, default="")
    members = models.PositiveIntegerField(_("members"), null=True, blank=True)
    sole = models.BooleanField(_("sole dwelling"), default=False)
    mode = ChoiceField(_("way of compensation"), options=MODES, blank=True, default="")
    turnover = models.BooleanField(_("lives in a turnover flat"), default=False)
    months = models.PositiveIntegerField(_("months of transition agreed"), null=True, blank=True)
    delay_by = ChoiceField(_("delay caused by"), options=LISTS["causes"], default="department")
    turn = models.PositiveIntegerField(_("place in signing order"), null=True, blank=True)
    flat = models.ForeignKey(
        Flat, models.PROTECT, verbose_name=_("flat"), null=True, blank=True, related_name="households"
    )
    living_area = AreaField(_("dwelling area"), default=0, shown="㎡")
    living_value = MoneyField(_("appraised value of the dwelling"), default=0, shown="元")
    decoration_value = MoneyField(_("decoration"), default=0, shown="元")
    business_area = AreaField(_("business area"), default=0, shown="㎡")
    business_value = MoneyField(_("appraised value of business premises"), default=0, shown="元")
    rate = fen(_("transition allowance a ㎡ and month"))
    business_rate = fen(_("loss of business a ㎡ and month"))
    worth = fen(_("house and decoration as agreed"))
    total = fen(_("compensation agreed"))
    rules = models.CharField(_("reckoned after"), max_length=200, blank=True, default="")
    surveyed_on = day(_("surveyed on"))
    valued_on = day(_("valued on"))
    decision_on = day(_("compensation decided on"))
    reminded_on = day(_("written reminder served on"))
    applied_on = day(_("enforcement applied for on"))
    signed_on = day(_("signed on"))
    compensated_on = day(_("paid or housed on"))
    vacated_on = day(_("vacated on"))
    demolished_on = day(_("demolished on"))
    chosen_on = day(_("flat chosen on"))
    back_on = day(_("settled on"))
    agreed_until = day(_("transition agreed until"))

    class Meta(NumberedCase.Meta):
        constraints: ClassVar[list[Any]] = [
            *NumberedCase.Meta.constraints,
            models.UniqueConstraint("flat", condition=LIVING, name="household_flat_once"),
            models.UniqueConstraint("project", "turn", condition=LIVING, name="household_turn_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            *NumberedCase.Meta.indexes,
            models.Index("project", "stage", name="household_by_project", condition=LIVING),
        ]


class House(Record):
    """A building of a household, as surveyed and valued. ``value`` is area × price."""

    household = models.ForeignKey(Household, models.PROTECT, verbose_name=_("household"), related_name="houses")
    building = models.ForeignKey(
        "building.Building", models.PROTECT, verbose_name=_("building"), null=True, blank=True, related_name="+"
    )
    use = ChoiceField(_("use"), options=LISTS["uses"], default="dwelling")
    area = AreaField(_("area"), shown="㎡")
    structure = ChoiceField(_("structure"), options=LISTS["structures"], blank=True, default="")
    floors = models.PositiveIntegerField(_("floors"), null=True, blank=True)
    price = fen(_("appraised price a ㎡"))
    decoration = fen(_("decoration"))
    value = fen(_("appraised value"))


class LedgerEntry(Record):
    """One line of the ledger: what became due to a household, or what was paid to it. Negative: due from, paid by it.

    ``item`` names what the system made due, so that nothing is made due twice.
    """

    household = models.ForeignKey(Household, models.PROTECT, verbose_name=_("household"), related_name="entries")
    kind = ChoiceField(_("kind"), options=KINDS)
    on = models.DateField(_("on"))
    due = MoneyField(_("due"), default=0, shown="元", signed=True)
    paid = MoneyField(_("paid"), default=0, shown="元", signed=True)
    voucher = models.CharField(_("voucher"), max_length=100, blank=True, default="")
    item = models.CharField(_("item"), max_length=60, blank=True, default="")
    note = models.CharField(_("reason or note"), max_length=300, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("household", "item", condition=LIVING & ~Q(item=""), name="ledger_item_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index("household", "kind", name="ledger_by_household", condition=LIVING),
            models.Index("on", name="ledger_by_day", condition=LIVING),
        ]
