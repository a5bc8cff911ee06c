"""What an indicator should be: the value in force on a day, since when, and by which document."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from xianxing.kernel.blockers import Label
from xianxing.kernel.indicators.indicator import Indicator
from xianxing.kernel.parameters.table import Table, table
from xianxing.kernel.value import Known, Unknown, Value

__all__ = ["Target", "target_of"]

SIGNS = {">=": "≥", "<=": "≤", "=": "="}


@dataclass(frozen=True)
class Target:
    """The target of an indicator on a day. ``parameter`` is the id of the row it comes from, where one is in force.

    ``clause`` names the document; ``own`` says that no document binds the zone to it.
    """

    value: Value[Decimal]
    operator: str
    unit: Label
    parameter: int | None = None
    since: date | None = None
    clause: str = ""
    own: bool = False

    def met_by(self, value: Value[Decimal]) -> bool | None:
        """Whether a number is what it should be; nothing where one of the two is not known."""
        if isinstance(value, Unknown) or isinstance(self.value, Unknown):
            return None
        number, goal = value.value, self.value.value
        return {">=": number >= goal, "<=": number <= goal, "=": number == goal}[self.operator]

    def standing(self, value: Value[Decimal]) -> str:
        """How a number stands to the target, in words. A standing target has no date, so that a number below it is
        neither late nor on course: it is not reached so far (decision 0016)."""
        short = _("target %(target)s not kept") if self.operator == "<=" else _("target %(target)s not reached so far")
        said = {True: _("target %(target)s reached"), False: short, None: _("target %(target)s")}[self.met_by(value)]
        return said % {"target": self.words()}

    def words(self) -> str:
        """The target in short, or what is missing: ``≥ 90 %``."""
        if isinstance(self.value, Unknown):
            return self.value.words()
        return f"{SIGNS[self.operator]} {self.value.value.normalize():,f} {self.unit}".strip()

    def basis(self) -> str:
        """Since when and by which document; that the zone set it itself is said too."""
        if self.since is None:
            return ""
        said = [_("in force since %(day)s") % {"day": date_format(self.since, "DATE_FORMAT")}]
        said += [self.clause] if self.clause else []
        said += [_("set by the zone itself")] if self.own else []
        return _("; ").join(said)


def target_of(indicator: Indicator, on: date, parameters: Table | None = None) -> Target | None:
    """The target of an indicator on a day; nothing where it has none. One query, or none where a table is given."""
    if not indicator.target_parameter:
        return None
    parameters = parameters or table(on)
    value, row = parameters.value(indicator.target_parameter), parameters.rows.get(indicator.target_parameter)
    if row is None or not isinstance(value, Known):
        return Target(value, indicator.operator, indicator.unit)
    return Target(value, indicator.operator, indicator.unit, row.pk, row.starts_on, row.clause, row.own)
