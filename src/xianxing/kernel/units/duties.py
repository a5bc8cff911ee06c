"""What a post or a unit answers for: found in every register, so that nothing is left without a living owner.

Every reference to a post is a duty, except one named ``post`` or ``…by``: *by*, *reported by*, *asked by* say who did
something and stay true whoever sits there later. Every reference to a unit is one, except those from whose side a
record is concealed. Records of the organisation itself (posts, holdings, the history of units) are not duties; they
have actions of their own. What is asked for with a context leaves out what is concealed from that caller.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Problem
from xianxing.kernel.context import Context
from xianxing.kernel.flow.models import ClockRun
from xianxing.kernel.register import REGISTRY, Reference, Register, find
from xianxing.kernel.units.models import Delegation, Holding, Person, Post, Unit, UnitEvent

__all__ = [
    "HAS_TASKS",
    "UNSEEN",
    "Duty",
    "Tasks",
    "clocks_alone",
    "duties_of_posts",
    "duties_of_units",
    "left_behind",
    "owning_fields",
    "unclosed",
]

SHOWN = 3
UNSEEN = _("work that your post does not see")
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
    seen: bool = True

    def __str__(self) -> str:
        """In words: label, number, the first codes; of what can be concealed only that there is any.

        Who has no right in such a register (``seen``) is not told which one it is.
        """
        if self.register.sides:
            return str(self.register.label if self.seen else UNSEEN)
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
        return str(_("; ")).join(dict.fromkeys(str(duty) for duty in self.duties))


def duties_of_posts(posts: Sequence[int], context: Context | None = None) -> list[Duty]:
    """Everything open that posts answer for."""
    return list(_duties(Post, posts, context))


def left_behind(posts: Sequence[int], context: Context | None = None) -> list[Duty]:
    """What would be left without an owner if nobody sat in the posts: their records, and clocks on others' records."""
    duties = duties_of_posts(posts, context)
    return [*duties, *clocks_alone(posts, duties, context)]


def duties_of_units(units: Sequence[int], context: Context | None = None) -> list[Duty]:
    """Everything open that names units: as responsible, leading, supporting."""
    return list(_duties(Unit, units, context))


def _duties(target: type[models.Model], keys: Sequence[int], context: Context | None) -> Iterator[Duty]:
    for register, field in owning_fields(target):
        if field in register.conceal:
            continue
        named = Q(**{f"{field}_id__in": list(keys)})
        rows = _known(register, context).filter(unclosed(register) & named)
        if ids := tuple(rows.order_by("pk").values_list("pk", flat=True)):
            yield _duty(register, field, ids, context)


def _known(register: Register, context: Context | None) -> "models.QuerySet[Any]":
    """The records of a register, without those concealed from a caller."""
    hidden = register.concealed(context) if context else Q()
    found: models.QuerySet[Any] = register.model._default_manager.all()
    return found.exclude(hidden) if hidden else found


def _duty(register: Register, field: str, ids: tuple[int, ...], context: Context | None) -> Duty:
    return Duty(register, field, ids, _names(register, ids), context is None or register.may(context, "view"))


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


def unclosed(register: Register) -> Q:
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


def clocks_alone(posts: Sequence[int], duties: Sequence[Duty], context: Context | None = None) -> list[Duty]:
    """Clocks that run on posts though the record is not theirs: somebody was asked to answer in another's case."""
    owned = {(duty.register.code, pk) for duty in duties for pk in duty.ids}
    alone: dict[str, set[int]] = {}
    for code, record in ClockRun.objects.filter(post__in=list(posts), stopped_on=None).values_list(
        "register", "record"
    ):
        if (code, record) not in owned and code in REGISTRY:
            alone.setdefault(code, set()).add(record)
    found = []
    for register, records in ((REGISTRY[code], records) for code, records in sorted(alone.items())):
        if context and register.concealed(context):
            records.intersection_update(_known(register, context).filter(pk__in=records).values_list("pk", flat=True))
        if records:
            found.append(_duty(register, "", tuple(sorted(records)), context))
    return found
