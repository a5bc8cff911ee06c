"""Kinds of value: one parser and one printer each, shared by form, API, sheet and command line."""

from xianxing.kernel.kinds.identifiers import CreditCode, Phone
from xianxing.kernel.kinds.kind import BAD_TYPE, Kind, is_empty, parse_each
from xianxing.kernel.kinds.measured import Area, Measured, Money, Percent, Ratio
from xianxing.kernel.kinds.personal import (
    PersonalAccount,
    PersonalId,
    PersonalLongText,
    PersonalPhone,
    PersonalText,
)
from xianxing.kernel.kinds.places import Point, Shape
from xianxing.kernel.kinds.simple import Choice, Choices, Day, LongText, Moment, Text, Whole, YesNo, choices

__all__ = [
    "BAD_TYPE",
    "Area",
    "Choice",
    "Choices",
    "CreditCode",
    "Day",
    "Kind",
    "LongText",
    "Measured",
    "Moment",
    "Money",
    "Percent",
    "PersonalAccount",
    "PersonalId",
    "PersonalLongText",
    "PersonalPhone",
    "PersonalText",
    "Phone",
    "Point",
    "Ratio",
    "Shape",
    "Text",
    "Whole",
    "YesNo",
    "choices",
    "is_empty",
    "parse_each",
]
