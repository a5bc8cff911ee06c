"""The same policies by others: hand-written NumPy, openfisca-core, the CEL library row by row.

Each goes from the same Parquet file to a table of 1 (holds), 0 (does not), -1 (unknown), a row per policy.
"""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray
from openfisca_core.entities import Entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from bench.policies import COLUMNS, FLAGS, Condition
from xianxing.rules.judge import judge_rows
from xianxing.rules.ruleset import RuleSet

Answers: TypeAlias = NDArray[np.int8]
Held: TypeAlias = tuple[NDArray[Any], NDArray[np.bool_]]
Policies: TypeAlias = list[list[Condition]]
BLOCK = 32_768
PERIOD = "2017"


def columns(path: Path) -> dict[str, Held]:
    """Values and whether they are known, as arrays."""
    frame = pl.read_parquet(path, columns=list(COLUMNS)).rechunk()
    return {
        name: (
            frame[name].fill_null(0 if name not in FLAGS else False).to_numpy(),
            frame[name].is_not_null().to_numpy(),
        )
        for name in COLUMNS
    }


def judged(condition: Condition, values: Callable[[str], Held]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where a condition holds, and where it is known; amounts in whole fen."""
    value, known = values(condition.column)
    if condition.column in FLAGS:
        return (value if condition.mark == "yes" else ~value), known
    if condition.share:
        share = Fraction(condition.share)
        revenue, also = values("revenue")
        return value * share.denominator >= revenue * share.numerator, known & also
    return (value >= condition.threshold if condition.mark == ">=" else value < condition.threshold), known


def all_hold(conditions: list[Condition], values: Callable[[str], Held]) -> Answers:
    """Kleene's "and" over the conditions of a policy."""
    holds, known = judged(conditions[0], values)
    yes, no = holds & known, ~holds & known
    for condition in conditions[1:]:
        holds, known = judged(condition, values)
        yes &= holds & known
        no |= ~holds & known
    return np.where(yes, np.int8(1), np.where(no, np.int8(0), np.int8(-1)))


def numpy_by_hand(path: Path, policies: Policies) -> Answers:
    """Block by block, so that a block stays in cache."""
    held = columns(path)
    rows = len(held[COLUMNS[0]][0])
    answers = np.empty((len(policies), rows), np.int8)
    for start in range(0, rows, BLOCK):
        end = start + BLOCK
        block = {name: (value[start:end], known[start:end]) for name, (value, known) in held.items()}
        for at, conditions in enumerate(policies):
            answers[at, start:end] = all_hold(conditions, block.__getitem__)
    return answers


def openfisca_system(policies: Policies) -> TaxBenefitSystem:
    """A country of openfisca-core. It knows no unknown, so each input has a second variable that says whether it is
    known; its whole numbers have 32 bits, so amounts are given 64 by hand: without that its results would be wrong."""
    firm = Entity("firm", "firms", "", "")
    system = TaxBenefitSystem([firm])
    for name in COLUMNS:
        _variable(system, firm, name, bool if name in FLAGS else int)
        _variable(system, firm, f"{name}_known", bool)
        if name not in FLAGS:
            system.variables[name].dtype = np.int64
    for at, conditions in enumerate(policies):
        _variable(system, firm, f"policy_{at}", int, _formula(conditions))
        system.variables[f"policy_{at}"].dtype = np.int8
    return system


def _variable(system: TaxBenefitSystem, firm: Entity, name: str, kind: type, formula: Any = None) -> None:
    parts: dict[str, Any] = {"value_type": kind, "entity": firm, "definition_period": DateUnit.YEAR, "label": name}
    system.add_variable(type(name, (Variable,), parts | ({"formula": formula} if formula else {})))


def _formula(conditions: list[Condition]) -> Callable[[Any, Any], Answers]:
    def formula(firm: Any, period: Any) -> Answers:
        return all_hold(conditions, lambda name: (firm(name, period), firm(f"{name}_known", period)))

    return formula


def openfisca(path: Path, policies: Policies) -> Answers:
    """From the file to the results, the system included."""
    held = columns(path)
    rows = len(held[COLUMNS[0]][0])
    system = openfisca_system(policies)
    simulation = SimulationBuilder().build_default_simulation(system, rows)
    for name, (value, known) in held.items():
        simulation.set_input(name, PERIOD, value)
        simulation.set_input(f"{name}_known", PERIOD, known)
    return np.stack([simulation.calculate(f"policy_{at}", PERIOD) for at in range(len(policies))])


def row_by_row(path: Path, rulesets: list[RuleSet], rows: int) -> Answers:
    """The reference path: the CEL library (Rust), a record at a time, with all reasons; of the first rows only."""
    facts = pl.read_parquet(path, n_rows=rows).to_dicts()
    day = date(2017, 9, 29)
    found = [[one.known("ok") for one in judge_rows(ruleset, facts, day)] for ruleset in rulesets]
    return np.array([[-1 if ok is None else int(ok) for ok in line] for line in found], np.int8)
