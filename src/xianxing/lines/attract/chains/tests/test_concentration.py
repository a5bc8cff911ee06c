"""Measures of concentration against the published figures of the facts."""

from fractions import Fraction

import pytest

from xianxing.lines.attract.chains.concentration import ellison_glaeser, hhi, largest, location_quotient, normalised

WHOLE = (693642, 57767.9, 298296.6, 337578.1)


@pytest.mark.parametrize(
    ("region", "amounts", "printed"),
    [
        ("山东", (55288.8, 4902.8, 24814.9, 25571.1), ("1.06", "1.04", "0.950")),
        ("四川", (30342, 3661, 13192.5, 13488.6), ("1.45", "1.01", "0.913")),
        ("上海", (26887, 125.5, 8408.7, 18352.8), ("0.0560", "0.727", "1.40")),
    ],
)
def test_location_quotients_of_2015_come_out_as_printed_by_mathmodels(
    region: str, amounts: tuple[float, ...], printed: tuple[str, ...]
) -> None:
    """R package mathmodels, regional-economics: 31 provinces, 2015; three significant digits are printed."""
    del region
    total, *branches = (round(amount * 10) for amount in amounts)
    whole, *wholes = (round(amount * 10) for amount in WHOLE)
    found = [location_quotient(one, total, all_, whole) for one, all_ in zip(branches, wholes)]
    for value, text in zip(found, printed):
        assert value is not None
        assert f"{float(value):.{len(text) - 2}f}" == text


def test_shares_of_15_to_3_give_cr4_46_and_hhi_749_over_the_listed_firms() -> None:
    """Facts, attract 8: the shares sum to 79, so HHI is that of the listed firms in a market of 100."""
    shares = (15, 12, 10, 9, 8, 7, 6, 5, 4, 3)
    assert hhi(shares, 100) == Fraction(749, 10_000)
    assert largest(shares, 4, 100) == Fraction(46, 100)


def test_equal_firms_are_not_concentrated_whatever_their_number() -> None:
    assert normalised(hhi([5, 5, 5, 5]), 4) == 0
    assert normalised(hhi([5]), 1) is None
    assert hhi([0, 0]) is None


def test_a_branch_spread_as_everything_lies_no_closer_together_than_its_plants_explain() -> None:
    plants = hhi([1] * 10)
    assert plants == Fraction(1, 10)
    assert ellison_glaeser([30, 30, 40], [30, 30, 40], plants) == Fraction(-1, 9)
    together = ellison_glaeser([100, 0, 0], [30, 30, 40], plants)
    # (0.7² + 0.3² + 0.4²) / (1 − 0.34) = 0.74 / 0.66; (… − 0.1) / 0.9
    assert together == (Fraction(74, 66) - Fraction(1, 10)) / Fraction(9, 10)


def test_where_all_lie_in_one_area_closeness_cannot_be_worked_out() -> None:
    assert ellison_glaeser([10], [40], Fraction(1, 4)) is None
