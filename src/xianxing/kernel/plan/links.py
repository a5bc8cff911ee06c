"""From links to cases: one counting query per register for all links to it, and at most three for names and proofs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, Value, When

from xianxing.kernel import gate
from xianxing.kernel.actions.judge import tags_of
from xianxing.kernel.blockers import Blocked, Label
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.flow.flow import Flow, Proof
from xianxing.kernel.kinds import Choice
from xianxing.kernel.plan.lights import CaseFacts
from xianxing.kernel.register import REGISTRY, Register

__all__ = ["CaseLink", "case_facts", "evidence_query"]

AT_ONCE = 100
EXAMPLES = 60
NAMES = 3
EVERYTHING = Q(pk__isnull=False)


@dataclass(frozen=True, slots=True)
class CaseLink:
    """A link to cases as evaluation needs it."""

    id: int
    register: str
    filters: str
    stage: str
    at_least: int | None
    lost_leaves: bool

    @property
    def tokens(self) -> list[str]:
        """The filters in their address form."""
        return [line.strip() for line in self.filters.splitlines() if line.strip()]


def evidence_query(link: CaseLink, day: date, *, reached: bool = False) -> tuple[Register, Query]:
    """The register and the query of the cases a link counts, or only of those that have reached its stage.

    Lost and abandoned cases are in it or not exactly as they are in the count.
    """
    register = REGISTRY[link.register]
    query = Query.read(register, Context.system(day), filters=link.tokens)
    if link.lost_leaves:
        query = query.adding(*(Filter("status", "is_not", (status,)) for status in _flow(register).ending))
    return register, query.adding(Filter("proven", "reached", (link.stage,))) if reached else query


def case_facts(links: Iterable[CaseLink], context: Context, day: date, near: date) -> dict[int, tuple[CaseFacts, bool]]:
    """The facts behind each link, and whether demo data is among them, by id of the link.

    A limit is near that ends on the day ``near`` or before. Counts are the same for everybody; names are only those that
    the caller may see. A link that can no longer be read, because its slice or what its filters name is gone, has no facts.
    """
    by_register: dict[str, list[CaseLink]] = {}
    for link in links:
        if link.register in REGISTRY:
            by_register.setdefault(link.register, []).append(link)
    found: dict[int, tuple[CaseFacts, bool]] = {}
    for code, group in by_register.items():
        for start in range(0, len(group), AT_ONCE):
            found |= _facts_of(REGISTRY[code], group[start : start + AT_ONCE], context, day, near)
    return found


def _flow(register: Register) -> Flow:
    if register.flow is None:
        raise LookupError(f"register {register.code} has no flow")
    return register.flow


def _where(register: Register, link: CaseLink, day: date) -> Q:
    """A link's filters as a condition, read with the rights of the system: a light looks the same to everybody."""
    query = Query.read(register, Context.system(day), filters=link.tokens)
    return reduce(and_, (f.where(register, register.fields[f.field].path) for f in query.filters), EVERYTHING)


@dataclass(frozen=True, slots=True)
class _Conditions:
    """What is counted for a link."""

    all: Q
    ended: Q
    reached: Q
    overdue: Q
    near: Q
    unproven: Q
    as_stated: Q

    @classmethod
    def of(cls, register: Register, link: CaseLink, day: date, near: date) -> "_Conditions":
        flow = _flow(register)
        there = flow.at_least(link.stage)
        linked, ended = _where(register, link, day), Q(status__in=flow.ending)
        counted = linked & ~ended if link.lost_leaves else linked
        short = counted & ~Q(proven__in=there)
        waits = short & ~ended
        return cls(
            all=counted,
            ended=linked & ended,
            reached=counted & Q(proven__in=there),
            overdue=waits & Q(due_on__lt=day),
            near=waits & Q(due_on__gte=day, due_on__lte=near),
            unproven=short & Q(stage__in=there, as_stated=False),
            as_stated=short & Q(stage__in=there, as_stated=True),
        )


def _facts_of(
    register: Register, links: Sequence[CaseLink], context: Context, day: date, near: date
) -> dict[int, tuple[CaseFacts, bool]]:
    conditions = _readable(register, links, day, near)
    if not conditions:
        return {}
    rows = gate.rows(register, Context.system(day)).order_by()
    numbers: Mapping[str, int] = rows.filter(reduce(or_, (c.all | c.ended for c in conditions.values()))).aggregate(
        **{
            f"{name}_{pk}": Count("pk", filter=condition)
            for pk, c in conditions.items()
            for name, condition in _counted(c)
        }
    )
    examples = _examples(register, context, day, conditions, numbers)
    found = {}
    for link in (link for link in links if link.id in conditions):
        named = examples.get(link.id, _Examples())
        facts = CaseFacts(
            stage=_flow(register).by_code[link.stage].label,
            needed=link.at_least,
            lost_leaves=link.lost_leaves,
            what=_what(register, link, day),
            missing=_missing(register, link, named),
            overdue_names=tuple(named.overdue[:NAMES]),
            unproven_names=tuple(named.unproven[:NAMES]),
            **{name: numbers[f"{name}_{link.id}"] for name in _FIELDS},
        )
        found[link.id] = facts, bool(numbers[f"invented_{link.id}"])
    return found


def _readable(register: Register, links: Iterable[CaseLink], day: date, near: date) -> dict[int, _Conditions]:
    """The conditions of all links whose stage and filters the register still knows."""
    found = {}
    for link in links:
        if link.stage not in _flow(register).by_code:
            continue
        try:
            found[link.id] = _Conditions.of(register, link, day, near)
        except Blocked:
            continue
    return found


_FIELDS = ("total", "reached", "unstated", "overdue", "near", "unproven", "as_stated", "ended")


def _counted(c: _Conditions) -> Iterable[tuple[str, Q]]:
    return (
        ("total", c.all),
        ("reached", c.reached),
        ("unstated", c.all & Q(stage="")),
        ("overdue", c.overdue),
        ("near", c.near),
        ("unproven", c.unproven),
        ("as_stated", c.as_stated),
        ("ended", c.ended),
        ("invented", c.all & Q(invented=True)),
    )


class _Examples:
    """Names of a link's cases that are overdue or unproven, and the evidence tags of the unproven ones."""

    def __init__(self) -> None:
        self.overdue: list[str] = []
        self.unproven: list[str] = []
        self.standing: list[frozenset[str]] = []


def _examples(
    register: Register, context: Context, day: date, conditions: Mapping[int, _Conditions], numbers: Mapping[str, int]
) -> dict[int, _Examples]:
    wanted = {
        (name, pk): getattr(c, name)
        for pk, c in conditions.items()
        for name in ("overdue", "unproven")
        if numbers[f"{name}_{pk}"]
    }
    if not wanted:
        return {}
    flags = {
        f"{name}_{pk}": Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())
        for (name, pk), condition in wanted.items()
    }
    rows: Any = gate.rows(register, Context.system(day)).filter(reduce(or_, wanted.values()))
    taken = list(rows.order_by("due_on", "id").values("id", title_seen=register.title_seen(), **flags)[:EXAMPLES])
    ids = [row["id"] for row in taken]
    may_see = set(gate.rows(register, context).filter(pk__in=ids).values_list("pk", flat=True))
    tags = tags_of(register.code, ids) if any(name == "unproven" for name, _pk in wanted) else {}
    found: dict[int, _Examples] = {}
    for row in taken:
        for name, pk in wanted:
            if not row[f"{name}_{pk}"]:
                continue
            example = found.setdefault(pk, _Examples())
            if row["id"] in may_see:
                getattr(example, name).append(row["title_seen"])
            if name == "unproven":
                example.standing.append(tags.get(row["id"], frozenset()))
    return found


def _what(register: Register, link: CaseLink, day: date) -> tuple[Label, ...]:
    """The choices by which a link picks its cases (“new energy”): what tells it from its neighbours."""
    query = Query.read(register, Context.system(day), filters=link.tokens)
    found: list[Label] = []
    for condition in query.filters:
        kind = register.fields[condition.field].kind
        if isinstance(kind, Choice):
            found += [label for value, label in kind.options if value in condition.values]
    return tuple(found)


def _missing(register: Register, link: CaseLink, named: _Examples) -> tuple[Label, ...]:
    """Labels of the evidence that the unproven cases lack up to the link's stage."""
    flow = _flow(register)
    lacking: dict[str, Proof] = {}
    for tags in named.standing:
        lacking |= {proof.tag: proof for proof in flow.unproven(link.stage, tags)}
    return tuple(proof.label for proof in lacking.values())
