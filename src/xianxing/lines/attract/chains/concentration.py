"""Measures of concentration, exact: location quotient, Herfindahl–Hirschman, largest shares, Ellison–Glaeser.

Amounts are whole numbers of one unit (fen, persons); results are fractions. What cannot be worked out is ``None``.
Formulas: zhjx19/mathmodels-book, regional-economics.qmd.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

__all__ = ["ellison_glaeser", "hhi", "largest", "location_quotient", "normalised"]


def location_quotient(branch: int, total: int, whole_branch: int, whole_total: int) -> Fraction | None:
    """LQ = (e_ij / e_i) / (E_j / E): above 1 the region is specialised in the branch."""
    if not total or not whole_branch or not whole_total:
        return None
    return Fraction(branch * whole_total, total * whole_branch)


def _shares(amounts: Iterable[int], total: int | None = None) -> list[Fraction]:
    found = [amount for amount in amounts if amount > 0]
    whole = sum(found) if total is None else total
    return [Fraction(amount, whole) for amount in found] if whole else []


def hhi(amounts: Iterable[int], total: int | None = None) -> Fraction | None:
    """Σ s² of the shares, from 0 to 1; in points it is 10,000 times that. ``total``: of whom not all are listed."""
    shares = _shares(amounts, total)
    return sum((share * share for share in shares), Fraction(0)) if shares else None


def normalised(value: Fraction | None, number: int) -> Fraction | None:
    """(HHI − 1/n) / (1 − 1/n): 0 where all are equal, whatever their number."""
    if value is None or number <= 1:
        return None
    even = Fraction(1, number)
    return (value - even) / (1 - even)


def largest(amounts: Iterable[int], many: int = 4, total: int | None = None) -> Fraction | None:
    """The share of the largest few (CR4)."""
    shares = _shares(amounts, total)
    return sum(sorted(shares, reverse=True)[:many], Fraction(0)) if shares else None


def ellison_glaeser(branch: Sequence[int], all_: Sequence[int], plants: Fraction | None) -> Fraction | None:
    """γ = (Σ(s − x)² / (1 − Σx²) − h) / (1 − h): how much closer a branch lies together than its plants alone explain.

    ``branch`` and ``all_`` are amounts by area, of the branch and of everything; ``plants`` is the branch's HHI over
    its plants. Above 0.05 it is high, below 0.02 low.
    """
    if not sum(branch) or not sum(all_) or plants is None or plants == 1:
        return None
    shares = [Fraction(amount, sum(branch)) for amount in branch]
    wholes = [Fraction(amount, sum(all_)) for amount in all_]
    spread = 1 - sum((whole * whole for whole in wholes), Fraction(0))
    if not spread:
        return None
    apart = sum(((share - whole) ** 2 for share, whole in zip(shares, wholes)), Fraction(0))
    return (apart / spread - plants) / (1 - plants)
