"""What a post answers for: found in every register, so that nothing is left without a living owner.

Every reference to a post is a duty, except one whose field ends in ``by``: *reported by*, *asked by* say what somebody did
and stay true whoever sits there later. Records of the organisation itself (holdings, delegations) are not duties.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Label
from xianxing.kernel.flow.models import ClockRun
from xianxing.kernel.record import Record
from xianxing.kernel.register import REGISTRY, Register
from xianxing.kernel.store import CHUNK
from xianxing.kernel.units.models import Delegation, Holding, Post

__all__ = ["Duty", "duties_of", "owning_fields", "sentence", "unit_records"]

SHOWN = 3


@dataclass(frozen=True)
class Duty:
    """Open records of one register that posts answer for through one field."""

    register: Register
    field: str
    ids: tuple[int, ...]
    first: tuple[str, ...]

    def __str__(self) -> str:
        """In words: label, number, the first codes."""
        more = _("…") if len(self.ids) > len(self.first) else ""
        return str(_("%(label)s %(count)s (%(codes)s)")) % {
            "label": self.register.label,
            "count": len(self.ids),
            "codes": ", ".join(self.first) + str(more),
        }


def owning_fields() -> Iterator[tuple[Register, str]]:
    """Every register and field that names the post which answers for a record."""
    for register in REGISTRY.values():
        if register.model in {Holding, Delegation}:
            continue
        for field in register.model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is Post and not _tells_the_past(field.name):
                yield register, field.name


def _tells_the_past(name: str) -> bool:
    return name == "by" or name.endswith("_by")


def unclosed(register: Register) -> Q:
    """The condition of records that still ask for something: neither deleted nor, for cases, ended."""
    live = Q(deleted_at=None)
    return live & ~Q(status__in=register.flow.ending) if register.flow else live


def duties_of(posts: Sequence[int]) -> list[Duty]:
    """Everything open that posts answer for, and clocks that run on them for records they no longer own."""
    found: dict[tuple[str, str], Duty] = {}
    for register, field in owning_fields():
        rows = register.model._default_manager.filter(unclosed(register), **{f"{field}_id__in": list(posts)})
        named = list(rows.order_by("pk").values_list("pk", register._find(_naming(register))[0]))
        if named:
            ids = tuple(pk for pk, _name in named)
            found[register.code, field] = Duty(register, field, ids, tuple(str(n) for _pk, n in named[:SHOWN]))
    for duty in _clocks_alone(posts, list(found.values())):
        found[duty.register.code, ""] = duty
    return list(found.values())


def _naming(register: Register) -> str:
    return register.key if register.key in register.fields else register.title if register.title in register.fields else "pk"


def _clocks_alone(posts: Sequence[int], duties: Sequence[Duty]) -> Iterator[Duty]:
    """Clocks that run on a post without the record being its own: somebody was asked to answer in another's case."""
    owned = {(duty.register.code, pk) for duty in duties for pk in duty.ids}
    alone: dict[str, set[int]] = {}
    for code, record in ClockRun.objects.filter(post__in=list(posts), stopped_on=None).values_list("register", "record"):
        if (code, record) not in owned and code in REGISTRY:
            alone.setdefault(code, set()).add(record)
    for code, records in alone.items():
        ids = tuple(sorted(records))
        yield Duty(REGISTRY[code], "", ids, tuple(f"#{pk}" for pk in ids[:SHOWN]))


def sentence(duties: Sequence[Duty]) -> str:
    """All duties in one line, for a refusal."""
    return str(_("; ")).join(str(duty) for duty in duties)


def unit_records(posts: Sequence[int]) -> Iterator[tuple[Register, list[int]]]:
    """Open cases of posts, by register: their unit follows when the post moves to another one."""
    for register, field in owning_fields():
        if field != "owner" or "unit" not in {f.name for f in register.model._meta.concrete_fields}:
            continue
        rows = register.model._default_manager.filter(unclosed(register), owner_id__in=list(posts))
        ids = list(rows.values_list("pk", flat=True))
        if ids:
            yield register, ids


def parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Ids in portions that any store accepts in one statement."""
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def open_on(post: Post, day: date) -> bool:
    """Whether a post exists on a day."""
    return post.deleted_at is None and post.opened_on <= day and (post.closed_on is None or post.closed_on > day)
