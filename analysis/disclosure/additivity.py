"""Which rows of a table of estimates add up to which other row: the sums an attacker would subtract."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from analysis.counts.substantive import split_group
from analysis.counts.tables import CITY

Key = tuple[str, str]
"A dimension and a group."
Labels = frozenset[tuple[str, str]]
"The column and value pairs that describe a row; none for the city."


@dataclass(frozen=True)
class AdditivityConstraint:
    """The people of row `total` are those of the rows `parts`, and perhaps some in no part (not stated)."""

    total: int
    parts: tuple[int, ...]

    @property
    def rows(self) -> tuple[int, ...]:
        return (*self.parts, self.total)


def additivity_constraints(keys: Sequence[Key]) -> tuple[AdditivityConstraint, ...]:
    """Every sum between rows that are all in the table: levels within the city, crossed groups within their margins."""
    labels = [_labels(*key) for key in keys]
    place = {label: row for row, label in enumerate(labels)}
    by_columns: dict[frozenset[str], list[int]] = defaultdict(list)
    for row, label in enumerate(labels):
        by_columns[frozenset(column for column, _ in label)].append(row)
    found: list[AdditivityConstraint] = []
    for columns, rows in by_columns.items():
        for size in range(len(columns) - 1, -1, -1):
            sums = [
                equation
                for kept in combinations(sorted(columns), size)
                for equation in _within(rows, labels, frozenset(kept), place)
            ]
            found += sums
            if sums:
                break
    return tuple(found)


def _labels(dimension: str, group: str) -> Labels:
    if dimension == CITY:
        return frozenset()
    return frozenset(zip(*split_group(dimension, group), strict=True))


def _within(
    rows: Sequence[int], labels: Sequence[Labels], kept: frozenset[str], place: dict[Labels, int]
) -> list[AdditivityConstraint]:
    parts: dict[Labels, list[int]] = defaultdict(list)
    for row in rows:
        parts[frozenset(pair for pair in labels[row] if pair[0] in kept)].append(row)
    return [AdditivityConstraint(place[label], tuple(members)) for label, members in parts.items() if label in place]
