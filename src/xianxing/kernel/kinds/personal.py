"""Kinds of personal values: found only exactly, and masked for whoever may not read them in clear."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent

from xianxing.kernel.blockers import Problem, Refused
from xianxing.kernel.kinds.identifiers import Phone
from xianxing.kernel.kinds.kind import BAD_TYPE, EQUAL, PRESENCE
from xianxing.kernel.kinds.simple import LongText, Text

__all__ = ["MASK", "PersonalAccount", "PersonalId", "PersonalLongText", "PersonalPhone", "PersonalText"]

MASK = "**"
_ID = re.compile(r"^\d{17}[\dX]$", re.ASCII)
BAD_ID = Problem(
    "bad_id_number",
    _("“%(value)s” is not an identity number: %(why)s"),
    _("Copy all 18 characters from the identity card"),
)


@dataclass(frozen=True)
class PersonalText(Text):
    """A personal line of text, such as a name: 张**."""

    code: ClassVar[str] = "personal_text"
    operators: ClassVar[tuple[str, ...]] = (*EQUAL, *PRESENCE)

    def mask(self, value: str) -> str:
        """What is left of a value for whoever may not read it."""
        return value[:1] + MASK

    def same(self, value: str) -> str:
        """The form in which two values are compared."""
        return value.casefold()


@dataclass(frozen=True)
class PersonalLongText(LongText, PersonalText):
    """Several personal lines of text: of them nothing is left."""

    code: ClassVar[str] = "personal_long_text"
    operators: ClassVar[tuple[str, ...]] = PRESENCE

    def mask(self, value: str) -> str:
        return MASK


@dataclass(frozen=True)
class PersonalPhone(Phone, PersonalText):
    """A personal telephone number: 138****1234."""

    code: ClassVar[str] = "personal_phone"
    operators: ClassVar[tuple[str, ...]] = PersonalText.operators

    def mask(self, value: str) -> str:
        digits = self.same(value)
        return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else f"****{digits[-2:]}"

    def same(self, value: str) -> str:
        return "".join(character for character in value if character.isdigit())


@dataclass(frozen=True)
class PersonalId(PersonalText):
    """The identity number of GB 11643-1999: 18 characters, the last one a check character (ISO 7064 MOD 11-2).

    Whether its place exists is not asked: cards outlive the codes of counties. Its mask leaves the 6 digits of the
    place and the last 4.
    """

    code: ClassVar[str] = "personal_id"
    limit: int = 18

    def parse(self, raw: Any) -> str:
        text = str(super().parse(str(raw).replace(" ", ""))).upper()
        if not _ID.match(text):
            raise Refused(BAD_ID, why=_("it needs 17 digits and a digit or X"))
        if text[17] != ric.calc_check_digit(text):
            raise Refused(BAD_ID, why=_("the check character does not fit"))
        try:
            ric.get_birth_date(text)
        except InvalidComponent as error:
            raise Refused(BAD_ID, why=_("the day of birth in it does not exist")) from error
        return text

    def mask(self, value: str) -> str:
        return f"{value[:6]}{'*' * 8}{value[-4:]}"


@dataclass(frozen=True)
class PersonalAccount(PersonalText):
    """The number of somebody's bank account: digits alone; its mask leaves the last 4."""

    code: ClassVar[str] = "personal_account"
    limit: int = 30

    def parse(self, raw: Any) -> str:
        text = "".join(character for character in str(super().parse(raw)) if character not in " -")
        if not text.isascii() or not text.isdigit() or len(text) < 8:
            raise Refused(BAD_TYPE, expected=_("the number of an account"))
        return text

    def mask(self, value: str) -> str:
        return f"****{value[-4:]}"
