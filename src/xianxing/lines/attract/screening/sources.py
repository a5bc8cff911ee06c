"""What rules may ask of a candidate: its own columns."""

from django.utils.translation import gettext_lazy as _

from xianxing.rules.sources import Source, offer

__all__ = ["CANDIDATES"]

CANDIDATES = offer(Source(code="screening", label=_("Candidates of a screening"), register="screening-candidate"))
