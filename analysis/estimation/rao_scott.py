"""One question against one breakdown as a whole: the Rao-Scott chi-square, a gatekeeper before single comparisons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.counts.coding import Columns
from analysis.counts.counting import By
from analysis.counts.indicators import SEPARATOR
from analysis.counts.substantive import is_substantive
from analysis.counts.tables import dimensions
from analysis.counts.weighting_cells import check_weights
from analysis.errors import AnalysisError

Floats = NDArray[np.float64]
COLUMNS = ("question", "dimension", "n", "statistic", "df1", "df2", "p", "chi_square", "chi_square_df", "chi_square_p")


def rao_scott(
    responses: pd.DataFrame,
    question: str,
    by: By | str,
    weights: pd.Series | None = None,
    *,
    answers: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Test whether the answers to a question differ between the groups of each breakdown in `by`.

    One row a breakdown: `n` respondents known on both; `statistic, df1, df2, p` of the second-order F form
    (Rao & Scott 1984, Thomas & Rao 1987); `chi_square...` the unscaled Pearson statistic with the p-value of the
    first-order correction. Answers and groups that say nothing ("Don't know") are left out; `answers` names those to
    keep. Fewer than two answers or groups give a row without figures. Not for questions with several answers.
    """
    columns = Columns(responses)
    rows = len(responses)
    weight = np.ones(rows) if weights is None else check_weights(weights, responses.index)
    given = columns[question]
    if any(SEPARATOR in label for label in given.labels):
        raise AnalysisError(
            f"'{question}' takes several answers, which are not one table; test one indicator at a time."
        )
    kept = set(answers) if answers is not None else {label for label in given.labels if is_substantive(label)}
    answer = _positions(given.labels, kept)[given.codes]
    results = []
    for dimension in dimensions([by] if isinstance(by, str) else by, {}):
        group = np.zeros(rows, dtype=np.int64)
        for name in dimension.columns:
            column = columns[name]
            part = _positions(column.labels, {label for label in column.labels if is_substantive(label)})[column.codes]
            group = np.where((group < 0) | (part < 0), -1, group * column.size + part)
        known = (answer >= 0) & (group >= 0) & (weight > 0)
        figures = _second_order(_compact(answer[known]), _compact(group[known]), weight[known])
        results.append((question, dimension.name, int(known.sum()), *figures))
    return pd.DataFrame(results, columns=list(COLUMNS))


def _positions(labels: Sequence[str], kept: set[str]) -> NDArray[np.int64]:
    """The place of each label among the kept ones by name, -1 for the others."""
    order = {label: number for number, label in enumerate(sorted(kept))}
    return np.array([order.get(label, -1) for label in labels], dtype=np.int64)


def _compact(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.unique(codes, return_inverse=True)[1].astype(np.int64)


def _second_order(answer: NDArray[np.int64], group: NDArray[np.int64], weight: Floats) -> tuple[float, ...]:
    n = len(answer)
    shape = (int(answer.max(initial=-1)) + 1, int(group.max(initial=-1)) + 1)
    if min(shape) < 2:
        return (np.nan,) * (len(COLUMNS) - 3)
    mean, variance = _cell_shares(answer * shape[1] + group, weight, shape[0] * shape[1])
    table = mean.reshape(shape)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    pearson = n * float(((table - expected) ** 2 / expected).sum())
    return _corrected(pearson, mean, variance, shape, n)


def _cell_shares(cell: NDArray[np.int64], weight: Floats, cells: int) -> tuple[Floats, Floats]:
    """Weighted shares of the table's cells and their covariance, linearised, with n/(n-1) of the known respondents."""
    n, total = len(cell), weight.sum()
    mean = np.bincount(cell, weights=weight, minlength=cells) / total
    square = np.bincount(cell, weights=weight**2, minlength=cells) / total**2
    cross = np.outer(square, mean)
    variance = np.diag(square) - cross - cross.T + square.sum() * np.outer(mean, mean)
    return mean, variance * n / (n - 1)


def _corrected(pearson: float, mean: Floats, variance: Floats, shape: tuple[int, int], n: int) -> tuple[float, ...]:
    from scipy.special import chdtrc, fdtrc

    contrast = _interactions(shape)
    inverse = np.divide(1.0, mean, out=np.zeros_like(mean), where=mean > 0)
    simple = contrast.T @ (inverse[:, None] / n * contrast)
    scaled = inverse[:, None] * contrast
    effects = np.linalg.solve(simple, scaled.T @ variance @ scaled)
    trace = float(np.trace(effects))
    df1 = trace**2 / float(np.trace(effects @ effects))
    df2 = df1 * (n - 1)
    full = contrast.shape[1]
    p = float(fdtrc(df1, df2, pearson / trace))
    return pearson / trace, df1, df2, p, pearson, float(full), float(chdtrc(full, pearson / (trace / full)))


def _interactions(shape: tuple[int, int]) -> Floats:
    """Interaction columns of the saturated model, less what rows and columns explain."""
    answer, group = (part.ravel() for part in np.indices(shape))
    rows = (answer[:, None] == np.arange(1, shape[0])).astype(np.float64)
    cols = (group[:, None] == np.arange(1, shape[1])).astype(np.float64)
    main = np.column_stack([np.ones(len(answer)), rows, cols])
    both: Floats = (rows[:, :, None] * cols[:, None, :]).reshape(len(answer), -1)
    explained: Floats = main @ np.linalg.lstsq(main, both, rcond=None)[0]
    return both - explained
