"""From rows to counts: one pass of `numpy.bincount` for each question, whatever the number of indicators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.counts.coding import BLANK, Codes, Columns, Integers, Strata, cross
from analysis.counts.indicators import Indicator, check_indicators, meets
from analysis.counts.tables import EVERYBODY, Breakdown, Counts, CountTable, dimensions, gather, order_groups
from analysis.counts.weighting_cells import WeightingCells, raking_cells, weight_cells
from analysis.errors import AnalysisError

TABLE_LIMIT = 4
"Most entries of one class x answer table, for each row counted; a question that would need more is counted in parts."
PIECE = 65_536
CLASS_LIMIT = 50_000
"Classes of rows (cell x all breakdowns) up to which breakdowns are always counted together."

By = Sequence[str | Sequence[str]]


def count(
    responses: pd.DataFrame,
    indicators: Sequence[Indicator],
    by: By,
    *,
    cells: Sequence[str] = (),
    weights: pd.Series | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> Counts:
    """Count respondents by weighting cell x group x indicator, for the city and for each breakdown in `by`.

    `cells` names the raking columns; or give `weights` from outside, and the cells are their distinct values.
    `by` holds columns, or tuples of columns to be crossed. `groups` declares groups of a column that have a row even
    when empty (so do the unused categories of a categorical column). Blank characteristics are in no group.
    """
    columns = Columns(responses)
    checked = check_indicators(indicators)
    breakdowns = _declared(columns, by, groups or {})
    if weights is not None and cells:
        raise AnalysisError("Give either the raking columns or the weights, not both.")
    placed = raking_cells(columns, cells, len(responses)) if weights is None else weight_cells(weights, responses.index)
    tables = _tables(columns, placed, checked, breakdowns)
    ordered = tuple(tables[dimension] for dimension in (EVERYBODY, *breakdowns))
    return Counts(tuple(indicator.name for indicator in checked), placed.index, placed.rows, ordered)


@dataclass(frozen=True)
class Entries:
    """Counts of classes of rows (classes x indicators): a row of each class, its cell, base and yes."""

    first: NDArray[np.intp]
    cell: Integers
    base: Integers
    yes: Integers


def _tables(
    columns: Columns, cells: WeightingCells, indicators: Sequence[Indicator], breakdowns: Sequence[Breakdown]
) -> dict[Breakdown, CountTable]:
    """Count across the rows for the breakdowns that cut through cells; the others follow from the cells themselves."""
    along = [dimension for dimension in breakdowns if set(dimension.columns) <= set(cells.index.names)]
    cutting = [dimension for dimension in breakdowns if dimension not in along]
    tables: dict[Breakdown, CountTable] = {}
    for strata, members in _blocks(columns, cells, (EVERYBODY, *cutting), len(cells.of_row)):
        cell = cells.of_row[strata.first].astype(np.int64)
        entries = Entries(strata.first, cell, *_answers(columns, strata, indicators))
        tables |= {dimension: _table(columns, dimension, entries) for dimension in members}
    everybody = tables[EVERYBODY]
    whole = Entries(cells.first, everybody.cell, everybody.base, everybody.yes)
    return tables | {dimension: _table(columns, dimension, whole) for dimension in along}


def _declared(columns: Columns, by: By, groups: Mapping[str, Sequence[str]]) -> tuple[Breakdown, ...]:
    names = {name for item in by for name in ((item,) if isinstance(item, str) else item)}
    return dimensions(by, {name: tuple(groups.get(name, ())) or columns[name].declared for name in names})


def _blocks(
    columns: Columns, cells: WeightingCells, wanted: Sequence[Breakdown], rows: int
) -> list[tuple[Strata, list[Breakdown]]]:
    """Breakdowns crossed together as long as that makes few classes, so that answers are passed over few times."""
    whole = _strata(columns, cells, wanted)
    if whole.size <= max(CLASS_LIMIT, rows // 8) or len(wanted) == 1:
        return [(whole, list(wanted))]
    half = len(wanted) // 2
    return [block for part in (wanted[:half], wanted[half:]) for block in _blocks(columns, cells, part, rows)]


def _strata(columns: Columns, cells: WeightingCells, wanted: Sequence[Breakdown]) -> Strata:
    names = dict.fromkeys(name for dimension in wanted for name in dimension.columns)
    crossed = [(columns[name].codes, columns[name].size) for name in names if name not in cells.index.names]
    return cross([(cells.of_row, len(cells.index) + 1), *crossed], len(cells.of_row))


def _answers(columns: Columns, strata: Strata, indicators: Sequence[Indicator]) -> tuple[Integers, Integers]:
    """Base and yes counts, (classes x indicators)."""
    base = np.zeros((strata.size, len(indicators)), dtype=np.int64)
    yes = np.zeros_like(base)
    asked_together: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for number, indicator in enumerate(indicators):
        asked_together[indicator.question, indicator.asked].append(number)
    for members in asked_together.values():
        limit = TABLE_LIMIT * len(strata.of_row)
        for part in _parts(members, columns[indicators[members[0]].question].size, strata.size, limit):
            chosen = [indicators[number] for number in part]
            base[:, part], yes[:, part] = _one_question(columns, strata, chosen)
    return base, yes


def _parts(members: list[int], labels: int, classes: int, limit: int) -> list[list[int]]:
    patterns = min(labels, 3 ** len(members))
    if len(members) == 1 or patterns * classes <= limit:
        return [members]
    half = len(members) // 2
    return _parts(members[:half], labels, classes, limit) + _parts(members[half:], labels, classes, limit)


def _one_question(columns: Columns, strata: Strata, indicators: Sequence[Indicator]) -> tuple[Integers, Integers]:
    """One pass over a question: class x distinct treatment of an answer, then summed for each indicator."""
    column = columns[indicators[0].question]
    places = {label: tuple(indicator.place(label) for indicator in indicators) for label in column.labels}
    outside = (0,) * len(indicators)
    patterns = {pattern: number for number, pattern in enumerate(dict.fromkeys((outside, *places.values())))}
    # patterns times classes, so that adding the class gives the place in the table
    start = np.array([patterns[places[label]] for label in column.labels], dtype=np.int64) * strata.size
    key = _keys(start, column.codes, strata, _asked(columns, indicators[0].asked))
    table = np.bincount(key, minlength=strata.size * len(patterns)).reshape(len(patterns), strata.size)
    meaning = np.array(list(patterns))
    # float64 products of counts are exact below 2**53 and many times faster than integer ones
    exact = table.T.astype(np.float64)
    base = exact @ (meaning > 0).astype(np.float64)
    yes = exact @ (meaning > 1).astype(np.float64)
    return base.astype(np.int64), yes.astype(np.int64)


def _keys(start: Integers, codes: Codes, strata: Strata, asked: Sequence[tuple[NDArray[np.bool_], Codes]]) -> Integers:
    """Where each row is counted: in pieces that stay in the processor's cache."""
    key = np.empty(len(codes), dtype=np.int64)
    for begin in range(0, len(codes), PIECE):
        piece = slice(begin, begin + PIECE)
        part = start[codes[piece]]
        if asked:
            part *= np.logical_or.reduce([holds[column[piece]] for holds, column in asked])
        part += strata.of_row[piece]
        key[piece] = part
    return key


def _asked(
    columns: Columns, conditions: tuple[tuple[str, tuple[str, ...]], ...]
) -> list[tuple[NDArray[np.bool_], Codes]]:
    """For each condition whether each label of its column meets it, and the column's codes."""
    return [
        (np.array([meets(label, codes) for label in columns[name].labels]), columns[name].codes)
        for name, codes in conditions
    ]


def _table(columns: Columns, dimension: Breakdown, entries: Entries) -> CountTable:
    codes = [columns[name].codes[entries.first] for name in dimension.columns]
    labels = [columns[name].labels for name in dimension.columns]
    crossed = cross([(code, len(names)) for code, names in zip(codes, labels, strict=True)], len(entries.cell))
    found = [
        tuple(names[code[row]] for code, names in zip(codes, labels, strict=True)) for row in crossed.first.tolist()
    ]
    groups = order_groups(dimension, (group for group in found if BLANK not in group))
    position = {group: number for number, group in enumerate(groups)}
    group = np.array([position.get(name, -1) for name in found], dtype=np.int64)[crossed.of_row]
    keep = np.flatnonzero(group >= 0)
    return gather(dimension, groups, group[keep], entries.cell[keep], entries.base[keep], entries.yes[keep])
