"""A linear programme over hidden counts: between which values may a sum of them lie, given all that is shown?"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SEED, LOOKS, MOST = 1, 1, 100_000.0
UNBOUNDED = 3
"scipy's status of a linear programme without a finite answer; any other failure counts as no protection."


class Programme:
    """Unknown counts, none below 0. Every solution found is kept: two far enough apart prove a sum safe for nothing."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._facts: list[Floats] = []
        self._values: list[float] = []
        self._limits: list[Floats] = []
        self._tops: list[float] = []
        self._found: list[Floats] = []
        self._spread_already = False

    def fact(self, weights: Floats, value: float) -> None:
        """The weighted sum of the unknowns is known."""
        self._facts.append(weights)
        self._values.append(value)

    def limit(self, weights: Floats, top: float) -> None:
        """The weighted sum of the unknowns is at most `top`."""
        self._limits.append(weights)
        self._tops.append(top)

    def solution(self, counts: Floats) -> None:
        """Values that are known to fit, such as the true ones."""
        self._found.append(counts)

    def width(self, target: Floats, enough: float) -> float:
        """Width of the interval of a weighted sum, or any width of at least `enough`; 0 where nothing can be said."""
        if self._spread(target) < enough:
            self._spread_out()
        for sign in (1.0, -1.0):
            if self._spread(target) >= enough:
                break
            result = self._solve(sign * target)
            if result.status == UNBOUNDED:
                return float("inf")
            if result.x is None:
                return 0.0
            self._found.append(result.x)
        return round(self._spread(target), 6)

    def _spread_out(self) -> None:
        """Find a few solutions far apart, once: most sums are then seen to be safe without looking at each.

        They are the corners in some directions and their opposites, drawn from a fixed seed so that results repeat.
        """
        if self._spread_already:
            return
        self._spread_already = True
        directions = np.random.default_rng(SEED).standard_normal((LOOKS, self._size))
        for cost in (*directions, *-directions):
            result = self._solve(cost, MOST)
            if result.x is not None:
                self._found.append(result.x)

    def _spread(self, target: Floats) -> float:
        return float(np.ptp(np.array(self._found) @ target)) if self._found else 0.0

    def _solve(self, cost: Floats, most: float | None = None) -> Any:
        from scipy.optimize import linprog

        return linprog(
            cost,
            A_ub=np.array(self._limits) if self._limits else None,
            b_ub=self._tops or None,
            A_eq=np.array(self._facts) if self._facts else None,
            b_eq=self._values or None,
            bounds=(0, most),
            method="highs",
        )
