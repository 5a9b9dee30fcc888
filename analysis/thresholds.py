"""When a figure is too small to test or to show: every such number is a row of one table (`thresholds.csv`)."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from analysis.errors import AnalysisError, listed

PATH = Path(__file__).with_name("thresholds.csv")
EVERYBODY = "everybody"


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


@dataclass(frozen=True)
class Limits:
    """What holds whoever reads.

    There is no test with fewer than `test_base` respondents or `test_effective` effective ones on either side.
    Percentages on a rounded base under `whole_percent_under` are given without decimals. An event tells what was
    written about from `themes_from` comments; a comment has its ward where `ward_of_comment_from` people of it wrote.
    On the coverage board a group is far below, below or above its share at these multiples of it, and a ward is worth a
    visit from `worth_a_visit` missing answers. The figures of a wave that still takes answers change when
    `snapshot_from` answers are new.
    """

    whole_percent_under: int
    test_base: int
    test_effective: int
    themes_from: int
    ward_of_comment_from: int
    far_below_share: float
    below_share: float
    above_share: float
    worth_a_visit: int
    snapshot_from: int


def thresholds(audience: str) -> Thresholds:
    """The thresholds of an audience: analyst, partner or public."""
    known = _audiences()
    if audience not in known:
        raise AnalysisError(f"There are no thresholds for the audience '{audience}'; choose one of {listed(known)}.")
    return known[audience]


def enough_to_test(n: Any, n_effective: Any) -> Any:
    """Whether bases (numbers or columns) are large enough for a test."""
    return (n >= limits().test_base) & (n_effective >= limits().test_effective)


@lru_cache(maxsize=1)
def limits() -> Limits:
    """The thresholds that hold whoever reads."""
    return Limits(**_column(EVERYBODY, Limits))


@lru_cache(maxsize=1)
def _audiences() -> dict[str, Thresholds]:
    names = [name for name in _rows()[0] if name not in ("threshold", "source", EVERYBODY)]
    return {name: Thresholds(audience=name, **_column(name, Thresholds)) for name in names}


def _column(name: str, kind: type[Thresholds] | type[Limits]) -> dict[str, Any]:
    """The values of a column for the fields of `kind`, each a number unless the field holds something else."""
    cells = {row["threshold"]: row[name] for row in _rows()}
    read: dict[str, Callable[[str], Any]] = {
        "int": int,
        "float": float,
        "tuple[str, ...]": lambda cell: tuple(filter(None, cell.split(";"))),
    }
    return {field.name: read[str(field.type)](cells[field.name]) for field in fields(kind) if field.name != "audience"}


@lru_cache(maxsize=1)
def _rows() -> list[dict[str, str]]:
    with PATH.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
