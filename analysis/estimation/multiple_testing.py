"""p-values adjusted for the number of comparisons in one family, and the mark that says what a test found."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.suppressed import Suppressed

Floats = NDArray[np.float64]


def holm(p: ArrayLike) -> Floats:
    """Holm (1979): the chance of any false alarm in the family is kept. NaN is not a test and stays NaN."""
    return _known_only(p, lambda values: np.maximum.accumulate(values * np.arange(len(values), 0, -1)))


def benjamini_hochberg(p: ArrayLike) -> Floats:
    """Benjamini & Hochberg (1995): the expected share of false alarms among those marked is kept. NaN stays NaN."""

    def step_up(values: Floats) -> Floats:
        scaled = values * len(values) / np.arange(1, len(values) + 1)
        return np.minimum.accumulate(scaled[::-1])[::-1]

    return _known_only(p, step_up)


def adjust(frame: pd.DataFrame, family: Sequence[str], p: str = "p") -> pd.DataFrame:
    """A copy with `p_holm` and `p_bh`, adjusted within rows that agree on the `family` columns."""
    result = frame.copy()
    result["p_holm"] = np.nan
    result["p_bh"] = np.nan
    codes = frame.groupby(list(family), sort=False, dropna=False).ngroup().to_numpy()
    together = np.argsort(codes, kind="stable")
    values = frame[p].to_numpy(dtype=np.float64)
    columns = {"p_holm": np.full(len(frame), np.nan), "p_bh": np.full(len(frame), np.nan)}
    for rows in np.split(together, np.flatnonzero(np.diff(codes[together])) + 1):
        if np.isnan(values[rows]).all():
            continue
        columns["p_holm"][rows] = holm(values[rows])
        columns["p_bh"][rows] = benjamini_hochberg(values[rows])
    return result.assign(**columns)


def _known_only(p: ArrayLike, rule: Callable[[Floats], Floats]) -> Floats:
    values = np.asarray(p, dtype=np.float64)
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known], kind="stable")]
    result = np.full(values.shape, np.nan)
    if len(order):
        # rounding must not make an adjusted value smaller than its own
        result[order] = np.clip(rule(values[order]), values[order], 1.0)
    return result


def significance_mark(p_adjusted: object) -> str:
    """Return the shorthand of an adjusted p-value; nothing where there was no test."""
    if isinstance(p_adjusted, Suppressed):
        return str(p_adjusted)
    p = float(p_adjusted)  # type: ignore[arg-type]
    if np.isnan(p):
        return ""
    for limit, mark in ((0.001, "[sss]"), (0.01, "[ss]"), (0.05, "[s]")):
        if p < limit:
            return mark
    return "[ns]"
