"""What people want dealt with first, ranked for the city and each ward, with ties and doubt said."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

COLUMNS = (
    "dimension",
    "group",
    "indicator",
    "rank",
    "tied",
    "rank_from",
    "rank_to",
    "n",
    "n_effective",
    "percent",
    "lower",
    "upper",
)
SAME = 1e-9


def rank_priorities(estimates: pd.DataFrame, indicators: Sequence[str], dimensions: Sequence[str]) -> pd.DataFrame:
    """Rank `indicators` within each group by weighted percent (exact, unsuppressed estimates).

    Equal shares share a rank (1, 2, 2, 4) and are marked `tied`. `rank_from` and `rank_to` are the best and worst
    rank that the 95% intervals allow: an item is surely above another only where the intervals do not overlap.
    Groups in which nobody chose anything have no rows.
    """
    wanted = estimates["indicator"].isin(indicators) & estimates["dimension"].isin(dimensions) & (estimates["n"] > 0)
    rows = estimates[wanted]
    if rows.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    ranked = [_ranked(group) for _key, group in rows.groupby(["dimension", "group"], sort=False)]
    return pd.concat(ranked, ignore_index=True)[list(COLUMNS)]


def _ranked(group: pd.DataFrame) -> pd.DataFrame:
    percent, lower, upper = (group[name].astype(float) for name in ("percent", "lower", "upper"))
    above = [int((percent > share + SAME).sum()) for share in percent]
    equal = [int(((percent - share).abs() <= SAME).sum()) for share in percent]
    ranked = group.assign(
        rank=[number + 1 for number in above],
        tied=[number > 1 for number in equal],
        rank_from=[int((lower > high).sum()) + 1 for high in upper],
        rank_to=[len(group) - int((upper < low).sum()) for low in lower],
    )
    return ranked.sort_values("rank", kind="stable")
