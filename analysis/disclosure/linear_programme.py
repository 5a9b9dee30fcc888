"""A linear programme over hidden counts: between which values may sums of them lie, given all that is shown?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TOGETHER = 4_000
"Unknowns in one call of the solver: the same programme is solved for many sums at once, as blocks of a larger one."


class LinearProgramme:
    """Unknown counts, none below 0, of which some weighted sums are known and some have a top."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._facts: list[Floats] = []
        self._values: list[float] = []
        self._limits: list[Floats] = []
        self._tops: list[float] = []

    def fact(self, weights: Floats, value: float) -> None:
        """The weighted sum of the unknowns is known."""
        self._facts.append(weights)
        self._values.append(value)

    def limit(self, weights: Floats, top: float) -> None:
        """The weighted sum of the unknowns is at most `top`."""
        self._limits.append(weights)
        self._tops.append(top)

    def widths(self, targets: Sequence[Floats]) -> Floats:
        """Width of the interval of each weighted sum; very wide for one without a top, 0 where nothing can be said."""
        each = max(1, TOGETHER // (2 * self._size))
        parts = [self._solve(np.array(targets[start : start + each])) for start in range(0, len(targets), each)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _solve(self, targets: Floats) -> Floats:
        """The least and the largest value of every target, each in a block of its own."""
        from scipy.optimize import linprog
        from scipy.sparse import csr_array, eye_array, kron

        blocks: Any = eye_array(2 * len(targets))
        solve: Any = linprog
        cost = np.concatenate([targets, -targets])
        result = solve(
            cost.ravel(),
            A_ub=kron(blocks, csr_array(np.array(self._limits)), format="csr") if self._limits else None,
            b_ub=np.tile(self._tops, len(cost)) if self._limits else None,
            A_eq=kron(blocks, csr_array(np.array(self._facts)), format="csr") if self._facts else None,
            b_eq=np.tile(self._values, len(cost)) if self._facts else None,
            bounds=(0, self._beyond),
            method="highs",
        )
        if result.x is None:  # counts as no protection
            return np.zeros(len(targets))
        ends = (result.x.reshape(len(cost), self._size) * np.concatenate([targets, targets])).sum(axis=1)
        width: Floats = np.round(ends[len(targets) :] - ends[: len(targets)], 6)
        return width

    @property
    def _beyond(self) -> float:
        """More than any count can be, so that every programme has a solution."""
        return 10.0 * (1_000.0 + max((abs(value) for value in self._values), default=0.0))
