"""What a post or a unit answers for: found in every register, so that nothing is left without a living owner.

Every reference to a post is a duty, except one named ``post`` or ``…by``: *by*, *reported by*, *asked by* say who did
something and stay true whoever sits there later. Every reference to a unit is one. Records of the organisation
itself (posts, holdings, the history of units) are not duties; they have actions of their own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Problem
from xianxing.kernel.flow.models import ClockRun
from xianxing.kernel.register import REGISTRY, Reference, Register, find
from xianxing.kernel.units.models import Delegation, Holding, Person, Post, Unit, UnitEvent

__all__ = [
    "HAS_TASKS",
    "Duty",
    "Tasks",
    "clocks_alone",
    "duties_of_posts",
    "duties_of_units",
    "left_behind",
    "owning_fields",
]

SHOWN = 3
ENDED = frozenset(("closed_on", "ended_on", "solved_on"))
HAS_TASKS = Problem(
    "has_tasks",
    _("“%(name)s” would leave tasks without an owner: %(tasks)s"),
    _("Name a post to which everything is handed over"),
)
ORGANISATION = (Unit, UnitEvent, Post, Person, Holding, Delegation)


@dataclass(frozen=True)
class Duty:
    """Open records of one register that name a post or unit in one field."""

    register: Register
    field: str
    ids: tuple[int, ...]
    first: tuple[str, ...]

    def __str__(self) -> str:
        """In words: label, number, the first codes; of what can be concealed only that there is any."""
        if self.register.sides:
            return str(self.register.label)
        codes = ", ".join(self.first) + ("…" if len(self.ids) > len(self.first) else "")
        return str(_("%(label)s %(count)s (%(codes)s)")) % {
            "label": self.register.label,
            "count": len(self.ids),
            "codes": codes,
        }


@dataclass(frozen=True)
class Tasks:
    """All duties in one line, for a refusal: worded when it is read."""

    duties: tuple[Duty, ...]

    def __str__(self) -> str:
        return str(_("; ")).join(str(duty) for duty in self.duties)


def duties_of_posts(posts: Sequence[int]) -> list[Duty]:
    """Everything open that posts answer for."""
    return list(_duties(Post, posts))


def left_behind(posts: Sequence[int]) -> list[Duty]:
    """What would be left without an owner if nobody sat in the posts: their records, and clocks on others' records."""
    duties = duties_of_posts(posts)
    return [*duties, *clocks_alone(posts, duties)]


def duties_of_units(units: Sequence[int]) -> list[Duty]:
    """Everything open that names units: as responsible, leading, supporting."""
    return list(_duties(Unit, units))


def _duties(target: type[models.Model], keys: Sequence[int]) -> Iterator[Duty]:
    for register, field in owning_fields(target):
        rows = register.model._default_manager.filter(_unclosed(register), **{f"{field}_id__in": list(keys)})
        ids = tuple(rows.order_by("pk").values_list("pk", flat=True))
        if ids:
            yield Duty(register, field, ids, _names(register, ids))


def _names(register: Register, ids: Sequence[int]) -> tuple[str, ...]:
    """What people call the first of some records."""
    shown = register.model._default_manager.filter(pk__in=list(ids[:SHOWN])).order_by("pk")
    path = _naming(register)
    return tuple(
        f"#{pk}" if not name or path.endswith("pk") else str(name) for pk, name in shown.values_list("pk", path)
    )


def owning_fields(target: type[models.Model]) -> Iterator[tuple[Register, str]]:
    """Every register and field that names the post or unit which answers for a record."""
    for register in REGISTRY.values():
        if register.model in ORGANISATION:
            continue
        for field in register.model._meta.concrete_fields:
            if (
                isinstance(field, models.ForeignKey)
                and field.related_model is target
                and not _tells_the_past(field.name)
            ):
                yield register, field.name


def _tells_the_past(name: str) -> bool:
    return name in {"by", "post"} or name.endswith("_by")


def _unclosed(register: Register) -> Q:
    """The condition of records that still ask for something: neither deleted nor ended.

    A case ends by its status, a plain row by one of the days of :data:`ENDED`.
    """
    live = Q(deleted_at=None)
    for field in register.model._meta.concrete_fields:
        if field.name in ENDED:
            live &= Q(**{field.name: None})
    return live & ~Q(status__in=register.flow.ending) if register.flow else live


def _naming(register: Register) -> str:
    """The path of what people call a record: its code, else its title, else that of the record it belongs to.

    Never a personal column: whoever closes a post need not have the right to see its cases.
    """
    for name in (register.key, register.title):
        column = register.fields.get(name)
        if column and not column.personal and not isinstance(column.kind, Reference):
            return column.path
    return f"{register.parent}__{_naming(find(register.child_of))}" if register.child_of else "pk"


def clocks_alone(posts: Sequence[int], duties: Sequence[Duty]) -> list[Duty]:
    """Clocks that run on posts though the record is not theirs: somebody was asked to answer in another's case."""
    owned = {(duty.register.code, pk) for duty in duties for pk in duty.ids}
    alone: dict[str, set[int]] = {}
    for code, record in ClockRun.objects.filter(post__in=list(posts), stopped_on=None).values_list(
        "register", "record"
    ):
        if (code, record) not in owned and code in REGISTRY:
            alone.setdefault(code, set()).add(record)
    return [
        Duty(REGISTRY[code], "", tuple(sorted(records)), _names(REGISTRY[code], sorted(records)))
        for code, records in sorted(alone.items())
    ]
