"""Figures of a summary as the document of a release holds them."""

from __future__ import annotations

from collections import defaultdict
from numbers import Integral
from typing import Any

import pandas as pd

from analysis.estimation.multiple_testing import significance_mark
from analysis.report.sheets.headline import shown_mark
from analysis.report.summary_rows import Pages
from analysis.rows import each
from analysis.study import CITY
from analysis.suppressed import Suppressed
from analysis.trend.benchmarks import NOT_COMPARABLE
from analysis.trend.earlier_waves import CURRENT

NOBODY, NOT_KNOWN, NOT_APPLICABLE = "[w]", "[x]", "[z]"
Key = tuple[str, str, str]


def number(value: Any, missing: str = NOT_KNOWN, *, digits: int | None = None) -> float | int | str:
    """Return a plain number, or shorthand: its own for a hidden figure, `missing` where there is none."""
    if isinstance(value, Suppressed):
        return str(value)
    if value is None or pd.isna(value):
        return missing
    if isinstance(value, Integral):
        return int(value)
    exact = float(value) if digits is None else round(float(value), digits)
    return exact + 0.0  # no negative zero


def counted(value: Any, missing: str = NOT_KNOWN) -> float | int | str:
    """The same for a number of people, which is whole unless it is an effective number."""
    plain = number(value, missing)
    return int(plain) if isinstance(plain, float) and plain.is_integer() else plain


class Figures:
    """The rows of a summary by figure, each looked at once."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._now: dict[Key, Any] = {}
        self._earlier: dict[Key, list[Any]] = defaultdict(list)
        for row in each(pages.summary.figures):
            key = (row.indicator, row.dimension, row.group)
            if row.baseline_year == CURRENT:
                self._now[key] = row
            else:
                self._earlier[key].append(row)
        self._rest = {(row.indicator, row.dimension, row.group): row for row in each(pages.summary.rest)}

    def of(self, indicator: str) -> list[dict[str, Any]]:
        """Return every figure of an indicator: the whole area first, then the groups in their order."""
        keys = ((indicator, dimension, group) for dimension, group in self._pages.ordered_groups)
        return [self._figure(key) for key in keys if key in self._now]

    def _figure(self, key: Key) -> dict[str, Any]:
        row = self._now[key]
        earlier = sorted(self._earlier[key], key=lambda one: one.baseline_year, reverse=True)
        return {
            "dimension": row.dimension,
            "group": row.group,
            "n": number(row.n),
            "n_effective": counted(row.n_effective, NOBODY),
            "percent": number(row.percent, NOBODY),
            "lower": number(row.lower, NOBODY),
            "upper": number(row.upper, NOBODY),
            "flags": row.flags,
            "rest": self._beside_rest(key),
            "earlier": [_beside(one) for one in earlier],
        }

    def _beside_rest(self, key: Key) -> dict[str, Any] | None:
        """The group against everybody else whose group is known; None for the whole area."""
        row = self._rest.get(key)
        if row is None or key[1] == CITY:
            return None
        return {
            "percent": number(row.percent_rest),
            "difference": number(row.difference),
            "lower": number(row.difference_lower),
            "upper": number(row.difference_upper),
            "mark": significance_mark(row.p_adjusted) or NOT_APPLICABLE,
        }


def _beside(row: Any) -> dict[str, Any]:
    """One earlier figure, and what may be said about the difference."""
    none = NOT_APPLICABLE if row.comparability == NOT_COMPARABLE else NOT_KNOWN
    before = NOBODY if row.kind == "wave" and not isinstance(row.baseline_n, Suppressed) and row.baseline_n == 0 else ""
    return {
        "year": row.baseline_year,
        "kind": row.kind,
        "percent": before or number(row.baseline_percent),
        "n": counted(row.baseline_n),
        "difference": number(row.difference, none),
        "lower": number(row.difference_lower, none),
        "upper": number(row.difference_upper, none),
        "mark": shown_mark(row),
        "comparability": row.comparability,
        "sentence": row.sentence,
    }


def rank_rows(priorities: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the ranks of priorities by group; the shares are those of the indicators' figures."""
    return [
        {
            "dimension": row.dimension,
            "group": row.group,
            "indicator": row.indicator,
            "rank": number(row.rank),
            "tied": row.tied if isinstance(row.tied, str) else bool(row.tied),
            "rank_from": number(row.rank_from),
            "rank_to": number(row.rank_to),
        }
        for row in each(priorities)
    ]
