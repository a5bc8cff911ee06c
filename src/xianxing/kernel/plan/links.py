"""From links to cases: one counting query per register for all links to it, and at most three for names and proofs."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import BigIntegerField, Case, Count, ExpressionWrapper, F, IntegerField, Q, Value, When

from xianxing.kernel import gate
from xianxing.kernel.actions.judge import tags_of
from xianxing.kernel.blockers import Blocked, Label
from xianxing.kernel.context import Context
from xianxing.kernel.filters import Filter, Query
from xianxing.kernel.flow.flow import Flow, Proof
from xianxing.kernel.kinds import Choice
from xianxing.kernel.light import because
from xianxing.kernel.plan.lights import CaseFacts
from xianxing.kernel.register import REGISTRY, Register

__all__ = ["CaseLink", "case_facts", "evidence_query"]

AT_ONCE, BITS = 300, 60
"""Links counted in one query, and how many of them share one whole number, in which each has a bit."""
EXAMPLES = 200
NAMES = 3
EVERYTHING = Q(pk__isnull=False)
OVERDUE, NEAR = 2, 1


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

    A limit is near that ends on the day ``near`` or before. Counts are the same for everybody; names are only those
    that the caller may see. A link that can no longer be read, because its slice or what its filters name is gone, has
    no facts.
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


@dataclass(frozen=True, slots=True)
class _Standing:
    """How a case stands, or how ``number`` cases stand that stand alike: all that counting needs to know."""

    links: int
    stage: str
    proven: str
    status: str
    as_stated: bool
    limit: int
    invented: bool
    number: int = 1

    def counts_as(self, link: CaseLink, flow: Flow) -> frozenset[str]:
        """Under which of a link's numbers these cases fall."""
        there = flow.at_least(link.stage)
        ended = self.status in flow.ending
        if ended and link.lost_leaves:
            return frozenset(("ended",))
        found = {"total"}
        if ended:
            found.add("ended")
        if not self.stage:
            found.add("unstated")
        if self.invented:
            found.add("invented")
        if self.proven in there:
            return frozenset((*found, "reached"))
        if not ended and self.limit:
            found.add("overdue" if self.limit == OVERDUE else "near")
        if self.stage in there:
            found.add("as_stated" if self.as_stated else "unproven")
        return frozenset(found)


_NUMBERS = ("total", "reached", "unstated", "overdue", "near", "unproven", "as_stated", "ended")
_STANDING = ("stage", "proven", "status", "as_stated", "limit", "invented")


def _filters(register: Register, link: CaseLink, day: date) -> Q:
    """A link's filters as a condition, read with the rights of the system: a light looks the same to everybody."""
    query = Query.read(register, Context.system(day), filters=link.tokens)
    return reduce(and_, (f.where(register, register.fields[f.field].path) for f in query.filters), EVERYTHING)


def _readable(register: Register, links: Iterable[CaseLink], day: date) -> list[tuple[CaseLink, Q]]:
    """The links whose stage and filters the register still knows, with their conditions."""
    found = []
    for link in links:
        if link.stage not in _flow(register).by_code:
            continue
        try:
            found.append((link, _filters(register, link, day)))
        except Blocked:
            continue
    return found


def _facts_of(
    register: Register, links: Sequence[CaseLink], context: Context, day: date, near: date
) -> dict[int, tuple[CaseFacts, bool]]:
    known = _readable(register, links, day)
    if not known:
        return {}
    flow = _flow(register)
    rows: Any = gate.rows(register, Context.public(day)).filter(reduce(or_, (condition for _link, condition in known)))
    bits = _bits([condition for _link, condition in known])
    rows = rows.order_by().annotate(limit=_limit(flow, day, near), **bits)
    groups = [_standing(raw, raw["number"]) for raw in rows.values(*_STANDING, *bits).annotate(number=Count("pk"))]
    counted = [_count(link, place, groups, flow) for place, (link, _condition) in enumerate(known)]
    rows = rows.values("id", *_STANDING, *bits, title_seen=register.title_seen())
    examples = _examples(register, context, rows, [link for link, _condition in known], counted)
    found = {}
    for (link, _condition), numbers, named in zip(known, counted, examples, strict=True):
        facts = CaseFacts(
            stage=flow.by_code[link.stage].label,
            needed=link.at_least,
            lost_leaves=link.lost_leaves,
            what=_what(register, link, day),
            missing=tuple(proof.label for proof in named.missing.values()),
            overdue_names=tuple(named.overdue[:NAMES]),
            unproven_names=tuple(named.unproven[:NAMES]),
            **{name: numbers[name] for name in _NUMBERS},
        )
        found[link.id] = facts, bool(numbers["invented"])
    return found


def _bits(conditions: Sequence[Q]) -> dict[str, Any]:
    """Which links a case belongs to, as whole numbers with a bit for each link."""
    found: dict[str, Any] = {}
    for first in range(0, len(conditions), BITS):
        bits: Any = Value(0)
        for place, condition in enumerate(conditions[first : first + BITS]):
            bit = Case(When(condition, then=Value(1 << place)), default=Value(0), output_field=BigIntegerField())
            bits = bits + bit
        found[f"links_{first}"] = ExpressionWrapper(bits, BigIntegerField())
    return found


def _standing(raw: Mapping[str, Any], number: int = 1) -> _Standing:
    """A row as fetched, its links in one number."""
    links = sum(value << int(name[6:]) for name, value in raw.items() if name.startswith("links_"))
    return _Standing(links=links, number=number, **{name: raw[name] for name in _STANDING})


def _limit(flow: Flow, day: date, near: date) -> Case:
    """Whether a case's nearest limit is past or near.

    One that only recurs, such as a fortnightly report, is never near: it would turn every light each fortnight.
    """
    recurring = [because(limit.label).message for stage in flow.stages for limit in stage.limits if limit.repeats]
    return Case(
        When(due_on__lt=day, then=Value(OVERDUE)),
        When(Q(due_on__lte=near) & ~Q(due_what__in=recurring), then=Value(NEAR)),
        default=Value(0),
        output_field=IntegerField(),
    )


def _count(link: CaseLink, place: int, groups: Iterable[_Standing], flow: Flow) -> Counter[str]:
    numbers: Counter[str] = Counter()
    for group in groups:
        if group.links >> place & 1:
            for name in group.counts_as(link, flow):
                numbers[name] += group.number
    return numbers


@dataclass(slots=True)
class _Examples:
    """Names of a link's cases that are overdue or unproven, and the evidence that the unproven ones lack."""

    overdue: list[str] = field(default_factory=list)
    unproven: list[str] = field(default_factory=list)
    missing: dict[str, Proof] = field(default_factory=dict)


def _examples(
    register: Register, context: Context, rows: Any, links: Sequence[CaseLink], counted: Sequence[Counter[str]]
) -> list[_Examples]:
    """A few cases behind what a light complains of; unproven ones first, then the longest overdue."""
    found = [_Examples() for _link in links]
    if not any(numbers["overdue"] or numbers["unproven"] for numbers in counted):
        return found
    flow = _flow(register)
    troubled = rows.filter(Q(limit=OVERDUE) | ~Q(proven=F("stage")))
    proven_last = Case(When(proven=F("stage"), then=Value(1)), default=Value(0), output_field=IntegerField())
    taken = list(troubled.order_by(proven_last, "due_on", "id")[:EXAMPLES])
    ids = [raw["id"] for raw in taken]
    may_see = set(gate.rows(register, context).filter(pk__in=ids).values_list("pk", flat=True))
    tags = tags_of(register.code, ids) if any(numbers["unproven"] for numbers in counted) else {}
    for raw in taken:
        standing = _standing(raw)
        for place, link in enumerate(links):
            if not standing.links >> place & 1:
                continue
            falls = standing.counts_as(link, flow)
            example = found[place]
            for name in {"overdue", "unproven"} & falls if raw["id"] in may_see else ():
                getattr(example, name).append(raw["title_seen"])
            if "unproven" in falls:
                lacking = flow.unproven(link.stage, tags.get(raw["id"], frozenset()))
                example.missing |= {proof.tag: proof for proof in lacking}
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
