"""Model fields that know their kind: what they store, in which unit, and how people write it."""

from typing import Any

from django.db import models

from xianxing.kernel import kinds
from xianxing.kernel.blockers import Label
from xianxing.kernel.personal.fields import (
    PersonalAccountField,
    PersonalIdField,
    PersonalPhoneField,
    PersonalTextField,
)

__all__ = [
    "AreaField", "ChoiceField", "ChoicesField", "CreditCodeField", "MoneyField", "PercentField",
    "PersonalAccountField", "PersonalIdField", "PersonalPhoneField", "PersonalTextField", "PhoneField",
    "PointField", "RatioField", "ShapeField", "kind_of",
]  # fmt: skip


class MeasuredField(models.BigIntegerField[Any, Any]):
    """A scaled integer; ``shown`` is the unit that people read and type."""

    kind_type: type[kinds.Measured] = kinds.Measured

    def __init__(self, *args: Any, shown: str = "", signed: bool = False, **options: Any) -> None:
        self.shown, self.signed = shown, signed
        super().__init__(*args, **options)

    @property
    def kind(self) -> kinds.Measured:
        return (
            self.kind_type(shown=self.shown, signed=self.signed) if self.shown else self.kind_type(signed=self.signed)
        )


class MoneyField(MeasuredField):
    """Money in fen."""

    kind_type = kinds.Money


class AreaField(MeasuredField):
    """An area in hundredths of a square metre."""

    kind_type = kinds.Area


class PercentField(MeasuredField):
    """A share in hundredths of a percent."""

    kind_type = kinds.Percent


class RatioField(MeasuredField):
    """A plain ratio in hundredths."""

    kind_type = kinds.Ratio


class YearField(models.PositiveIntegerField[Any, Any]):
    """A calendar year, written without a thousands separator."""

    kind = kinds.Whole(low=1900, high=2199, grouped=False)


class CreditCodeField(models.CharField[Any, Any]):
    """A unified social credit code (GB 32100)."""

    kind = kinds.CreditCode()

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("max_length", 18)
        super().__init__(*args, **options)


class PhoneField(models.CharField[Any, Any]):
    """A telephone number."""

    kind = kinds.Phone()

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("max_length", 25)
        super().__init__(*args, **options)


class ChoiceField(models.CharField[Any, Any]):
    """A code out of a closed list. The list is not part of the schema: adding a choice needs no migration."""

    def __init__(self, *args: Any, options: tuple[tuple[str, Label], ...] = (), **rest: Any) -> None:
        self.options = options
        rest.setdefault("max_length", 40)
        super().__init__(*args, **rest)

    @property
    def kind(self) -> kinds.Choice:
        return kinds.Choice(tuple(self.options))


class ChoicesField(ChoiceField):
    """Several codes out of a closed list, joined by commas."""

    @property
    def kind(self) -> kinds.Choices:
        return kinds.Choices(tuple(self.options))


class PointField(models.CharField[Any, Any]):
    """A point in CGCS2000, empty until somebody gives it; indexed, so that a view of the map finds what lies in it."""

    kind = kinds.Point()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max_length": 22, "null": True, "blank": True, "db_index": True, **options})


class ShapeField(models.TextField[Any, Any]):
    """An outline in CGCS2000, empty until given; with ``points`` also a point, with ``lines`` lines alone."""

    def __init__(self, *args: Any, points: bool = False, lines: bool = False, **options: Any) -> None:
        self.points, self.lines = points, lines
        super().__init__(*args, **{"null": True, "blank": True, **options})

    @property
    def kind(self) -> kinds.Shape:
        if self.lines:
            return kinds.Shape(types=("LineString", "MultiLineString"))
        return kinds.Shape(types=("Polygon", "MultiPolygon", "Point")) if self.points else kinds.Shape()


def kind_of(field: models.Field[Any, Any]) -> kinds.Kind:
    """The kind of a model field that is not a reference. Raises ``LookupError`` for a field no kind exists for."""
    own = getattr(field, "kind", None)
    if isinstance(own, kinds.Kind):
        return own
    match field:
        case models.TextField():
            return kinds.LongText(limit=field.max_length or 4000)
        case models.CharField():
            return kinds.Text(limit=field.max_length or 200)
        case models.DateTimeField():
            return kinds.Moment()
        case models.DateField():
            return kinds.Day()
        case models.BooleanField():
            return kinds.YesNo()
        case models.IntegerField():
            return kinds.Whole(low=0 if isinstance(field, models.PositiveIntegerField) else -(2**53))
    raise LookupError(f"no kind for {field}")
