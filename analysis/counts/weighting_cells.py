"""Weighting cells: respondents whose weights must be equal, or are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.counts.coding import BLANK, Codes, Columns, Integers, cross
from analysis.counts.tables import WEIGHT
from analysis.errors import AnalysisError


@dataclass(frozen=True)
class WeightingCells:
    """Weighting cells sorted by label: their index, respondents in each, the cell of every row, a row of every cell."""

    index: pd.MultiIndex
    rows: Integers
    of_row: NDArray[np.intp]
    first: NDArray[np.intp]


def raking_cells(columns: Columns, names: Sequence[str], rows: int) -> WeightingCells:
    """Cells of respondents who gave the same answer to every raking question (none named: one cell for all)."""
    return _sorted_cells([(columns[name].codes, columns[name].labels) for name in names], list(names), rows)


def weight_cells(weights: pd.Series, index: pd.Index) -> WeightingCells:
    """Cells of respondents with exactly the same weight."""
    codes, values = pd.factorize(check_weights(weights, index))
    return _sorted_cells([(codes, [*values.tolist(), None])], [WEIGHT], len(index))


def check_weights(weights: pd.Series, index: pd.Index) -> NDArray[np.float64]:
    """Weights in the order of the responses; refuses weights that cannot exist or belong to other rows."""
    if not weights.index.equals(index):
        if len(weights) != len(index) or not weights.index.is_unique or not index.isin(weights.index).all():
            raise AnalysisError("The weights are for other rows than the responses; make them from the same file.")
        weights = weights.reindex(index)
    try:
        values = weights.to_numpy(dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise AnalysisError("The weights are not numbers; read the column as numbers.") from error
    wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
    if len(wrong):
        raise AnalysisError(
            f"{len(wrong)} weights are missing, negative or infinite (the first in row '{index[wrong[0]]}'); "
            "a weight is a positive number."
        )
    if len(values) and not values.any():
        raise AnalysisError("Every weight is zero, so nobody would be counted; make the weights again.")
    return values


def _sorted_cells(keys: Sequence[tuple[Codes, Sequence[object]]], names: list[str], rows: int) -> WeightingCells:
    strata = cross([(codes, len(labels)) for codes, labels in keys], rows)
    levels = [[labels[code] for code in codes[strata.first].tolist()] for codes, labels in keys]
    index = pd.MultiIndex.from_arrays(levels or [[BLANK] * strata.size], names=names or ["all"])
    order = index.argsort()
    place = np.empty(strata.size, dtype=np.intp)
    place[order] = np.arange(strata.size)
    of_row = place[strata.of_row]
    rows_in = np.bincount(of_row, minlength=strata.size).astype(np.int64)
    return WeightingCells(index[order], rows_in, of_row, strata.first[order])
