"""How far the facts go that are calculated with: then fewer operations need more than 64 bits, or more than 128."""

from collections.abc import Iterator, Mapping

import polars as pl

from xianxing.kernel.blockers import Blocked, Blocker
from xianxing.rules.conditions import Test
from xianxing.rules.engine.facts import column_name, fact
from xianxing.rules.faults import BAD_VALUE
from xianxing.rules.measures import BIGGEST
from xianxing.rules.population import Classes, Rank, Total
from xianxing.rules.ruleset import Criterion, Decision, Expression, Formula, Score, Term, Version
from xianxing.rules.sorts import scale_of
from xianxing.rules.syntax import RELATIONS, Binary, In, Literal, Name, Node, Unary, names_in

__all__ = ["calculated", "reaches"]


def reaches(frame: pl.LazyFrame, terms: Mapping[str, Term], schema: pl.Schema) -> Mapping[str, int]:
    """How far from 0 the facts of some inputs go, in one pass; narrow columns say so by their type.

    Raises :class:`Blocked` for the one whole number of 64 bits that has no opposite.
    """
    there = {name: term for name, term in terms.items() if term.measure.number and term.code in schema}
    taken = {name: fact(term, schema[term.code]) for name, term in there.items()}
    asked = {name: expr for name, (expr, dtype) in taken.items() if dtype == pl.Int64}
    if not asked:
        return {}
    ends = [end for name, expr in asked.items() for end in (expr.min().alias(f"{name}-"), expr.max().alias(f"{name}+"))]
    found = frame.select(ends).collect(engine="streaming").row(0, named=True)
    held = {name: max(abs(found[f"{name}-"] or 0), abs(found[f"{name}+"] or 0)) for name in asked}
    faults = [terms[name] for name, reach in held.items() if reach > BIGGEST]
    if faults:
        shown = str(-BIGGEST - 1)
        raise Blocked(tuple(Blocker(BAD_VALUE, t.code, t.label, shown, {"expected": t.measure.name}) for t in faults))
    return held


def calculated(version: Version) -> dict[str, Term]:
    """The inputs that are calculated with, not only compared, by the name of their column."""
    used = {name for step in version.steps for node, whole in _nodes(step) for name in _used(node, version, whole)}
    return {column_name(term): term for code, term in version.inputs.items() if code in used}


def _nodes(step: Formula | Criterion) -> Iterator[tuple[Node, bool]]:
    """The expressions of a step, and whether each is a formula."""
    if isinstance(step, Criterion):
        yield step.test.node, False
        return
    match step.body:
        case Expression(_, node):
            yield node, True
        case Decision(branches):
            yield from _lines([(branch.test, branch.then) for branch in branches])
        case Score(lines):
            yield from _lines([(line.test, line.points) for line in lines])
        case Total() | Rank() | Classes() as body:
            tests = [body.members.among, *([body.denominator] if isinstance(body, Classes) else [])]
            yield from [(test.node, False) for test in tests if isinstance(test, Test)]


def _lines(lines: list[tuple[Test | None, object]]) -> Iterator[tuple[Node, bool]]:
    for test, then in lines:
        if test is not None:
            yield test.node, False
        if isinstance(then, Expression):
            yield then.node, True


def _used(node: Node, version: Version, whole: bool) -> Iterator[str]:
    match node:
        case Binary("&&" | "||", left, right) if not whole:
            yield from _used(left, version, whole)
            yield from _used(right, version, whole)
        case Unary("!", of) if not whole:
            yield from _used(of, version, whole)
        case Binary(mark, Name() as left, right) if not whole and mark in RELATIONS and _as_it_is(left, right, version):
            return
        case In(Name() as left, options) if not whole and all(_as_it_is(left, one, version) for one in options):
            return
        case Name() if not whole:
            return
        case _:
            yield from names_in(node)


def _as_it_is(left: Name, right: Node, version: Version) -> bool:
    """Whether a name is compared with one value in its own scale; a number as written is brought to it."""
    own = version.scope[left.code].scale
    if isinstance(right, Literal):
        return right.scale <= own
    return not isinstance(right, Binary) and own == scale_of(right, version.scope)
