"""Each group beside all other residents whose characteristic is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.counts.tables import Counts
from analysis.estimation.comparison import compare_counts_with_rest
from analysis.estimation.multiple_testing import adjust
from analysis.thresholds import Thresholds, enough_to_test

KEYS = ["indicator", "dimension", "group"]
COLUMNS = (
    *("indicator", "dimension", "group", "n_in", "n_rest", "percent_in", "percent_rest"),
    *("difference", "difference_lower", "difference_upper", "p", "p_adjusted"),
)


def compare_rest(counts: Counts, estimates: pd.DataFrame, limits: Thresholds) -> pd.DataFrame:
    """Differences in percentage points with adjusted p-values; no test where either side is too small for one.

    `estimates` are the exact ones of the same counts: what other audiences than analysts see as of low reliability is
    not tested for them.
    """
    rows = compare_counts_with_rest(counts)
    large = enough_to_test(rows["n_in"], rows["n_effective_in"]) & enough_to_test(
        rows["n_rest"], rows["n_effective_rest"]
    )
    if limits.hide_base_under:
        low = estimates[limits.unreliable(estimates["n"], estimates["lower"], estimates["upper"])]
        large &= ~pd.MultiIndex.from_frame(rows[KEYS]).isin(pd.MultiIndex.from_frame(low[KEYS]))
    rows = adjust(rows.assign(p=rows["p"].where(large, np.nan)), ["indicator", "dimension"])
    return rows.assign(p_adjusted=rows["p_bh"])[list(COLUMNS)]
