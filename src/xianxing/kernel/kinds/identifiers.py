"""Identifiers with a check digit."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Problem, Refused
from xianxing.kernel.kinds.kind import BAD_TYPE
from xianxing.kernel.kinds.simple import Text

__all__ = ["CreditCode", "Phone"]

BAD_CREDIT_CODE = Problem(
    "bad_credit_code",
    _("“%(value)s” is not a unified social credit code: %(why)s"),
    _("Copy all 18 characters from the business licence"),
)
_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {character: value for value, character in enumerate(_CHARACTERS)}
_WEIGHTS = tuple(3**place % 31 for place in range(17))
_SHAPE = re.compile(r"^[0-9A-HJ-NP-RTUWXY]{18}$")


@dataclass(frozen=True)
class CreditCode(Text):
    """The unified social credit code of GB 32100-2015: 18 characters, the last one a check character modulo 31."""

    code: ClassVar[str] = "credit_code"
    limit: int = 18

    def parse(self, raw: Any) -> str:
        text = str(super().parse(raw)).replace(" ", "").upper()
        if not _SHAPE.match(text):
            raise Refused(BAD_CREDIT_CODE, why=_("it needs 18 characters, digits and capitals without I, O, S, V, Z"))
        if check_character(text[:17]) != text[17]:
            raise Refused(BAD_CREDIT_CODE, why=_("the check character does not fit"))
        return text


def check_character(body: str) -> str:
    """The last character of a credit code, from the 17 before it (GB 32100-2015, annex A).

    Written out because an import checks a hundred thousand; a test compares it with python-stdnum.
    """
    total = sum([_VALUES[character] * weight for character, weight in zip(body, _WEIGHTS)])
    return _CHARACTERS[-total % 31]


_PHONE = re.compile(r"^\+?[\d\- ()]{5,24}$")


@dataclass(frozen=True)
class Phone(Text):
    """A telephone number as people write it."""

    code: ClassVar[str] = "phone"
    limit: int = 25

    def parse(self, raw: Any) -> str:
        text = str(super().parse(raw))
        if not _PHONE.match(text):
            raise Refused(BAD_TYPE, expected=_("a telephone number"))
        return text
