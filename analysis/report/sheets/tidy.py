"""The tidy table: every estimate of a summary with all its comparisons, one row a figure and earlier year."""

from __future__ import annotations

import pandas as pd

from analysis.estimation.multiple_testing import significance_mark
from analysis.summary.model import TIDY, Summary
from analysis.suppressed import Suppressed
from analysis.trend.earlier_waves import CURRENT

GROUP = ["indicator", "dimension", "group"]
REST = {
    "percent_rest": "rest_percent",
    "difference": "rest_difference",
    "difference_lower": "rest_difference_lower",
    "difference_upper": "rest_difference_upper",
}
RANKS = {"rank": "rank", "rank_from": "rank_from", "rank_to": "rank_to"}
COLUMN_WORDS = {
    "indicator": "Code of the figure.",
    "dimension": "What the groups are of; city is everybody.",
    "group": "Code of the group; empty for the city.",
    "baseline_year": "Empty: this wave alone. Otherwise the earlier year that the figure is compared with.",
    "n": "Responses in the base of the figure, unweighted.",
    "n_effective": "Effective responses in that base (Kish).",
    "percent": "Percentage of the base, 0 to 100.",
    "lower": "Lower limit of the 95% interval of the percentage.",
    "upper": "Upper limit of the 95% interval of the percentage.",
    "baseline_percent": "The earlier percentage.",
    "baseline_n": "Responses behind the earlier percentage; empty where not published.",
    "difference": "Percentage less earlier percentage, in percentage points, taken before rounding.",
    "comparability": "What the comparison with the earlier year allows.",
    "flags": "Marks of the figure and of the test against the earlier year.",
    "difference_lower": "Lower limit of the 95% interval of the difference.",
    "difference_upper": "Upper limit of the 95% interval of the difference.",
    "rest_percent": "Percentage of everybody else whose group is known.",
    "rest_difference": "Percentage less that of everybody else, in percentage points.",
    "rest_difference_lower": "Lower limit of the 95% interval of that difference.",
    "rest_difference_upper": "Upper limit of the 95% interval of that difference.",
    "rest_mark": "Result of the test against everybody else; empty where there was none.",
    "rank": "Place among the priorities of the group; empty for other figures.",
    "rank_from": "Best place that the intervals allow.",
    "rank_to": "Worst place that the intervals allow.",
    "sentence": "What may be said about the comparison with the earlier year.",
}
COLUMNS = tuple(COLUMN_WORDS)


def tidy_table(summary: Summary) -> pd.DataFrame:
    """Return the estimates with limits of differences, the comparison with everybody else, and ranks of priorities.

    The columns are those of `COLUMN_WORDS`. Comparisons with everybody else and ranks stand once, in the row of the
    wave alone. Percentages 0-100, differences in percentage points.
    """
    figures = summary.figures[[*TIDY, "difference_lower", "difference_upper", "sentence"]].copy()
    rest = _rest(summary.rest)
    ranks = summary.priorities
    ranks = ranks[[*GROUP, *RANKS]] if len(ranks) else pd.DataFrame(columns=[*GROUP, *RANKS])
    alone = figures["baseline_year"] == CURRENT
    parts = []
    for rows, own in ((figures[alone], True), (figures[~alone], False)):
        if own:
            rows = rows.reset_index().merge(rest, on=GROUP, how="left").merge(ranks, on=GROUP, how="left")
            rows = rows.set_index("index")
        parts.append(rows)
    return pd.concat(parts).reindex(figures.index)[list(COLUMNS)]


def _rest(rest: pd.DataFrame) -> pd.DataFrame:
    marks = [significance_mark(p) for p in rest["p_adjusted"]]
    return rest[[*GROUP, *REST]].rename(columns=REST).assign(rest_mark=marks)


def tidy_csv(summary: Summary) -> bytes:
    """Return the tidy table as CSV: UTF-8, shorthand where a figure is hidden, empty where there is none."""
    table = tidy_table(summary)
    for column in ("baseline_n", "rank", "rank_from", "rank_to"):
        table[column] = pd.Series([_whole(n) for n in table[column]], index=table.index, dtype=object)
    return table.to_csv(index=False, lineterminator="\n").encode("utf-8")


def _whole(n: object) -> object:
    return n if isinstance(n, Suppressed) else "" if pd.isna(n) else int(n)  # type: ignore[call-overload]
