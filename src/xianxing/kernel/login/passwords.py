"""Rules of passwords beside Django's own: kinds of signs, the last ones, age."""

from datetime import timedelta

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from xianxing.kernel import clock
from xianxing.kernel.login.models import PastPassword
from xianxing.kernel.login.policy import Policy
from xianxing.kernel.units.models import Person

__all__ = ["Kinds", "NotAgain", "is_too_old", "remember"]

KINDS, LONG, LAST = 3, 16, 5


class Kinds:
    """Three of four kinds of signs (small, capital, digit, other); from 16 signs on two."""

    def validate(self, password: str, user: object = None) -> None:
        del user
        tests = (str.islower, str.isupper, str.isdigit, lambda sign: not sign.isalnum())
        kinds = sum(any(test(sign) for sign in password) for test in tests)
        if kinds < (2 if len(password) >= LONG else KINDS):
            raise ValidationError(self.get_help_text(), code="kinds")

    def get_help_text(self) -> str:
        return _("Mix three of: small letters, capital letters, digits, other signs; from 16 signs on, two of them.")


class NotAgain:
    """Not one of the last five."""

    def validate(self, password: str, user: object = None) -> None:
        if not isinstance(user, Person) or user.pk is None:
            return
        last = PastPassword.objects.filter(person_id=user.pk).order_by("-id").values_list("digest", flat=True)[:LAST]
        if any(check_password(password, digest) for digest in {*last, user.password} if digest):
            raise ValidationError(self.get_help_text(), code="again")

    def get_help_text(self) -> str:
        return _("Not one of your last five passwords.")


def remember(person: int, digest: str) -> None:
    """Keep the digest of a password just chosen, and no more than the last five."""
    PastPassword.objects.create(person_id=person, digest=digest, at=clock.instant())
    kept = PastPassword.objects.filter(person_id=person).order_by("-id").values_list("pk", flat=True)[:LAST]
    PastPassword.objects.filter(person_id=person).exclude(pk__in=list(kept)).delete()


def is_too_old(person: int, rules: Policy) -> bool:
    """Whether a password's days are over; one chosen before this was kept has no age."""
    if not rules.password_days:
        return False
    at = PastPassword.objects.filter(person_id=person).order_by("-id").values_list("at", flat=True).first()
    return at is not None and clock.instant() - at >= timedelta(days=rules.password_days)
