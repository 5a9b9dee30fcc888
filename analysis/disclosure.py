"""Hide what could point to a person, after exact computation and before anything is shown.

One table of thresholds by audience (`thresholds.csv`). Small bases and, for sensitive items, small counts are hidden;
then further figures, until no hidden count follows from the sums of what is shown.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.coding import Integers
from analysis.errors import AnalysisError, listed
from analysis.relations import Equation, Key, equations
from analysis.secrecy import Cells, Rows, Rule, hide_more
from analysis.showing import shown
from analysis.substantive import split_group
from analysis.thresholds import Thresholds, sensitive_dimensions, thresholds

KEYS = ("indicator", "dimension", "group")
FIGURES = (
    *("n", "yes", "percent_unweighted", "percent", "std_error", "design_effect"),
    *("n_effective", "lower", "upper"),
)
SMALL_BASE, SMALL_COUNT, SECONDARY = "base too small", "count too small in a sensitive item", "protects another figure"


def protect(estimates: pd.DataFrame, audience: str, *, sensitive: Collection[str] = ()) -> pd.DataFrame:
    """Return the estimates as `audience` (analyst, partner, public) may see them, in the same order.

    Hidden figures are `Suppressed`; `flags` holds "[c]" (confidential) and "[u]" (low reliability); `hidden_because`
    says why. `sensitive` names indicators about harm; breakdowns in `sensitive_dimensions.csv` are sensitive always,
    and a boolean column `sensitive` is respected. For the public, bases are rounded to 5 and columns that would give
    the exact base away are "[x]". Protect whole tables at once: rows that are taken out cannot be reckoned with.
    """
    limits = thresholds(audience)
    _check(estimates, sensitive)
    reasons = np.full(len(estimates), "", dtype=object)
    bases = np.zeros(len(estimates), dtype=bool)
    if limits.hide_base_under:
        delicate = _delicate(estimates, sensitive)
        for positions in estimates.reset_index(drop=True).groupby("indicator", sort=False).indices.values():
            rows = np.asarray(positions)
            reasons[rows], bases[rows] = _hide(estimates.iloc[rows], delicate[rows], limits)
    return shown(estimates, limits, reasons, bases)


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


def _delicate(estimates: pd.DataFrame, sensitive: Collection[str]) -> NDArray[np.bool_]:
    named = estimates["indicator"].isin(list(sensitive)).to_numpy()
    if "sensitive" in estimates.columns:
        named = named | estimates["sensitive"].to_numpy(dtype=bool)
    by = {dimension: _is_delicate(dimension) for dimension in estimates["dimension"].unique()}
    return np.asarray(named | estimates["dimension"].map(by).to_numpy(dtype=bool))


def _is_delicate(dimension: str) -> bool:
    return not sensitive_dimensions().isdisjoint(split_group(dimension, dimension)[0])


def _hide(rows: pd.DataFrame, delicate: NDArray[np.bool_], limits: Thresholds) -> tuple[list[str], list[bool]]:
    """Why each row of one indicator is hidden ("" if not), and whether its base is."""
    keys = tuple(zip(rows["dimension"], rows["group"], strict=True))
    n, yes = (rows[column].to_numpy(dtype=np.int64) for column in ("n", "yes"))
    if not n.any():
        return [""] * len(n), [False] * len(n)
    sums = _equations(keys)
    small = frozenset(np.flatnonzero((n > 0) & (n < limits.hide_base_under)).tolist())
    bases = _hidden_bases(tuple(n.tolist()), sums, limits)
    few = frozenset(np.flatnonzero(delicate & (n > 0) & (np.minimum(yes, n - yes) < limits.hide_counts_under)).tolist())
    hidden = _hidden_counts(Cells(n, yes, sums), bases, few, limits)
    reason = [
        SMALL_BASE if row in small else SMALL_COUNT if row in few else SECONDARY if row in hidden else ""
        for row in range(len(n))
    ]
    return reason, [row in bases for row in range(len(n))]


@lru_cache(maxsize=64)
def _equations(keys: tuple[Key, ...]) -> tuple[Equation, ...]:
    return equations(keys)


@lru_cache(maxsize=1024)
def _hidden_bases(n: tuple[int, ...], sums: tuple[Equation, ...], limits: Thresholds) -> Rows:
    """Rows whose base is hidden. Depends on the bases alone, so that indicators with one base hide the same."""
    counts: Integers = np.array(n, dtype=np.int64)
    small = np.flatnonzero((counts > 0) & (counts < limits.hide_base_under)).tolist()
    rule = Rule(((counts, limits.hide_base_under),), limits.narrowest, bases=True)
    return hide_more(Cells(counts, counts, sums), small, small, rule)


def _hidden_counts(cells: Cells, bases: Rows, few: Rows, limits: Thresholds) -> Rows:
    least = limits.hide_counts_under
    rule = Rule(((cells.yes, least), (cells.no, least)), limits.narrowest, bases=False)
    return hide_more(cells, bases | few, bases, rule)
