"""What is counted of petitions. In what is shown to everybody, complaints are left out (decision on concealment)."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Label
from xianxing.kernel.indicators.indicator import Indicator, Part, declare_indicator

LIVE = ("as_stated:is:no", "status:is_not:withdrawn", "status:is_not:elsewhere")
DONE = (*LIVE, "stage:reached:replied")
FANGSHAN = _("Fangshan's targets, a sample: first petitions 90 %, repeated 80 %, long-standing 70 %")
DACHUAN = _("Dachuan's scoring, a sample: rates of acceptance, answer and satisfaction")


def _rate(
    code: str,
    label: Label,
    of: tuple[str, ...],
    among: tuple[str, ...],
    base: Label,
    formula: Label,
    source: Label,
    target: str = "",
) -> None:
    declare_indicator(
        Indicator(
            code=f"petition.{code}", label=label, unit="%", register="petition", count=Part((*among, *of)),
            base=Part(among, label=base), scale=100, places=1, by=("subject", "channel"), formula=formula, own=True,
            source=source, target_parameter=target,
        )
    )  # fmt: skip


_rate("accepted", _("petitions accepted"), ("stage:reached:accepted",), (*LIVE, "stage:reached:transferred"),
      _("transferred petitions"), _("accepted ÷ transferred"), DACHUAN)  # fmt: skip
_rate("answered_in_time", _("petitions answered in time"), ("standing:is:on_time",), (*DONE, "standing:filled"),
      _("answered petitions"), _("opinion delivered within the limit ÷ all delivered"), DACHUAN)  # fmt: skip
_rate("satisfied", _("petitioners satisfied"), ("rating:in:satisfied,basically",), (*LIVE, "rating:filled"),
      _("rated petitions"), _("satisfied or basically satisfied ÷ rated"), DACHUAN)  # fmt: skip
for code, label, among, target in (
    ("first_resolved", _("first petitions resolved"), ("repeated:is:no", "backlog:is:no"), "first_target"),
    ("repeat_resolved", _("repeated petitions resolved"), ("repeated:is:yes",), "repeat_target"),
    ("backlog_resolved", _("long-standing cases resolved"), ("backlog:is:yes",), "backlog_target"),
):
    _rate(code, label, ("resolved:is:yes",), (*DONE, *among), _("answered petitions"), _("resolved ÷ answered"),
          FANGSHAN, f"petition.{target}")  # fmt: skip
declare_indicator(
    Indicator(
        code="petition.repeated",
        label=_("repeated petitions of the month"),
        unit=_("petitions"),
        register="petition",
        count=Part((*LIVE, "repeated:is:yes"), on="received_on"),
        period="month",
        by=("subject", "channel"),
    )
)
