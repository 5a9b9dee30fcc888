"""Differences between groups, waves and the rest of the city: score test and Newcombe interval on effective n."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.counts.counting import By, count
from analysis.counts.indicators import Indicator
from analysis.counts.substantive import Known, is_known, split_group
from analysis.counts.tables import JOIN, Counts, CountTable
from analysis.errors import AnalysisError, listed
from analysis.estimation.estimates import Sums, cell_weights, group_sums
from analysis.estimation.intervals import newcombe, pooled_z, two_sided_p
from analysis.estimation.multiple_testing import adjust

Floats = NDArray[np.float64]
KEYS = ("indicator", "dimension", "group")
FAMILY = ("indicator", "dimension")
COLUMNS = (
    *("n_in", "n_rest", "percent_in", "percent_rest", "difference", "difference_lower", "difference_upper"),
    *("z", "p", "p_holm", "p_bh", "n_effective_in", "n_effective_rest"),
)
NEEDED = ("n", "percent", "n_effective")


@dataclass(frozen=True)
class ComparedGroup:
    """One side of a comparison: respondents, share 0-1 and effective number, in any shape."""

    n: NDArray[np.number]
    share: Floats
    n_effective: Floats

    @classmethod
    def of(cls, sums: Sums) -> ComparedGroup:
        return cls(sums.n, sums.share, sums.n_effective)

    def ravel(self) -> ComparedGroup:
        return ComparedGroup(self.n.ravel(), self.share.ravel(), self.n_effective.ravel())

    def at(self, row: int) -> ComparedGroup:
        return ComparedGroup(self.n[row], self.share[row], self.n_effective[row])


def compare_with_rest(
    responses: pd.DataFrame,
    indicators: Sequence[Indicator],
    by: By,
    weights: pd.Series | None = None,
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
    known: Known | None = None,
) -> pd.DataFrame:
    """Each known group against everybody in the other known groups of its dimension.

    Differences and limits are percentage points, `p` two-sided, `p_holm` and `p_bh` adjusted within indicator and
    dimension. Groups that say nothing ("Prefer not to say", see `not_substantive.csv`) are on neither side; `known`
    maps a column to its groups where that list does not do.
    """
    return compare_counts_with_rest(count(responses, indicators, by, weights=weights, groups=groups), known=known)


def compare_counts_with_rest(
    counts: Counts, weights: pd.Series | None = None, *, known: Known | None = None
) -> pd.DataFrame:
    """The same from counts; `weights` as for `estimate_counts`."""
    per_cell = cell_weights(counts, weights)
    frames = []
    for table in counts.tables[1:]:
        sums, names = _known_groups(table, per_cell, known)
        inside, rest = ComparedGroup.of(sums), ComparedGroup.of(_rest(sums))
        labels = _labels(counts, table, [(name,) for name in names], ("group",))
        frames.append(pd.concat([labels, _differences(inside.ravel(), rest.ravel())], axis=1))
    return _finished(frames, ("group",), counts.indicators)


def compare_groups(
    responses: pd.DataFrame,
    indicators: Sequence[Indicator],
    by: By,
    weights: pd.Series | None = None,
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
    known: Known | None = None,
) -> pd.DataFrame:
    """Every pair of known groups of a dimension: `group` (the `_in` columns) against `other` (the `_rest` columns)."""
    return compare_group_counts(count(responses, indicators, by, weights=weights, groups=groups), known=known)


def compare_group_counts(
    counts: Counts, weights: pd.Series | None = None, *, known: Known | None = None
) -> pd.DataFrame:
    """The same from counts; `weights` as for `estimate_counts`."""
    per_cell = cell_weights(counts, weights)
    frames = []
    for table in counts.tables[1:]:
        sums, names = _known_groups(table, per_cell, known)
        side = ComparedGroup.of(sums)
        for first, second in combinations(range(len(names)), 2):
            labels = _labels(counts, table, [(names[first], names[second])], ("group", "other"))
            frames.append(pd.concat([labels, _differences(side.at(first), side.at(second))], axis=1))
    return _finished(frames, ("group", "other"), counts.indicators)


def compare_waves(
    estimates_now: pd.DataFrame, estimates_before: pd.DataFrame, *, known: Known | None = None
) -> pd.DataFrame:
    """Estimates of now (`_in`) against those of another wave (`_rest`), by indicator, dimension and group.

    One row for each known group of now; where the other wave has no such figure, its side and the difference are
    empty. Waves are taken as independent, which is cautious when people answered both.
    """
    now, before = _checked(estimates_now, "now"), _checked(estimates_before, "before")
    keep = [is_known(*split_group(dimension, group), known) or dimension == "city" for dimension, group in _pairs(now)]
    kept = now[np.array(keep, dtype=bool)]
    pairs = kept.merge(before, on=list(KEYS), how="left", suffixes=("_in", "_rest"), validate="one_to_one")
    pairs["n_rest"] = pairs["n_rest"].fillna(0).astype(np.int64)
    sides = [
        ComparedGroup(
            pairs[f"n_{side}"].to_numpy(),
            pairs[f"percent_{side}"].to_numpy(dtype=np.float64) / 100,
            pairs[f"n_effective_{side}"].fillna(0).to_numpy(dtype=np.float64),
        )
        for side in ("in", "rest")
    ]
    frame = pd.concat([pairs[list(KEYS)], _differences(*sides)], axis=1)
    return adjust(frame, FAMILY)[[*KEYS, *COLUMNS]]


def _pairs(estimates: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(estimates["dimension"], estimates["group"], strict=True))


def _checked(estimates: pd.DataFrame, which: str) -> pd.DataFrame:
    missing = [column for column in (*KEYS, *NEEDED) if column not in estimates.columns]
    if missing:
        raise AnalysisError(
            f"The estimates of {which} lack the column {listed(missing)}; give what `estimate` returns."
        )
    if not all(pd.api.types.is_numeric_dtype(estimates[column]) for column in NEEDED):
        raise AnalysisError(
            f"The estimates of {which} hold suppressed figures; compare the exact estimates and protect the result."
        )
    if estimates.duplicated(list(KEYS)).any():
        raise AnalysisError(
            f"The estimates of {which} have a figure twice; keep one row by indicator, dimension, group."
        )
    return estimates[[*KEYS, *NEEDED]]


def _known_groups(table: CountTable, per_cell: Floats, known: Known | None) -> tuple[Sums, list[str]]:
    sums = group_sums(table, per_cell)
    keep = [is_known(table.dimension.columns, group, known) for group in table.groups]
    names = [JOIN.join(group) for group, kept in zip(table.groups, keep, strict=True) if kept]
    return sums.each(lambda values: values[keep]), names


def _rest(sums: Sums) -> Sums:
    """Sums over the other groups, added and never subtracted, so that nothing is lost to cancellation."""
    return sums.each(_others)


def _others(values: NDArray[Any]) -> NDArray[Any]:
    if not len(values):
        return values
    nothing = np.zeros_like(values[:1])
    before = np.concatenate([nothing, np.cumsum(values, axis=0)[:-1]])
    after = np.concatenate([np.cumsum(values[::-1], axis=0)[::-1][1:], nothing])
    others: NDArray[Any] = before + after
    return others


def _differences(first: ComparedGroup, second: ComparedGroup) -> pd.DataFrame:
    p, q = first.share, second.share
    z = pooled_z(p, first.n_effective, q, second.n_effective)
    lower, upper = newcombe(p, first.n_effective, q, second.n_effective)
    return pd.DataFrame(
        {
            "n_in": first.n,
            "n_rest": second.n,
            "percent_in": 100 * p,
            "percent_rest": 100 * q,
            "difference": 100 * p - 100 * q,
            "difference_lower": 100 * lower,
            "difference_upper": 100 * upper,
            "z": z,
            "p": two_sided_p(z),
            "n_effective_in": first.n_effective,
            "n_effective_rest": second.n_effective,
        }
    )


def _labels(
    counts: Counts, table: CountTable, names: Sequence[tuple[str, ...]], columns: tuple[str, ...]
) -> pd.DataFrame:
    rows = [(indicator, table.dimension.name, *name) for name in names for indicator in counts.indicators]
    return pd.DataFrame(rows, columns=["indicator", "dimension", *columns], dtype="str")


def _finished(frames: Sequence[pd.DataFrame], names: tuple[str, ...], indicators: tuple[str, ...]) -> pd.DataFrame:
    """All comparisons in order of indicator, then as they were made, with adjusted p-values."""
    columns = ["indicator", "dimension", *names, *COLUMNS]
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return pd.DataFrame(
            {column: pd.Series(dtype="str" if column in columns[: -len(COLUMNS)] else np.float64) for column in columns}
        )
    frame = pd.concat(filled, ignore_index=True)
    order = frame["indicator"].map({name: number for number, name in enumerate(indicators)}).argsort(kind="stable")
    return adjust(frame.iloc[order].reset_index(drop=True), FAMILY)[columns]
