"""The solver (HiGHS) behind a narrow door: what it says is a hint in floating numbers, never a proof."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt

# The public wrapper of the same class prints a line into the standard output, where a command's JSON belongs.
from highspy._core import _Highs

from xianxing.rules.selection.problem import Problem

__all__ = ["Relaxed", "Solver"]

Floats = npt.NDArray[np.float64]
HALF = 0.5


@dataclass(frozen=True)
class Relaxed:
    """What the solver found of the problem with parts of candidates allowed. ``prices`` are what one unit more of each
    limit is worth; where nothing is possible they show the contradiction, and ``shares`` is empty."""

    shares: Floats
    prices: Floats

    @property
    def possible(self) -> bool:
        return len(self.shares) > 0


class Solver:
    """One problem in the solver, asked again and again with other candidates fixed."""

    def __init__(self, problem: Problem) -> None:
        self._size, table = problem.size, problem.table
        # Limits are counted in fen and in pieces: brought to one order of size, or the tolerances mean nothing.
        largest = np.abs(table).max(axis=1, initial=1).astype(np.float64)
        self._scale = np.exp2(-np.floor(np.log2(np.maximum(largest, 1))))
        self._solver = _Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 7)):
            self._solver.setOptionValue(option, value)
        self._solver.passModel(self._model(problem))
        self._all = np.arange(self._size, dtype=np.int32)

    def _model(self, problem: Problem) -> highspy.HighsLp:
        model, table, infinite = highspy.HighsLp(), problem.table, highspy.kHighsInf
        model.num_col_, model.num_row_ = problem.size, len(problem.limits)
        model.sense_ = highspy.ObjSense.kMaximize
        model.col_cost_ = problem.scores.astype(np.float64)
        model.col_lower_, model.col_upper_ = np.zeros(problem.size), np.ones(problem.size)
        bounds = [
            (-infinite if limit.low is None else limit.low, infinite if limit.high is None else limit.high)
            for limit in problem.limits
        ]
        model.row_lower_ = np.array([low for low, _high in bounds], dtype=np.float64) * self._scale
        model.row_upper_ = np.array([high for _low, high in bounds], dtype=np.float64) * self._scale
        rows, columns = np.nonzero(table)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.searchsorted(rows, np.arange(len(table) + 1)).astype(np.int32)
        model.a_matrix_.index_ = columns.astype(np.int32)
        model.a_matrix_.value_ = table[rows, columns] * self._scale[rows]
        return model

    def relax(self, fixed: Mapping[int, int]) -> Relaxed:
        """The best with parts of candidates allowed."""
        self._fix(fixed)
        self._solver.run()
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            found = self._solver.getSolution()
            return Relaxed(np.array(found.col_value), np.array(found.row_dual) * self._scale)
        _status, there, ray = self._solver.getDualRay()  # type: ignore[attr-defined]  # not in its stubs
        prices = np.array(ray) * self._scale if there else np.zeros(len(self._scale))
        return Relaxed(np.empty(0), prices)

    def guess(self, fixed: Mapping[int, int], *, nodes: int, slack: int = 0) -> tuple[tuple[int, ...] | None, bool]:
        """A good selection of whole candidates, if one was found, and whether the solver calls it the best. It looks at
        so many cases, or until it believes that no more than ``slack`` is missing."""
        self._fix(fixed)
        kinds = np.full(self._size, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
        options: tuple[tuple[str, Any], ...] = (
            ("mip_rel_gap", 0.0), ("mip_abs_gap", slack + 0.99), ("mip_max_nodes", nodes),
        )  # fmt: skip
        for option, value in options:
            self._solver.setOptionValue(option, value)
        self._solver.changeColsIntegrality(self._size, self._all, kinds)
        self._solver.run()
        found = self._solver.getSolution()
        best = self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        held = np.array(found.col_value)
        self._solver.changeColsIntegrality(self._size, self._all, np.zeros(self._size, dtype=np.uint8))
        if not found.value_valid or len(held) != self._size:
            return None, False
        return tuple(np.nonzero(held > HALF)[0].tolist()), best and not slack

    def _fix(self, fixed: Mapping[int, int]) -> None:
        low, high = np.zeros(self._size), np.ones(self._size)
        if fixed:
            places, kept = np.array(list(fixed)), np.array(list(fixed.values()), dtype=np.float64)
            low[places], high[places] = kept, kept
        self._solver.changeColsBounds(self._size, self._all, low, high)
