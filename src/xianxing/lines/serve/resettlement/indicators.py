"""Indicators of resettlement: how far signing, clearing, building and moving back have come, and what is open."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Label
from xianxing.kernel.indicators.indicator import Indicator, Part, declare_indicator

AFFECTED = ("status:is_not:withdrawn",)
HOUSEHOLDS, MONEY, PERCENT = _("households"), _("yuan"), "%"
OWN = _("proposal of the zone; no published definition was found")


def _share(code: str, label: Label, formula: Label, column: str, *, target: str = "", **base: tuple[str, ...]) -> None:
    """Households with a day filled in, of all affected (or of those that exchange)."""
    among = (*AFFECTED, *base.get("among", ()))
    declare_indicator(
        Indicator(
            code=f"resettlement.{code}", label=label, unit=PERCENT, register="household",
            count=Part((*among, f"{column}:filled")), base=Part(among, label=HOUSEHOLDS), scale=100, places=1,
            by=("project", "unit"), formula=formula, source=OWN, own=True, target_parameter=target,
        )
    )  # fmt: skip


_share("signing_rate", _("signing rate"), _("signed ÷ affected households"), "signed_on",
       target="resettlement.target_signing")  # fmt: skip
_share("vacated_rate", _("vacating rate"), _("vacated ÷ affected households"), "vacated_on")
_share("demolition_rate", _("demolition rate"), _("demolished ÷ affected households"), "demolished_on")
_share("back_rate", _("move-back rate"), _("moved back ÷ households with an exchange"), "back_on",
       among=("mode:is:exchange",))  # fmt: skip

for _code, _label, _stage in (
    ("started_rate", _("share of projects with flats under construction"), "building"),
    ("completed_rate", _("share of projects with flats completed"), "built"),
):
    declare_indicator(
        Indicator(
            code=f"resettlement.{_code}", label=_label, unit=PERCENT, register="resettlement",
            count=Part((f"proven:reached:{_stage}", "status:is_not:abandoned")),
            base=Part(("status:is_not:abandoned",), label=_("projects")), scale=100, places=1,
            formula=_("projects whose flats are started or completed ÷ projects"), source=OWN, own=True,
        )
    )  # fmt: skip

for _code, _label, _column in (
    ("due", _("compensation due"), "due"),
    ("paid", _("compensation paid"), "paid"),
):
    declare_indicator(
        Indicator(
            code=f"resettlement.{_code}", label=_label, unit=MONEY, register="ledger", count=Part(sum=_column, on="on"),
            period="year", by=("kind",),
        )
    )  # fmt: skip
declare_indicator(
    Indicator(
        code="resettlement.late_allowance", label=_("transition allowance for delay"), unit=MONEY, register="ledger",
        count=Part(("kind:is:late",), sum="due", on="on"), period="year",
        formula=_("double allowance made due because the zone is late"), source=_("山东条例 §28"),
    )
)  # fmt: skip
