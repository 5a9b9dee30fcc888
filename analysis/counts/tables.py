"""Integer counts by raking cell x group x indicator: all that weighting, estimates and tests need (a sufficient table).

With equal base weights a raked weight depends only on the raking cell, so counts replace rows. Counts are integers and
add up: days, shards and retries merge exactly, and the same counts give the same figures to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.counts.coding import Integers
from analysis.errors import AnalysisError

JOIN = " x "
CITY = "city"
WEIGHT = "weight"
Group = tuple[str, ...]


@dataclass(frozen=True)
class Breakdown:
    """A breakdown: one column, or several crossed. `declared` groups have a row even when nobody is in them."""

    columns: tuple[str, ...]
    declared: tuple[Group, ...] = ()

    @property
    def name(self) -> str:
        return JOIN.join(self.columns) if self.columns else CITY


EVERYBODY = Breakdown((), ((),))


@dataclass(frozen=True, eq=False)
class CountTable:
    """Counts of one dimension, one row an occupied (group, cell), in that order.

    `base` and `yes` are (rows x indicators); `cell` points into `Counts.cells`, `group` into `groups`.
    """

    dimension: Breakdown
    groups: tuple[Group, ...]
    group: Integers
    cell: Integers
    base: Integers
    yes: Integers


@dataclass(frozen=True, eq=False)
class Counts:
    """Counts of one file. Add two with `+`; compare with `same_as`.

    `cells` is a sorted index of raking cells (or of distinct weights); `rows` the respondents in each;
    `tables[0]` is the whole city, the others follow `by`.
    """

    indicators: tuple[str, ...]
    cells: pd.MultiIndex
    rows: Integers
    tables: tuple[CountTable, ...]

    @property
    def respondents(self) -> int:
        return int(self.rows.sum())

    @property
    def weighted(self) -> bool:
        """Whether the cells are distinct weights given from outside, not raking cells."""
        return list(self.cells.names) == [WEIGHT]

    def __add__(self, other: Counts) -> Counts:
        return add(self, other)

    def same_as(self, other: Counts) -> bool:
        """Whether both hold exactly the same counts."""
        return (
            self.indicators == other.indicators
            and self.cells.equals(other.cells)
            and np.array_equal(self.rows, other.rows)
            and [table.groups for table in self.tables] == [table.groups for table in other.tables]
            and all(_same(mine, theirs) for mine, theirs in zip(self.tables, other.tables, strict=True))
        )


def _same(mine: CountTable, theirs: CountTable) -> bool:
    fields = ("group", "cell", "base", "yes")
    return all(np.array_equal(getattr(mine, field), getattr(theirs, field)) for field in fields)


def order_groups(dimension: Breakdown, occurring: Iterable[Group]) -> tuple[Group, ...]:
    """Declared groups in their order, then the others by name."""
    return (*dimension.declared, *sorted(set(occurring) - set(dimension.declared)))


def add(left: Counts, right: Counts) -> Counts:
    """Counts of two disjoint files together, as if they had been counted at once."""
    if left.indicators != right.indicators or list(left.cells.names) != list(right.cells.names):
        raise AnalysisError(
            "Counts add up only when both were made for the same indicators and the same weighting cells."
        )
    if [table.dimension.columns for table in left.tables] != [table.dimension.columns for table in right.tables]:
        raise AnalysisError("Counts add up only when both were made for the same breakdowns, in the same order.")
    cells = left.cells.union(right.cells).sort_values()
    cells.names = left.cells.names
    places = (cells.get_indexer(left.cells), cells.get_indexer(right.cells))
    rows = np.zeros(len(cells), dtype=np.int64)
    for counts, place in zip((left, right), places, strict=True):
        rows[place] += counts.rows
    tables = tuple(_add_tables(pair, places) for pair in zip(left.tables, right.tables, strict=True))
    return replace(left, cells=cells, rows=rows, tables=tables)


def _add_tables(pair: tuple[CountTable, CountTable], places: Sequence[Integers]) -> CountTable:
    declared = dict.fromkeys((*pair[0].dimension.declared, *pair[1].dimension.declared))
    dimension = replace(pair[0].dimension, declared=tuple(declared))
    groups = order_groups(dimension, (*pair[0].groups, *pair[1].groups))
    position = {group: number for number, group in enumerate(groups)}
    group = [np.array([position[name] for name in table.groups], dtype=np.int64)[table.group] for table in pair]
    cell = [place[table.cell] for table, place in zip(pair, places, strict=True)]
    return gather(
        dimension,
        groups,
        np.concatenate(group),
        np.concatenate(cell),
        np.concatenate([table.base for table in pair]),
        np.concatenate([table.yes for table in pair]),
    )


def gather(  # noqa: PLR0913 - the six columns of a table
    dimension: Breakdown, groups: tuple[Group, ...], group: Integers, cell: Integers, base: Integers, yes: Integers
) -> CountTable:
    """Sum rows of equal (group, cell) and put them in that order."""
    if not len(group):
        return CountTable(dimension, groups, group, cell, base, yes)
    span = int(cell.max()) + 1
    key = group * span + cell
    order = np.argsort(key, kind="stable")
    key = key[order]
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
    key = key[starts]
    return CountTable(
        dimension,
        groups,
        key // span,
        key % span,
        _sums_between(base[order], starts),
        _sums_between(yes[order], starts),
    )


def _sums_between(values: Integers, starts: NDArray[np.intp]) -> Integers:
    """Sums of runs of rows that begin at `starts`."""
    return values if len(starts) == len(values) else np.add.reduceat(values, starts, axis=0)


def dimensions(by: Sequence[str | Sequence[str]], declared: Mapping[str, Sequence[str]]) -> tuple[Breakdown, ...]:
    """Breakdowns from column names and tuples of them; `declared` maps a column to its groups."""
    result: list[Breakdown] = []
    for item in by:
        columns = (item,) if isinstance(item, str) else tuple(item)
        if not columns:
            raise AnalysisError("A crossed breakdown needs at least one column; the whole city is always there.")
        result.append(Breakdown(columns, _product([declared.get(column, ()) for column in columns])))
    names = [dimension.name for dimension in result]
    if CITY in names:
        raise AnalysisError(
            "A column called 'city' cannot be a breakdown, because 'city' is the row for everybody; rename it."
        )
    if len(set(names)) != len(names):
        raise AnalysisError("A breakdown is named twice; name each once.")
    return tuple(result)


def _product(levels: Sequence[Sequence[str]]) -> tuple[Group, ...]:
    groups: list[Group] = [()]
    for names in levels:
        groups = [(*group, str(name)) for group in groups for name in names]
    return tuple(dict.fromkeys(groups))
