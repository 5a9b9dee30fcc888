"""Known population totals, checked before anything is weighted to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import AnalysisError, listed

COLUMNS = ("variable", "category", "population")
ROUNDING = 0.001
"Totals of two margins may differ by one in a thousand (census counts are perturbed); each is scaled to the first."


@dataclass(frozen=True)
class RakingMargin:
    """One variable: categories with a population, as given and as shares; `total` is common to all margins."""

    variable: str
    categories: tuple[str, ...]
    population: NDArray[np.float64]
    total: float

    @property
    def share(self) -> NDArray[np.float64]:
        return self.population / float(self.population.sum())


def read_margins(margins: pd.DataFrame) -> tuple[RakingMargin, ...]:
    """Margins from a frame `variable, category, population`, in order of appearance; raises naming the wrong row."""
    missing = [column for column in COLUMNS if column not in margins.columns]
    if missing:
        raise AnalysisError(f"The margins lack the column {listed(missing)}; they have variable, category, population.")
    if margins.empty:
        raise AnalysisError("There are no margins to weight to; give at least one variable, or do not weight.")
    population = pd.to_numeric(margins["population"], errors="coerce").to_numpy(dtype=np.float64)
    names = margins[["variable", "category"]].astype(str)
    _check_rows(names, population)
    result: list[RakingMargin] = []
    for variable in names["variable"].unique():
        chosen = (names["variable"] == variable).to_numpy() & (population > 0)
        total = float(population[(names["variable"] == variable).to_numpy()].sum())
        _check_total(str(variable), total, result)
        categories = tuple(names.loc[chosen, "category"])
        result.append(RakingMargin(str(variable), categories, population[chosen], result[0].total if result else total))
    return tuple(result)


def _check_rows(names: pd.DataFrame, population: NDArray[np.float64]) -> None:
    rows = list(names.itertuples(index=False, name=None))
    wrong = [f"{row[0]}: {row[1]}" for row, value in zip(rows, population, strict=True) if not 0 <= value < np.inf]
    if wrong:
        raise AnalysisError(f"The population of {listed(wrong)} in the margins is not a number of people; correct it.")
    doubled = sorted({f"{row[0]}: {row[1]}" for row in rows if rows.count(row) > 1})
    if doubled:
        raise AnalysisError(f"The margins name {listed(doubled)} more than once; keep one row for each category.")
    blank = [row[0] for row in rows if not row[1].strip()]
    if blank:
        raise AnalysisError(f"A category of {listed(blank)} in the margins is blank; name it or take the row out.")


def _check_total(variable: str, total: float, before: list[RakingMargin]) -> None:
    if not total > 0:
        raise AnalysisError(f"The margin '{variable}' adds up to nobody; give its population.")
    if before and abs(total / before[0].total - 1) > ROUNDING:
        raise AnalysisError(
            f"The margins do not add up: '{variable}' has {total:,.0f} people and '{before[0].variable}' "
            f"{before[0].total:,.0f}. Scale them to one total before weighting."
        )
