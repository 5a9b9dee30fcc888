"""Who answered, beside who lives here: the response profile against the Census."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.counts.substantive import NOT_STATED
from analysis.study import Dimension

COLUMNS = (
    "dimension",
    "group",
    "respondents",
    "percent_of_stated",
    "population_percent",
    "difference",
    "weighted_percent",
)


def response_profile(
    base: pd.DataFrame, weights: pd.Series[float], dimensions: Sequence[Dimension], profile: pd.DataFrame
) -> pd.DataFrame:
    """Shares of the people who stated a characteristic, unweighted and weighted, beside the population's (percent).

    `profile`: `variable, category, population`. A dimension without population totals (such as channel) has shares of
    respondents only. The last row of each dimension counts those who did not state it; it has no share.
    """
    rows = [row for dimension in dimensions for row in _profile(base, weights, dimension, profile)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _profile(
    base: pd.DataFrame, weights: pd.Series[float], dimension: Dimension, profile: pd.DataFrame
) -> list[tuple[object, ...]]:
    values = base[dimension.name]
    stated = values.isin(list(dimension.groups))
    known = profile[profile["variable"] == dimension.name].set_index("category")["population"]
    total, weighted_total = int(stated.sum()), float(weights[stated].sum())
    rows: list[tuple[object, ...]] = []
    for group in dimension.groups:
        here = values == group
        n = int(here.sum())
        percent = 100 * n / total if total else None
        population = 100 * float(known[group]) / float(known.sum()) if group in known.index else None
        difference = percent - population if percent is not None and population is not None else None
        weighted = 100 * float(weights[here].sum()) / weighted_total if weighted_total else None
        rows.append((dimension.name, group, n, percent, population, difference, weighted))
    rows.append((dimension.name, NOT_STATED, int((~stated).sum()), None, None, None, None))
    return rows
