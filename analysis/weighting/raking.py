"""Weights: raking to known population margins, and the same with bounds on each weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.counts.coding import BLANK, Columns
from analysis.counts.tables import Counts
from analysis.counts.weighting_cells import raking_cells
from analysis.errors import AnalysisError, listed
from analysis.weighting.calibration import bounded_factors
from analysis.weighting.margins import RakingMargin, read_margins

UNKNOWN = "Unknown"
TOLERANCE = 1e-10
ROUNDS = 5_000
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Targets:
    """One raking variable over the cells: `code[c]` the category of cell c, `total[k]` what category k must reach."""

    variable: str
    categories: tuple[str, ...]
    code: NDArray[np.intp]
    total: Floats


def rake(responses: pd.DataFrame, margins: pd.DataFrame, bounds: tuple[float, float] | None = None) -> pd.Series:
    """Weights on the index of `responses` that reach every margin to 1e-10 and sum to the population.

    `margins` has `variable, category, population`; each variable is a column of `responses`. A respondent whose
    answer has no margin (blank, "Prefer not to say") is Unknown in that variable and keeps the sample share.
    `bounds` = (low, high) in units of the mean weight gives logit-bounded calibration (Deville & Sarndal 1992)
    instead of raking (Deming & Stephan 1940). Raises `AnalysisError` naming the margin that cannot be reached, or the
    smallest cap that can.
    """
    names = [margin.variable for margin in read_margins(margins)]
    cells = raking_cells(Columns(responses), names, len(responses))
    weights = rake_counts(Counts((), cells.index, cells.rows, ()), margins, bounds)
    return pd.Series(weights.to_numpy()[cells.of_row], index=responses.index, name="weight")


def rake_counts(counts: Counts, margins: pd.DataFrame, bounds: tuple[float, float] | None = None) -> pd.Series:
    """The weight of a respondent in each cell of `counts` (index: `counts.cells`); see `rake`."""
    checked = read_margins(margins)
    if not counts.respondents:
        raise AnalysisError("There are no responses to weight; show the wave as having no answers.")
    targets = [_targets(counts, margin) for margin in checked]
    rows = counts.rows.astype(np.float64)
    mean = checked[0].total / counts.respondents
    factors = _rake(rows * mean, targets) / (rows * mean) if bounds is None else _bounded(rows, mean, targets, bounds)
    return pd.Series(factors * mean, index=counts.cells, name="weight")


def margins_reached(counts: Counts, margins: pd.DataFrame, weights: pd.Series) -> pd.DataFrame:
    """Each category with respondents, target and weighted total: `variable, category, n, population, target, reached`.

    `population` is the margin as given, `target` what is left of it when Unknown keeps its sample share.
    """
    totals = counts.rows * weights.to_numpy()
    records = []
    for margin in read_margins(margins):
        targets = _targets(counts, margin)
        populations = {**dict(zip(margin.categories, margin.population, strict=True)), UNKNOWN: float("nan")}
        n = np.bincount(targets.code, weights=counts.rows, minlength=len(targets.total)).astype(np.int64)
        reached = np.bincount(targets.code, weights=totals, minlength=len(targets.total))
        records += [
            (margin.variable, name, n[k], populations[name], targets.total[k], reached[k])
            for k, name in enumerate(targets.categories)
        ]
    return pd.DataFrame(records, columns=["variable", "category", "n", "population", "target", "reached"])


def weight_summary(weights: pd.Series) -> dict[str, float]:
    """Kish's figures: `n, sum, smallest` and `largest` (in mean weights), `design_effect, n_effective`."""
    values = weights.to_numpy(dtype=np.float64)
    squares = float(values @ values)
    total = float(values.sum())
    return {
        "n": float(len(values)),
        "sum": total,
        "smallest": float(values.min() / values.mean()),
        "largest": float(values.max() / values.mean()),
        "design_effect": len(values) * squares / total**2,
        "n_effective": total**2 / squares,
    }


def _targets(counts: Counts, margin: RakingMargin) -> Targets:
    if margin.variable not in counts.cells.names:
        raise AnalysisError(
            f"The counts were not made by '{margin.variable}', so they cannot be weighted to it; "
            "name it among the cells."
        )
    level = counts.cells.get_level_values(margin.variable)
    known = pd.Index(margin.categories)
    code = known.get_indexer(level)
    code[code < 0] = len(known)
    n = np.bincount(code, weights=counts.rows, minlength=len(known) + 1).astype(np.float64)
    _nobody(margin, n, sorted({str(answer) for answer in level[code == len(known)] if answer != BLANK}))
    _misspelt(margin, level[code == len(known)].unique())
    share = n[-1] / n.sum()
    scaled = margin.share * margin.total * (1 - share)
    if not n[-1]:
        return Targets(margin.variable, margin.categories, code, scaled)
    return Targets(margin.variable, (*margin.categories, UNKNOWN), code, np.r_[scaled, margin.total * share])


def _misspelt(margin: RakingMargin, unmatched: Sequence[str]) -> None:
    """Refuse an answer that is a category but for capitals, spaces or signs: its people would quietly be Unknown."""
    meant = {_letters(name): name for name in margin.categories}
    for answer in unmatched:
        if str(answer) != BLANK and _letters(str(answer)) in meant:
            raise AnalysisError(
                f"The answer '{answer}' of '{margin.variable}' has no population, but the margins have "
                f"'{meant[_letters(str(answer))]}'; write both in the same way, or these people count as Unknown."
            )


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _nobody(margin: RakingMargin, n: Floats, unmatched: Sequence[str]) -> None:
    empty = [name for name, found in zip(margin.categories, n[:-1], strict=True) if not found]
    if not empty:
        return
    hint = f" Answers without a margin: {listed(unmatched)}." if unmatched else ""
    raise AnalysisError(
        f"Nobody among the respondents is in {listed(empty)} of '{margin.variable}', which has a population; merge it "
        f"with a neighbouring category or leave '{margin.variable}' out of the weighting.{hint}"
    )


def _rake(start: Floats, targets: Sequence[Targets]) -> Floats:
    """Cell totals by iterative proportional fitting, as close as float64 allows."""
    totals = start.copy()
    best = np.inf
    for _ in range(ROUNDS):
        for target in targets:
            reached = np.bincount(target.code, weights=totals, minlength=len(target.total))
            totals *= (target.total / reached)[target.code]
        worst = max(_miss(totals, target)[0] for target in targets)
        if worst < 1e-14 or (worst < 1e-13 and worst >= best):
            return totals
        best = min(best, worst)
    check_reached(totals, targets)
    return totals


def _miss(totals: Floats, target: Targets) -> tuple[float, int]:
    """Largest relative distance of a margin from its target, and of which category."""
    reached = np.bincount(target.code, weights=totals, minlength=len(target.total))
    distance = np.abs(reached / target.total - 1)
    return float(distance.max()), int(distance.argmax())


def check_reached(totals: Floats, targets: Sequence[Targets]) -> None:
    """Refuse totals that miss a margin by more than 1e-10, naming the worst."""
    misses = [(*_miss(totals, target), target) for target in targets]
    worst, category, target = max(misses, key=lambda miss: miss[0])
    if worst > TOLERANCE:
        raise AnalysisError(
            f"Weighting does not reach the margins: '{target.categories[category]}' of '{target.variable}' is off by "
            f"{worst:.2g} of its population. The margins contradict one another for the respondents there are; merge "
            f"small categories of '{target.variable}' or leave one variable out."
        )


def _bounded(rows: Floats, mean: float, targets: Sequence[Targets], bounds: tuple[float, float]) -> Floats:
    factors = bounded_factors(rows * mean, [(target.code, target.total) for target in targets], bounds)
    check_reached(rows * mean * factors, targets)
    return factors
