"""Estimates as an audience sees them: hidden figures replaced, bases and percentages rounded, small bases flagged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import AnalysisError, listed
from analysis.rows import keys
from analysis.suppressed import NOT_APPLICABLE, NOT_AVAILABLE, Suppressed
from analysis.thresholds import Thresholds, limits, thresholds

KEYS = ("indicator", "dimension", "group")
BASES = ("n", "n_in", "n_rest", "n_effective", "n_effective_in", "n_effective_rest")
PERCENTAGES = (
    *("percent", "lower", "upper", "percent_in", "percent_rest"),
    *("difference", "difference_lower", "difference_upper", "baseline_percent", "percent_all_answers"),
)
EFFECTIVE = ("n_effective", "n_effective_in", "n_effective_rest")
DIGITS = {"percent_unweighted": 1, "std_error": 1, "design_effect": 2}
TESTS = ("z", "p", "p_holm", "p_bh")
Bools = NDArray[np.bool_]


def apply_suppression(
    estimates: pd.DataFrame, limits: Thresholds, reasons: NDArray[Any], bases_hidden: Bools
) -> pd.DataFrame:
    """Replace, round and flag; `reasons` says why a row is hidden ("" where it is not). See `disclosure.protect`."""
    hidden = reasons != ""
    n, lower, upper = (estimates[column].to_numpy(dtype=np.float64) for column in ("n", "lower", "upper"))
    low = limits.unreliable(n, lower, upper) & ~hidden
    result = _rounded(estimates, limits)
    for column in _figures(result):
        result[column] = _replaced(result[column], bases_hidden if column == "n" else hidden, Suppressed())
    for column in limits.withheld:
        if column in result.columns:
            result[column] = _replaced(result[column], ~hidden, Suppressed(NOT_AVAILABLE))
    before = result["flags"].tolist() if "flags" in result.columns else [""] * len(result)
    marks = np.where(hidden, "[c]", np.where(low, "[u]", "")).tolist()
    result["flags"] = [f"{old}{mark}" for old, mark in zip(before, marks, strict=True)]
    result["hidden_because"] = reasons
    return result.astype({"flags": "str", "hidden_because": "str"})


def propagate_suppression(
    frame: pd.DataFrame, audience: str, protected: pd.DataFrame | Sequence[pd.DataFrame]
) -> pd.DataFrame:
    """Hide in another frame (comparisons, charts, rankings) every row whose figure is hidden in a protected frame.

    `frame` has `indicator, dimension, group`, perhaps `other` (a second group); its numeric columns are figures and
    are rounded as the audience needs. Give the protected estimates of every wave that went into it: two for a
    comparison of waves; with one, `n_rest` is the rest of the city and is hidden too where a group is. Where a figure
    is flagged "[u]" (low reliability), the tests are "[z]".
    """
    limits = thresholds(audience)
    missing = [column for column in KEYS if column not in frame.columns]
    if missing:
        raise AnalysisError(f"The frame lacks the column {listed(missing)}, so its hidden figures cannot be found.")
    sources = [protected] if isinstance(protected, pd.DataFrame) else list(protected)
    hidden = _touches(frame, _keys(source[source["hidden_because"] != ""] for source in sources))
    result = _rounded(frame, limits)
    for column in _figures(result):
        result[column] = _replaced(result[column], hidden, Suppressed())
    if len(sources) == 1 and "other" not in frame.columns:
        result = _without_rest(result, sources[0])
    untested = _touches(frame, _keys(_too_small(source, limits) for source in sources)) & ~hidden
    for column in (column for column in result.columns if column in TESTS or column.startswith(("z_", "p_"))):
        result[column] = _replaced(result[column], untested, Suppressed(NOT_APPLICABLE))
    return result


def _without_rest(frame: pd.DataFrame, protected: pd.DataFrame) -> pd.DataFrame:
    """Hide the size of "the rest" where a group is hidden: together with the group's own it would give that away."""
    pairs = ["indicator", "dimension"]
    hidden = set(keys(protected[protected["hidden_because"] != ""], pairs))
    if not hidden:
        return frame
    where = np.array([pair in hidden for pair in keys(frame, pairs)], dtype=bool)
    for column in (column for column in ("n_rest", "n_effective_rest") if column in frame.columns):
        frame[column] = _replaced(frame[column], where, Suppressed())
    return frame


def _too_small(protected: pd.DataFrame, limits: Thresholds) -> pd.DataFrame:
    """Rows that are shown, but too unreliable for a test (the analyst still sees the test)."""
    return protected[protected["flags"].str.contains("[u]", regex=False) & bool(limits.hide_base_under)]


def _keys(frames: Iterable[pd.DataFrame]) -> set[tuple[str, ...]]:
    return {key for frame in frames for key in keys(frame, KEYS)}


def _touches(frame: pd.DataFrame, touched_by: set[tuple[str, ...]]) -> Bools:
    sides = [column for column in ("group", "other") if column in frame.columns]
    touched = np.zeros(len(frame), dtype=bool)
    if not touched_by:
        return touched
    for side in sides:
        rows = keys(frame, ["indicator", "dimension", side])
        touched |= np.array([row in touched_by for row in rows], dtype=bool)
    return touched


def _figures(frame: pd.DataFrame) -> list[str]:
    return [
        column
        for column in frame.columns
        if pd.api.types.is_numeric_dtype(frame[column]) and not pd.api.types.is_bool_dtype(frame[column])
    ]


def _replaced(column: pd.Series, where: Bools, by: Suppressed) -> pd.Series:
    if not where.any():
        return column
    values = column.astype(object).to_numpy(copy=True)
    values[where] = by
    return pd.Series(values, index=column.index, dtype=object)


def _rounded(frame: pd.DataFrame, limits: Thresholds) -> pd.DataFrame:
    """A copy with bases and percentages rounded, for everybody but the analyst.

    Percentages without all their decimals also keep two comparisons with "the rest" from being solved for its size, and
    an effective base (a whole number, as a base is) from telling a percentage that was rounded.
    """
    result = frame.copy()
    if not limits.hide_base_under:
        return result
    few = _few(frame) & (limits.round_bases_to > 1)
    for column in (column for column in PERCENTAGES if column in frame.columns):
        values = frame[column].to_numpy(dtype=np.float64)
        result[column] = np.where(few, np.round(values), np.round(values, 1))
    for column in (column for column in TESTS if column in frame.columns):
        result[column] = frame[column].round(3)
    for column in (column for column in BASES if column in frame.columns):
        if limits.round_bases_to > 1 or column in EFFECTIVE:
            result[column] = _to_step(frame[column], limits.round_bases_to)
    for column, digits in DIGITS.items():
        if column in frame.columns:
            result[column] = frame[column].round(digits)
    return result


def _few(frame: pd.DataFrame) -> Bools:
    """Rows on so small a base that a decimal would give it away."""
    columns = [column for column in ("n", "n_in", "n_rest", "baseline_n") if column in frame.columns]
    return (
        (frame[columns] < limits().whole_percent_under).any(axis=1).to_numpy(dtype=bool)
        if columns
        else np.zeros(len(frame), bool)
    )


def _to_step(column: pd.Series, step: int) -> pd.Series:
    values = np.floor(column.to_numpy(dtype=np.float64) / step + 0.5) * step
    rounded = pd.Series(values, index=column.index)
    return rounded.astype(np.int64) if pd.api.types.is_integer_dtype(column) else rounded
