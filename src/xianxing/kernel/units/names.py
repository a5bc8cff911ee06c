"""Names of units, posts and people inside a sentence: put into the reader's language when it is read, not when made."""

from dataclasses import dataclass

from django.utils.translation import get_language

from xianxing.kernel.units.models import Person, Post, Unit

__all__ = ["Named", "named"]


@dataclass(frozen=True, slots=True)
class Named:
    """Both names of one thing; prints the English one to whoever reads English, where there is one."""

    name: str
    name_en: str = ""

    def __str__(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name


def named(thing: Unit | Post | Person) -> Named:
    """What a unit, post or person is called."""
    return Named(thing.name, thing.name_en)
