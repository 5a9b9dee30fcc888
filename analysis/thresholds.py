"""When a figure is too small to test or to show: one table by audience, kept as data (`thresholds.csv`)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from analysis.errors import AnalysisError, listed

TEST_N = 30
TEST_EFFECTIVE = 20
"No test with fewer respondents, or fewer effective ones, on either side."


@dataclass(frozen=True)
class Thresholds:
    """What one audience may see.

    Bases under `hide_base_under` are hidden, under `flag_base_under` flagged and untested, under `wide_base_under`
    flagged where the interval is wider than `wide_points`; of sensitive items also counts from 1 to under
    `hide_counts_under`, in either direction. No hidden count may be known to within less than `protection_interval`;
    two publications of the same answers must not differ by fewer than `differencing_limit` people.
    `withheld` columns are shown to nobody in this audience, because they give exact bases away.
    """

    audience: str
    hide_base_under: int
    flag_base_under: int
    wide_base_under: int
    wide_points: float
    hide_counts_under: int
    protection_interval: int
    differencing_limit: int
    round_bases_to: int
    withheld: tuple[str, ...]

    def rounded(self, n: int) -> int:
        """A number of people or comments as this audience sees it."""
        step = self.round_bases_to
        return int(n / step + 0.5) * step if step > 1 else int(n)

    def unreliable(self, n: Any, lower: Any, upper: Any) -> Any:
        """Whether a figure, if shown, is of low reliability: few people, or few with a wide interval (columns)."""
        wide = (n < self.wide_base_under) & (upper - lower > self.wide_points)
        return (n > 0) & ((n < self.flag_base_under) | wide)


def thresholds(audience: str) -> Thresholds:
    """The thresholds of an audience: analyst, partner or public."""
    table = _table()
    if audience not in table:
        raise AnalysisError(f"There are no thresholds for the audience '{audience}'; choose one of {listed(table)}.")
    return table[audience]


def enough_to_test(n: Any, n_effective: Any) -> Any:
    """Whether bases (numbers or columns) are large enough for a test: 30 responses, 20 effective ones."""
    return (n >= TEST_N) & (n_effective >= TEST_EFFECTIVE)


@lru_cache(maxsize=1)
def sensitive_dimensions() -> frozenset[str]:
    """Breakdowns that are special-category data, so that every table by them is sensitive."""
    return frozenset(row["dimension"] for row in _rows("sensitive_dimensions.csv"))


@lru_cache(maxsize=1)
def _table() -> dict[str, Thresholds]:
    return {row["audience"]: _read(row) for row in _rows("thresholds.csv")}


def _read(row: dict[str, str]) -> Thresholds:
    return Thresholds(
        audience=row["audience"],
        hide_base_under=int(row["hide_base_under"]),
        flag_base_under=int(row["flag_base_under"]),
        wide_base_under=int(row["wide_base_under"]),
        wide_points=float(row["wide_points"]),
        hide_counts_under=int(row["hide_counts_under"]),
        protection_interval=int(row["protection_interval"]),
        differencing_limit=int(row["differencing_limit"]),
        round_bases_to=int(row["round_bases_to"]),
        withheld=tuple(filter(None, row["withheld"].split(";"))),
    )


def _rows(name: str) -> list[dict[str, str]]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
