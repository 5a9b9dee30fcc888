"""What an earlier publication of the same answers gives away: two tables that differ by few people must not be seen.

A publication is remembered as `disclosed` returns it: exact counts of what was shown, and apart from them those of what
was hidden, so that a figure may be shown when enough people have come that nobody can reckon back to what it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.disclosure.audit import NO_ROWS, Rows
from analysis.errors import AnalysisError, listed
from analysis.suppressed import Suppressed
from analysis.thresholds import Thresholds, thresholds

KEYS = ["indicator", "dimension", "group"]
COLUMNS = (*KEYS, "n", "yes", "audience")
HIDDEN = ("hidden_n", "hidden_yes")
PUBLISHED = "too close to what was published before"
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def disclosed(estimates: pd.DataFrame, protected: pd.DataFrame, audience: str) -> pd.DataFrame:
    """What a publication gives away: `indicator, dimension, group, n, yes, audience`, to be kept and never shown.

    `estimates` are the exact ones, `protected` what `protect` made of them. Counts are exact where they were shown
    (rounding and withholding protect nobody who knows arithmetic) and missing where they were hidden; `hidden_n,
    hidden_yes` are what was hidden, and missing of a figure that was hidden only because it had hardly moved since an
    earlier publication, which still says so. Give it to `protect(..., published=[...])` whenever the same answers, or
    these and others, are published again.
    """
    if not protected[KEYS].reset_index(drop=True).equals(estimates[KEYS].reset_index(drop=True)):
        raise AnalysisError("The protected figures are not those of the estimates; protect these, then ask again.")
    figure = (protected["hidden_because"] == "").to_numpy()
    base = np.array([str(n) != str(Suppressed()) for n in protected["n"]], dtype=bool)
    apart = ~figure & (protected["hidden_because"] != PUBLISHED).to_numpy()
    return pd.DataFrame(
        {
            **{key: estimates[key].to_numpy() for key in KEYS},
            "n": np.where(base, estimates["n"].to_numpy(dtype=np.float64), np.nan),
            "yes": np.where(figure, estimates["yes"].to_numpy(dtype=np.float64), np.nan),
            "audience": audience,
            **{
                f"hidden_{name}": np.where(apart, estimates[name].to_numpy(np.float64), np.nan) for name in ("n", "yes")
            },
        }
    ).astype(dict.fromkeys((*KEYS, "audience"), "str"))


@dataclass(frozen=True)
class Before:
    """What earlier publications mean for the rows of one indicator.

    `fixed`: the figure, `fixed_bases`: the base was shown and is (nearly) what it was. `hide`, `hide_bases`: must be
    hidden now, because they were, or because the change would tell of few people; `held` are those that were, and have
    hardly grown. `changes`, by publication: how much
    n and yes grew, row by row, NaN where it did not show them.
    """

    fixed: Rows = NO_ROWS
    fixed_bases: Rows = NO_ROWS
    hide: Rows = NO_ROWS
    hide_bases: Rows = NO_ROWS
    held: Rows = NO_ROWS
    changes: Mapping[int, tuple[Floats, Floats]] = field(default_factory=dict)


def read_published(published: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Earlier publications under one another, numbered in `publication`; refuses what `disclosed` did not make."""
    parts = []
    for number, frame in enumerate(published):
        missing = [column for column in COLUMNS if column not in frame.columns]
        if missing or not all(pd.api.types.is_numeric_dtype(frame[column]) for column in ("n", "yes")):
            fault = f"lacks the column {listed(missing)}" if missing else "holds hidden or withheld counts"
            raise AnalysisError(f"An earlier publication {fault}; give what `disclosed` returned when it was made.")
        if frame.duplicated(KEYS).any():
            raise AnalysisError("An earlier publication has a figure twice; give each publication by itself.")
        parts.append(_with_hidden(frame)[[*COLUMNS, *HIDDEN]].assign(publication=number))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*COLUMNS, *HIDDEN, "publication"])


def _with_hidden(frame: pd.DataFrame) -> pd.DataFrame:
    """A record that was kept before hidden counts were: nobody knows how far they have grown, so never far enough."""
    return frame if set(HIDDEN) <= set(frame.columns) else frame.assign(**dict.fromkeys(HIDDEN, np.inf))


def look_back(rows: pd.DataFrame, published: pd.DataFrame, limits: Thresholds) -> Before:
    """Set the rows of one indicator (`dimension, group, n, yes`) beside every earlier publication."""
    found = Before()
    for number, then in published.groupby("publication", sort=True):
        beside = rows[["dimension", "group"]].merge(then, on=["dimension", "group"], how="left")
        found = _joined(found, _one(rows, beside, limits), int(str(number)))
    return found


def _one(rows: pd.DataFrame, then: pd.DataFrame, limits: Thresholds) -> Before:
    n, yes = (rows[column].to_numpy(dtype=np.float64) for column in ("n", "yes"))
    n_then, yes_then = (then[column].to_numpy(dtype=np.float64) for column in ("n", "yes"))
    more, more_yes = n - n_then, yes - yes_then
    change = np.fmax(np.abs(more), np.fmax(np.abs(more_yes), np.abs(more - more_yes)))
    shown, base_shown, there = ~np.isnan(yes_then), ~np.isnan(n_then), then["audience"].notna().to_numpy()
    held = there & _at_least_as_wide(then, limits) & then["hidden_n"].notna().to_numpy()
    small, small_base = _hardly_grown(n, yes, then, limits)
    few, few_more = shown & (change > 0), base_shown & (more != 0)
    few, few_more = few & (change < limits.differencing_limit), few_more & (np.abs(more) < limits.differencing_limit)
    came = (more != 0) & (n < limits.hide_base_under)  # of nobody then, of a few now: what they said is not known yet
    return Before(
        fixed=_rows(shown & (change < limits.differencing_limit) & ~came),
        fixed_bases=_rows(base_shown & (np.abs(more) < limits.differencing_limit) & ~came),
        hide=_rows(few | (held & ~shown & small)),
        hide_bases=_rows(few_more | (held & ~base_shown & small_base)),
        held=_rows(held & ~shown & small),
        changes={0: (more, more_yes)},
    )


def _hardly_grown(n: Floats, yes: Floats, then: pd.DataFrame, limits: Thresholds) -> tuple[Bools, Bools]:
    """Whether a figure, or its base, that was hidden has grown too little to be shown without telling what it was."""
    n_then, yes_then = (then[column].fillna(np.inf).to_numpy(dtype=np.float64) for column in HIDDEN)
    known = np.isfinite(n_then) & np.isfinite(yes_then)
    more, more_yes = (
        np.where(known, now, 0.0) - np.where(known, was, 0.0) for now, was in ((n, n_then), (yes, yes_then))
    )
    base = ~known | (more < limits.differencing_limit)
    return base | (np.fmin(more_yes, more - more_yes) < limits.differencing_limit), base


def _at_least_as_wide(then: pd.DataFrame, limits: Thresholds) -> Bools:
    """Whether everybody who could see that publication can see this one: what it hid must stay hidden."""
    names = then["audience"].dropna().unique()
    wide = {str(name): limits.hide_base_under >= thresholds(str(name)).hide_base_under > 0 for name in names}
    return then["audience"].map(wide).eq(True).to_numpy(dtype=bool)


def _joined(one: Before, other: Before, number: int) -> Before:
    return Before(
        one.fixed | other.fixed,
        one.fixed_bases | other.fixed_bases,
        one.hide | other.hide,
        one.hide_bases | other.hide_bases,
        one.held | other.held,
        {**one.changes, number: other.changes[0]},
    )


def _rows(where: NDArray[np.bool_]) -> Rows:
    return frozenset(np.flatnonzero(where).tolist())
