"""Logit-bounded calibration (Deville & Sarndal 1992): exact margins with every weight between two bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError

Floats = NDArray[np.float64]
Margins = Sequence[tuple[NDArray[np.intp], Floats]]
"For each variable the category of each cell and the totals to reach."
STEPS = 200


def bounded_factors(start: Floats, margins: Margins, bounds: tuple[float, float]) -> Floats:
    """Factor of each cell, low < factor < high, so that start * factor reaches every margin.

    Minimises the convex dual by damped Newton steps. Raises with the smallest feasible cap when there is none.
    """
    low, high = bounds
    if not 0 <= low < 1 < high < np.inf:
        raise AnalysisError(
            f"Weights between {low} and {high} times the mean cannot exist; the lower bound is from 0 to "
            "under 1 and the upper bound over 1."
        )
    design, totals = _design(start, margins)
    solved = _newton(start, design, totals, low, high)
    if solved is None:
        raise AnalysisError(_infeasible(start, design, totals, low, high))
    return solved


def _design(start: Floats, margins: Margins) -> tuple[Floats, Floats]:
    """One column a category, without the last of all but the first variable (they follow from the others)."""
    columns: list[Floats] = []
    totals: list[float] = []
    for number, (code, total) in enumerate(margins):
        kept = len(total) - (number > 0)
        columns += [(code == category).astype(np.float64) for category in range(kept)]
        totals += list(total[:kept])
    return np.column_stack(columns), np.array(totals)


def _newton(start: Floats, design: Floats, totals: Floats, low: float, high: float) -> Floats | None:
    slope = (high - low) / ((1 - low) * (high - 1))
    shift = np.log((1 - low) / (high - 1))
    scale = totals.sum()

    def dual(multipliers: Floats) -> tuple[float, Floats, Floats]:
        score = design @ multipliers
        inner = slope * score + shift
        sigma = 0.5 * (1 + np.tanh(inner / 2))
        value = start @ (low * score + (high - low) / slope * np.logaddexp(0, inner)) - totals @ multipliers
        return float(value), low + (high - low) * sigma, slope * (high - low) * sigma * (1 - sigma)

    multipliers = np.zeros(design.shape[1])
    value, factors, change = dual(multipliers)
    for _ in range(STEPS):
        gradient = design.T @ (start * factors) - totals
        if np.abs(gradient / totals).max() < 1e-14:
            break
        hessian = (design * (start * change)[:, None]).T @ design
        step = np.linalg.lstsq(hessian, gradient, rcond=1e-14)[0]
        size, promise = 1.0, float(gradient @ step)
        while size > 1e-8:
            trial = dual(multipliers - size * step)
            if trial[0] <= value - 1e-4 * size * promise + 1e-15 * scale:
                break
            size /= 2
        else:
            break
        multipliers = multipliers - size * step
        value, factors, change = trial
    gradient = design.T @ (start * factors) - totals
    return factors if np.abs(gradient / totals).max() < 1e-10 else None


def _infeasible(start: Floats, design: Floats, totals: Floats, low: float, high: float) -> str:
    cap = _smallest_cap(start, design, totals, low)
    begin = f"No weights between {low:g} and {high:g} times the mean reach the margins"
    if cap is None:
        return f"{begin}, whatever the upper bound: {low:g} is too high. Lower it or merge small categories."
    up = np.ceil(cap * 1000 + 1e-6) / 1000
    return f"{begin}; the smallest upper bound that does is {up:.3f}. Raise it to that or merge small categories."


def _smallest_cap(start: Floats, design: Floats, totals: Floats, low: float) -> float | None:
    """Smallest high for which factors in [low, high] reach the margins, by linear programming."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, hstack, identity

    cells = len(start)
    share = totals.sum()
    equal: Any = hstack([csr_array((design * start[:, None]).T / share), csr_array((len(totals), 1))])
    under: Any = hstack([identity(cells), csr_array(-np.ones((cells, 1)))])
    cost = np.r_[np.zeros(cells), 1.0]
    found = linprog(cost, under, np.zeros(cells), equal, totals / share, bounds=(low, np.inf), method="highs")
    return None if found.x is None else float(found.x[-1])
