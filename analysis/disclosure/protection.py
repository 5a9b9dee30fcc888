"""Hide what could point to a person, after exact computation and before anything is shown.

One table of thresholds by audience (`thresholds.csv`). Small bases and, for sensitive items, small counts are hidden;
then further figures, until no hidden count follows from what is shown: sums of groups, answers to one question,
questions that lead to one another, and what was published of the same answers before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np
import pandas as pd

from analysis.counts.indicators import Indicator
from analysis.counts.linked_indicators import remembered
from analysis.counts.substantive import split_group
from analysis.disclosure.propagation import apply_suppression
from analysis.disclosure.suppression import FIGURES, EstimateTable, suppress_table
from analysis.errors import AnalysisError, listed
from analysis.study import CITY, Dimension
from analysis.thresholds import thresholds

__all__ = ["FIGURES", "protect"]
KEYS = ("indicator", "dimension", "group")


def protect(
    estimates: pd.DataFrame,
    audience: str,
    *,
    sensitive: Collection[str] = (),
    indicators: Sequence[Indicator] = (),
    dimensions: Iterable[Dimension] = (),
    published: Sequence[pd.DataFrame] = (),
    respondents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the estimates as `audience` (analyst, partner, public) may see them, in the same order.

    Hidden figures are `Suppressed`; `flags` holds "[c]" (confidential) and "[u]" (low reliability); `hidden_because`
    says why. `sensitive` names indicators about harm; a boolean column `sensitive` is respected. A breakdown is
    sensitive unless `dimensions` say that it is no special-category data, and so is one crossed with such. For the
    public, bases are rounded to 5 and columns that would give the exact base away are "[x]". Protect whole tables at
    once: rows that are taken out cannot be taken into account.

    `indicators` say which figures come from one question (a frame fresh from `estimate` knows by itself).
    `published`: what earlier publications of the same answers gave away, as `disclosed` returned it. `respondents`:
    `dimension, group, n` of the people in each group, as they are shown beside the figures; missing where hidden.
    """
    limits = thresholds(audience)
    _check(estimates, sensitive)
    reasons = np.full(len(estimates), "", dtype=object)
    bases = np.zeros(len(estimates), dtype=bool)
    if limits.hide_base_under and len(estimates):
        table = EstimateTable.of(estimates, _sensitive_rows(estimates, sensitive, dimensions), limits)
        table = table.beside(published, respondents)
        reasons, bases = suppress_table(table, list(indicators) or remembered(estimates))
    return apply_suppression(estimates, limits, reasons, bases)


def _check(estimates: pd.DataFrame, sensitive: Collection[str]) -> None:
    missing = [column for column in (*KEYS, *FIGURES) if column not in estimates.columns]
    if missing:
        raise AnalysisError(f"The estimates lack the column {listed(missing)}; give what `estimate` returns.")
    if not all(pd.api.types.is_numeric_dtype(estimates[column]) for column in FIGURES):
        raise AnalysisError("The estimates are protected already; protect the exact ones once.")
    if estimates.duplicated(list(KEYS)).any():
        raise AnalysisError("The estimates have a figure twice; protect one table at a time.")
    unknown = sorted(set(sensitive) - set(estimates["indicator"]))
    if isinstance(sensitive, str) or (unknown and len(estimates) and len(unknown) == len(set(sensitive))):
        raise AnalysisError(
            f"None of the sensitive indicators is in the estimates ({listed(unknown)}); name them as they are there."
        )


def _sensitive_rows(estimates: pd.DataFrame, sensitive: Collection[str], dimensions: Iterable[Dimension]) -> np.ndarray:
    named = estimates["indicator"].isin(list(sensitive)).to_numpy()
    if "sensitive" in estimates.columns:
        named = named | estimates["sensitive"].to_numpy(dtype=bool)
    ordinary = {CITY, *(known.name for known in dimensions if not known.special_category)}
    by = {name: not ordinary.issuperset(split_group(name, name)[0]) for name in estimates["dimension"].unique()}
    return np.asarray(named | estimates["dimension"].map(by).to_numpy(dtype=bool))
