"""The zone itself and the people in it as the doors of the product need them: what it is called, who logs in."""

from xianxing.kernel.units.models import Person, Zone

__all__ = ["person_named", "person_of", "the_zone"]


def the_zone() -> Zone | None:
    """The zone this database belongs to; nothing before it is set up."""
    return Zone.objects.first()


def person_of(pk: int) -> Person:
    """A person by id, to be logged in or given a code; raises ``Person.DoesNotExist``."""
    return Person.objects.get(pk=pk, deleted_at=None)


def person_named(login: str) -> Person | None:
    """A person by log-in name, whether or not they may log in."""
    return Person.objects.filter(login=login.strip(), deleted_at=None).first()
