"""Each group beside all other residents whose characteristic is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.comparability import enough
from analysis.comparison import compare_counts_with_rest
from analysis.counts import Counts
from analysis.multiple import adjust

COLUMNS = (
    *("indicator", "dimension", "group", "n_in", "n_rest", "percent_in", "percent_rest"),
    *("difference", "difference_lower", "difference_upper", "p", "p_adjusted"),
)


def compare_rest(counts: Counts) -> pd.DataFrame:
    """Differences in percentage points with adjusted p-values; no test where either side is too small for one."""
    rows = compare_counts_with_rest(counts)
    large = enough(rows["n_in"], rows["n_effective_in"]) & enough(rows["n_rest"], rows["n_effective_rest"])
    rows = adjust(rows.assign(p=rows["p"].where(large, np.nan)), ["indicator", "dimension"])
    return rows.assign(p_adjusted=rows["p_bh"])[list(COLUMNS)]
