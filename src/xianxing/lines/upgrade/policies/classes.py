"""The class of an enterprise that a policy asks for: the final one of classification, else what was declared.

Classification is another slice: its register is read by name, and need not be there. A final class was in public
notice, so everybody is judged by it, whoever asks.
"""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from xianxing.kernel import gate
from xianxing.kernel.context import Context
from xianxing.kernel.register import REGISTRY

__all__ = ["CLASS", "FinalClass", "final_classes", "origin"]

CLASS = "land_class"
"""The fact that rules ask for."""
ENTRIES = "evaluation-entry"
FinalClass = tuple[str, str]
"""The class, and the number of the round that gave it."""


def final_classes(
    context: Context, years: Sequence[int], ids: Iterable[int] | None = None
) -> dict[tuple[int, int], FinalClass]:
    """The frozen final class of each enterprise for each year that has one. One query."""
    if ENTRIES not in REGISTRY:
        return {}
    where = {} if ids is None else {"enterprise__in": list(ids)}
    rows = gate.all_rows(ENTRIES, context, final=True, year__in=list(years), **where).exclude(grade="")
    found = rows.order_by("pk").values_list("enterprise_id", "year", "grade", "evaluation__code")
    return {(firm, year): (grade, code) for firm, year, grade, code in found}


def origin(final: FinalClass | None, *, declared: bool) -> str:
    """Where the class comes from by which a policy judges, in words."""
    if final:
        return _("class by the final result of round %(round)s") % {"round": final[1]}
    return _("class as declared; there is no final result of the year") if declared else ""
