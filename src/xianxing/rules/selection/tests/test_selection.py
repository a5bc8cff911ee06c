"""Selections against brute force over all of them, and what is promised about proof, order and reasons."""

from fractions import Fraction
from itertools import combinations
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xianxing.rules.selection import Chosen, Limit, Problem, alternatives, choose, listing, verdict
from xianxing.rules.selection.bounds import Pricing
from xianxing.rules.selection.listing import best_of, one_of
from xianxing.rules.selection.problem import wholes

QUIET = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def all_allowed(problem: Problem) -> list[tuple[int, ...]]:
    sizes = range(problem.size + 1)
    return [found for many in sizes for found in combinations(range(problem.size), many) if problem.allowed(found)]


def preferred(problem: Problem) -> tuple[int, ...] | None:
    """By looking at all: the best score, then in the first candidate in which two differ the one that has it."""
    ways = all_allowed(problem)
    return max(ways, key=lambda w: (problem.score(w), [place in w for place in range(problem.size)]), default=None)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Up to nine candidates; scores with many ties or amounts in fen; limits that bind, contradict, or say nothing."""
    size = draw(st.integers(1, 9))
    points = draw(
        st.sampled_from([st.integers(0, 3), st.integers(-5, 10_000), st.integers(1, 100).map(lambda n: n * 100)])
    )
    scores = wholes(draw(st.lists(points, min_size=size, max_size=size)))
    limits = []
    for number in range(draw(st.integers(0, 4))):
        amounts = draw(st.sampled_from([st.integers(0, 1), st.integers(-3, 5), st.integers(0, 10**13)]))
        weights = wholes(draw(st.lists(amounts, min_size=size, max_size=size)))
        whole = int(np.abs(weights).sum())
        low = draw(st.none() | st.integers(-2, max(whole, 1)))
        high = draw(st.none() | st.integers(-1, max(whole, 1)))
        limits.append(Limit(f"l{number}", weights, low, high))
    fixed = draw(st.dictionaries(st.integers(0, size - 1), st.integers(0, 1), max_size=2))
    return Problem(scores, tuple(limits), fixed)


@QUIET
@given(problems())
def test_the_selection_is_the_one_that_looking_at_all_of_them_gives(problem: Problem) -> None:
    wanted, found = preferred(problem), choose(problem)
    assert found.places == wanted
    if wanted is None:
        assert found.impossible
    else:
        assert found.proven
        assert found.settled
        assert found.score == problem.score(wanted)


@QUIET
@given(problems(), st.lists(st.floats(-1e4, 1e4, allow_nan=False), min_size=4, max_size=4))
def test_what_is_listed_is_the_best_whatever_the_prices_are(problem: Problem, prices: list[float]) -> None:
    ways = sorted(all_allowed(problem), key=lambda way: (*way, problem.size))
    best = max((problem.score(way) for way in ways), default=0)
    root = Pricing(problem).bound(np.array(prices[: len(problem.limits)]), problem.fixed)
    with patch.object(listing, "STEPS", range(9)):
        found = best_of(problem, root)
    assert all(problem.score(way) <= found.above for way in ways)
    if found.places:
        assert list(found.places) == [way for way in ways if problem.score(way) == best]
    near = one_of(problem, root, best)
    assert near is None or near in found.places or problem.score(near) == best


@QUIET
@given(problems())
def test_the_list_says_the_same_as_the_search(problem: Problem) -> None:
    with patch.object(listing, "STEPS", range(9)):
        found = choose(problem)
    wanted = preferred(problem)
    assert found.places == wanted
    assert wanted is None or (found.proven and found.settled)


@QUIET
@given(problems(), st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=4, max_size=4))
def test_a_bound_holds_whatever_the_prices_are(problem: Problem, prices: list[float]) -> None:
    bound = Pricing(problem).bound(np.array(prices[: len(problem.limits)]), problem.fixed)
    ways = all_allowed(problem)
    assert all(problem.score(way) <= bound.whole for way in ways)
    if ways:
        best = max(problem.score(way) for way in ways)
        for place, kept in bound.settled(best).items():
            if place not in problem.fixed:
                assert all((place in way) == bool(kept) for way in ways if problem.score(way) == best)


@QUIET
@given(problems(), st.data())
def test_the_loss_is_what_looking_at_all_with_the_candidate_on_the_other_side_gives(
    problem: Problem, data: st.DataObject
) -> None:
    best = choose(problem)
    free = [place for place in range(problem.size) if place not in problem.fixed]
    if best.places is None or not free:
        return
    place = data.draw(st.sampled_from(free))
    found = verdict(problem, best, place)
    ways = [w for w in all_allowed(problem) if (place in w) != (place in best.places)]
    assert found.loss == (best.score - max(map(problem.score, ways)) if ways else None)
    assert found.proven
    # With its score just beyond the turning point it changes sides.
    if found.turning is not None:
        scores = problem.scores.copy()
        scores[place] = found.turning + (-1 if found.chosen else 1)
        again = choose(Problem(scores, problem.limits, problem.fixed))
        assert again.places is not None
        assert (place in again.places) != found.chosen


@QUIET
@given(problems())
def test_alternatives_come_in_order_of_their_score_and_none_is_left_out(problem: Problem) -> None:
    best = choose(problem)
    ways = sorted((problem.score(way) for way in all_allowed(problem)), reverse=True)
    found = list(alternatives(problem, best, 50, most=3))
    assert [one.score for one in found] == [score for score in ways[1:4] if ways[0] - score <= 50]
    assert len({one.places for one in (best, *found)}) == len(found) + 1


def hard(size: int, seed: int, wanted: int) -> Problem:
    """Uncorrelated scores under land, energy, budget and balance of seven industries."""
    chance = np.random.default_rng(seed)
    scores = chance.integers(2_000, 10_000, size)
    industry = chance.integers(0, 7, size)
    limits = [Limit("count", wholes([1] * size), high=wanted)]
    for code, low, high in (("land", 600_000, 20_000_000), ("energy", 50, 20_000), ("budget", 10**7, 2 * 10**9)):
        amounts = chance.integers(low, high, size)
        limits.append(Limit(code, amounts, high=int(amounts.sum()) * wanted * 4 // (size * 5)))
    shares = [(industry == one).astype(np.int64) for one in range(7)]
    limits += [Limit(f"of-{one}", share, wanted // 15, wanted // 5) for one, share in enumerate(shares)]
    return Problem(scores, tuple(limits))


def searched(problem: Problem, **limits: Any) -> Chosen:
    """Case by case, as where the list of what is good enough is too long."""
    with patch.object(listing, "STEPS", ()):
        return choose(problem, **limits)


@pytest.mark.parametrize("seed", [4, 5])
def test_list_and_search_prove_the_same_selection(seed: int) -> None:
    problem = hard(60, seed, 10)
    found, other = choose(problem), searched(problem, nodes=40_000, solver=0)
    assert other.proven
    assert found.places == other.places


def test_of_two_thousand_the_best_is_proven_in_whole_numbers() -> None:
    problem = hard(2_000, 3, 200)
    found = choose(problem)
    assert found.proven
    assert found.settled
    assert found.places is not None
    assert problem.allowed(found.places)
    assert found.score == problem.score(found.places)


def test_39_of_several_hundred_are_proven_and_do_not_depend_on_where_the_search_began() -> None:
    problem = hard(240, 3, 39)
    found = choose(problem)
    assert found.proven
    assert found.settled
    assert found.places is not None
    assert problem.allowed(found.places)
    turned = np.arange(problem.size)[::-1]
    mirrored = Problem(
        problem.scores[turned], tuple(Limit(x.code, x.weights[turned], x.low, x.high) for x in problem.limits)
    )
    assert choose(mirrored, order=False).score == found.score


def test_a_search_that_ends_early_says_the_gap_and_never_that_it_is_proven() -> None:
    problem = hard(240, 3, 39)
    best, cut = choose(problem), searched(problem, nodes=3, solver=0)
    assert cut.gap is not None
    assert cut.bound is not None
    assert not cut.proven
    assert cut.score <= best.score <= cut.bound


def test_what_only_the_solver_proves_is_not_called_proven_in_whole_numbers() -> None:
    problem = hard(240, 3, 39)
    best, found = choose(problem), searched(problem, nodes=3)
    assert (found.solver, found.proven, found.settled) == (True, False, False)
    assert found.score == best.score
    assert found.bound is not None
    assert found.bound > found.score


def test_of_many_candidates_a_gap_of_a_ten_thousandth_is_proven() -> None:
    problem = hard(6_000, 1, 600)
    found = choose(problem, tolerance=Fraction(1, 10_000))
    assert found.places is not None
    assert problem.allowed(found.places)
    assert found.gap is not None
    assert found.gap <= Fraction(1, 10_000)


def test_what_is_too_large_to_be_counted_exactly_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        Problem(wholes([1, 1]), (Limit("budget", wholes([2**53, 1])),))
    with pytest.raises(ValueError, match="1 numbers for 2"):
        Problem(wholes([1, 1]), (Limit("land", wholes([1])),))
