"""Everybody's log-in at a glance, for the security administrator: read in a few queries, whatever their number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from xianxing.kernel.login.models import (
    LoginRecord,
    LoginSession,
    OutsideIdentity,
    Passkey,
    TimeCode,
)
from xianxing.kernel.login.policy import Policy
from xianxing.kernel.login.tries import key_of, locked
from xianxing.kernel.units.models import Person

__all__ = ["Doorway", "doorways"]


@dataclass(frozen=True)
class Doorway:
    """How somebody gets in, and whether they do now."""

    person: int
    login: str
    name: str
    name_en: str
    password: bool
    codes: bool
    passkeys: int
    outside: int
    sessions: int
    last: datetime | None
    locked: bool
    ended: bool


def doorways(rules: Policy, people: Iterable[int] | None = None) -> list[Doorway]:
    """All people, or those, by log-in name."""
    rows = Person.objects.filter(deleted_at=None).order_by("login")
    found = list(rows if people is None else rows.filter(pk__in=list(people)))
    keys = {key: p.pk for p in found for key in (key_of("name", p.login), key_of("code", str(p.pk)))}
    shut = {keys[key] for key in locked(dict.fromkeys(keys, rules.name_tries), rules)}
    codes = set(TimeCode.objects.values_list("person_id", flat=True))
    keyed, outside, sessions = (_count(model) for model in (Passkey, OutsideIdentity, LoginSession))
    seen = LoginRecord.objects.filter(refused=False).order_by().values("person_id").annotate(at=Max("at"))
    last: Mapping[int, datetime] = {row["person_id"]: row["at"] for row in seen}
    return [
        Doorway(
            person=p.pk,
            login=p.login,
            name=p.name,
            name_en=p.name_en,
            password=bool(p.password),
            codes=p.pk in codes,
            passkeys=keyed.get(p.pk, 0),
            outside=outside.get(p.pk, 0),
            sessions=sessions.get(p.pk, 0),
            last=last.get(p.pk),
            locked=p.pk in shut,
            ended=not p.is_active,
        )
        for p in found
    ]


def _count(model: type[Passkey] | type[OutsideIdentity] | type[LoginSession]) -> dict[int, int]:
    rows = model.objects.order_by().values("person_id").annotate(size=Count("pk"))
    return {row["person_id"]: row["size"] for row in rows}
