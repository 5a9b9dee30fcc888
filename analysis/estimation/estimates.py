"""Weighted percentages with their honest uncertainty, from counts alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.counts.coding import Integers
from analysis.counts.counting import By, count
from analysis.counts.indicators import Indicator
from analysis.counts.linked_indicators import remember
from analysis.counts.tables import JOIN, WEIGHT, Counts, CountTable
from analysis.errors import AnalysisError
from analysis.estimation.intervals import wilson

Floats = NDArray[np.float64]
Number = TypeVar("Number", np.int64, np.float64)


@dataclass(frozen=True)
class Sums:
    """What every figure is made of, each (groups x indicators): counts, and sums of w, w*yes, w^2 and w^2*yes."""

    n: Integers
    yes: Integers
    weight: Floats
    weight_yes: Floats
    square: Floats
    square_yes: Floats

    def each(self, rule: Callable[[NDArray[Any]], NDArray[Any]]) -> Sums:
        """Apply a rule on groups (a choice, a sum) to every part."""
        return Sums(*(rule(getattr(self, field)) for field in Sums.__dataclass_fields__))

    @property
    def share(self) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.weight_yes / self.weight

    @property
    def n_effective(self) -> Floats:
        """Kish's effective number inside each base: (sum w)^2 / sum w^2; 0 where nobody is."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.square > 0, self.weight**2 / self.square, 0.0)


def estimate(
    responses: pd.DataFrame,
    indicators: Sequence[Indicator],
    by: By,
    weights: pd.Series | None = None,
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Estimates of each indicator for the city and for every group of each breakdown.

    One row an indicator, dimension and group (the city is dimension "city", group ""). `n` and `yes` are respondents,
    unweighted; `percent...`, `lower`, `upper` (Wilson, 95 %) and `std_error` are 0-100; `design_effect` and
    `n_effective` are Kish's, inside the figure's own base. A group with nobody in the base has n 0 and no figures.
    Without `weights` everybody counts the same.
    """
    figures = estimate_counts(count(responses, indicators, by, weights=weights, groups=groups))
    return remember(figures, indicators)


def estimate_counts(counts: Counts, weights: pd.Series | None = None) -> pd.DataFrame:
    """The same from counts. `weights` is the weight of each cell (from `rake_counts`); counts by weight need none."""
    per_cell = cell_weights(counts, weights)
    parts = [_figures(group_sums(table, per_cell), counts.respondents) for table in counts.tables]
    labels = [(table.dimension.name, JOIN.join(group)) for table in counts.tables for group in table.groups]
    # (groups x indicators) of every table under one another, then read by indicator
    columns = {name: np.concatenate([part[name] for part in parts]).T.ravel() for name in parts[0]}
    repeated = labels * len(counts.indicators)
    keys = {
        "indicator": np.repeat(np.array(counts.indicators, dtype=object), len(labels)),
        "dimension": [dimension for dimension, _ in repeated],
        "group": [group for _, group in repeated],
    }
    return pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in keys.items()} | columns)


def cell_weights(counts: Counts, weights: pd.Series | None) -> Floats:
    """The weight of one respondent in each cell, in the order of the cells."""
    if weights is None:
        level = counts.cells.get_level_values(WEIGHT) if counts.weighted else None
        return np.ones(len(counts.cells)) if level is None else level.to_numpy(dtype=np.float64)
    if not weights.index.equals(counts.cells):
        raise AnalysisError(
            "The weights are for other cells than the counts; make them from these counts with rake_counts."
        )
    return weights.to_numpy(dtype=np.float64)


def group_sums(table: CountTable, per_cell: Floats) -> Sums:
    """Sums of a table by group. Rows are in order of group and cell, so the order of additions is fixed."""
    weight = per_cell[table.cell][:, None]
    starts = np.flatnonzero(np.r_[True, table.group[1:] != table.group[:-1]]) if len(table.group) else table.group
    present = table.group[starts]

    def total(values: NDArray[Number]) -> NDArray[Number]:
        result = np.zeros((len(table.groups), values.shape[1]), dtype=values.dtype)
        if len(starts):
            result[present] = np.add.reduceat(values, starts, axis=0)
        return result

    first, second = weight * table.base, weight * table.yes
    return Sums(
        total(table.base), total(table.yes), total(first), total(second), total(weight * first), total(weight * second)
    )


def standard_error(sums: Sums, respondents: int) -> Floats:
    """Linearised standard error of a weighted share, weights taken as fixed; n/(n-1) with the n of the whole file.

    As R's `survey` does for domains of a design with replacement (Lumley 2010, section 2.2).
    """
    p = sums.share
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = sums.square_yes * (1 - p) ** 2 + (sums.square - sums.square_yes) * p**2
        correction = respondents / (respondents - 1) if respondents > 1 else np.nan
        return np.sqrt(spread / sums.weight**2 * correction)


def _figures(sums: Sums, respondents: int) -> dict[str, NDArray[Any]]:
    """The columns of the estimates, each (groups x indicators)."""
    lower, upper = wilson(sums.share, sums.n_effective)
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "n": sums.n,
            "yes": sums.yes,
            "percent_unweighted": 100 * sums.yes / sums.n,
            "percent": 100 * sums.share,
            "std_error": 100 * standard_error(sums, respondents),
            "design_effect": sums.n / np.where(sums.n_effective > 0, sums.n_effective, np.nan),
            "n_effective": sums.n_effective,
            "lower": 100 * lower,
            "upper": 100 * upper,
        }
