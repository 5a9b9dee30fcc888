"""From rows to counts: one pass of `numpy.bincount` for each question, whatever the number of indicators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.coding import BLANK, Codes, Columns, Integers, Strata, cross
from analysis.counts import EVERYBODY, WEIGHT, Counts, Dimension, Table, dimensions, gather, order_groups
from analysis.errors import AnalysisError
from analysis.indicators import Indicator, check_indicators, meets

TABLE_LIMIT = 4_000_000
"Most entries of one class x answer table (32 MB); a question that would need more is counted in parts."
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
    blocks = _blocks(columns, placed, (EVERYBODY, *breakdowns), len(responses))
    tables: dict[Dimension, Table] = {}
    for strata, members in blocks:
        base, yes = _answers(columns, strata, checked)
        cell = placed.of_row[strata.first].astype(np.int64)
        for dimension in members:
            tables[dimension] = _table(columns, strata, dimension, cell, (base, yes))
    ordered = tuple(tables[dimension] for dimension in (EVERYBODY, *breakdowns))
    return Counts(tuple(indicator.name for indicator in checked), placed.index, placed.rows, ordered)


def _declared(columns: Columns, by: By, groups: Mapping[str, Sequence[str]]) -> tuple[Dimension, ...]:
    names = {name for item in by for name in ((item,) if isinstance(item, str) else item)}
    return dimensions(by, {name: tuple(groups.get(name, ())) or columns[name].declared for name in names})


@dataclass(frozen=True)
class Cells:
    """Weighting cells sorted by label: their index, respondents in each, and the cell of every row."""

    index: pd.MultiIndex
    rows: Integers
    of_row: NDArray[np.intp]


def raking_cells(columns: Columns, names: Sequence[str], rows: int) -> Cells:
    """Cells of respondents who gave the same answer to every raking question (none named: one cell for all)."""
    return _sorted_cells([(columns[name].codes, columns[name].labels) for name in names], list(names), rows)


def weight_cells(weights: pd.Series, index: pd.Index) -> Cells:
    """Cells of respondents with exactly the same weight."""
    codes, values = pd.factorize(check_weights(weights, index))
    return _sorted_cells([(codes, [*values.tolist(), None])], [WEIGHT], len(index))


def check_weights(weights: pd.Series, index: pd.Index) -> NDArray[np.float64]:
    """Weights in the order of the responses; refuses weights that cannot exist or belong to other rows."""
    if not weights.index.equals(index):
        if len(weights) != len(index) or not weights.index.is_unique or not index.isin(weights.index).all():
            raise AnalysisError("The weights are for other rows than the responses; make them from the same file.")
        weights = weights.reindex(index)
    try:
        values = weights.to_numpy(dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise AnalysisError("The weights are not numbers; read the column as numbers.") from error
    wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
    if len(wrong):
        raise AnalysisError(
            f"{len(wrong)} weights are missing, negative or infinite (the first in row '{index[wrong[0]]}'); "
            "a weight is a positive number."
        )
    if len(values) and not values.any():
        raise AnalysisError("Every weight is zero, so nobody would be counted; make the weights again.")
    return values


def _sorted_cells(keys: Sequence[tuple[Codes, Sequence[object]]], names: list[str], rows: int) -> Cells:
    strata = cross([(codes, len(labels)) for codes, labels in keys], rows)
    levels = [[labels[code] for code in codes[strata.first].tolist()] for codes, labels in keys]
    index = pd.MultiIndex.from_arrays(levels or [[BLANK] * strata.size], names=names or ["all"])
    order = index.argsort()
    place = np.empty(strata.size, dtype=np.intp)
    place[order] = np.arange(strata.size)
    of_row = place[strata.of_row]
    return Cells(index[order], np.bincount(of_row, minlength=strata.size).astype(np.int64), of_row)


def _blocks(
    columns: Columns, cells: Cells, wanted: Sequence[Dimension], rows: int
) -> list[tuple[Strata, list[Dimension]]]:
    """Breakdowns crossed together as long as that makes few classes, so that answers are passed over few times."""
    whole = _strata(columns, cells, wanted)
    if whole.size <= max(CLASS_LIMIT, rows // 8) or len(wanted) == 1:
        return [(whole, list(wanted))]
    half = len(wanted) // 2
    return [block for part in (wanted[:half], wanted[half:]) for block in _blocks(columns, cells, part, rows)]


def _strata(columns: Columns, cells: Cells, wanted: Sequence[Dimension]) -> Strata:
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
        for part in _parts(members, columns[indicators[members[0]].question].size, strata.size):
            chosen = [indicators[number] for number in part]
            base[:, part], yes[:, part] = _one_question(columns, strata, chosen)
    return base, yes


def _parts(members: list[int], labels: int, classes: int) -> list[list[int]]:
    patterns = min(labels, 3 ** len(members))
    if len(members) == 1 or patterns * classes <= TABLE_LIMIT:
        return [members]
    half = len(members) // 2
    return _parts(members[:half], labels, classes) + _parts(members[half:], labels, classes)


def _one_question(columns: Columns, strata: Strata, indicators: Sequence[Indicator]) -> tuple[Integers, Integers]:
    """One pass over a question: class x distinct treatment of an answer, then summed for each indicator."""
    column = columns[indicators[0].question]
    places = {label: tuple(indicator.place(label) for indicator in indicators) for label in column.labels}
    outside = (0,) * len(indicators)
    patterns = {pattern: number for number, pattern in enumerate(dict.fromkeys((outside, *places.values())))}
    # patterns times classes, so that adding the class gives the place in the table
    start = np.array([patterns[places[label]] for label in column.labels], dtype=np.intp) * strata.size
    key = start[column.codes]
    asked = _asked(columns, indicators[0].asked)
    if asked is not None:
        key *= asked
    key += strata.of_row
    table = np.bincount(key, minlength=strata.size * len(patterns)).reshape(len(patterns), strata.size)
    meaning = np.array(list(patterns))
    # float64 products of counts are exact below 2**53 and many times faster than integer ones
    exact = table.T.astype(np.float64)
    base = exact @ (meaning > 0).astype(np.float64)
    yes = exact @ (meaning > 1).astype(np.float64)
    return base.astype(np.int64), yes.astype(np.int64)


def _asked(columns: Columns, conditions: tuple[tuple[str, tuple[str, ...]], ...]) -> NDArray[np.bool_] | None:
    asked: NDArray[np.bool_] | None = None
    for name, codes in conditions:
        column = columns[name]
        holds = np.array([meets(label, codes) for label in column.labels])[column.codes]
        asked = holds if asked is None else asked | holds
    return asked


def _table(
    columns: Columns, strata: Strata, dimension: Dimension, cell: Integers, answers: tuple[Integers, Integers]
) -> Table:
    codes = [columns[name].codes[strata.first] for name in dimension.columns]
    labels = [columns[name].labels for name in dimension.columns]
    crossed = cross([(code, len(names)) for code, names in zip(codes, labels, strict=True)], len(cell))
    found = [
        tuple(names[code[row]] for code, names in zip(codes, labels, strict=True)) for row in crossed.first.tolist()
    ]
    groups = order_groups(dimension, (group for group in found if BLANK not in group))
    position = {group: number for number, group in enumerate(groups)}
    group = np.array([position.get(name, -1) for name in found], dtype=np.int64)[crossed.of_row]
    keep = group >= 0
    base, yes = answers
    return gather(dimension, groups, group[keep], cell[keep], base[keep], yes[keep])
