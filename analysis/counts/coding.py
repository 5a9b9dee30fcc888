"""Columns of text as small integer codes, so that everything after touches each answer once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import AnalysisError, listed

Integers = NDArray[np.int64]
Codes = NDArray[np.integer]
BLANK = ""
DENSE = 2_000_000
"Up to so many possible classes (16 MB) they are numbered through a table, beyond it by hashing."


@dataclass(frozen=True)
class Coded:
    """One column: `codes[i]` is a position in `labels`; -1, the last, is the blank (not answered)."""

    codes: Codes
    labels: tuple[str, ...]
    declared: tuple[str, ...]
    "Categories of a categorical column in their own order; empty for plain text."

    @cached_property
    def size(self) -> int:
        return len(self.labels)


def coded(column: pd.Series) -> Coded:
    """Encode a column of text, or take the codes of a categorical column as they are. Missing and "" are blank."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy()
        labels = tuple(_text(value) for value in column.cat.categories)
        declared = tuple(label for label in labels if label != BLANK)
    else:
        codes, values = pd.factorize(column, use_na_sentinel=True)
        labels = tuple(_text(value) for value in values)
        declared = ()
    if len(set(labels)) != len(labels):
        raise AnalysisError(
            f"Column '{column.name}' has categories that read the same as text; give them different names."
        )
    if BLANK in labels:
        codes = np.where(codes == labels.index(BLANK), -1, codes)
    return Coded(codes, (*labels, BLANK), declared)


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(value)


class Columns:
    """The columns of one frame, each encoded at most once."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame
        self._coded: dict[str, Coded] = {}

    def __getitem__(self, name: str) -> Coded:
        if name not in self._coded:
            self._coded[name] = coded(self._column(name))
        return self._coded[name]

    def _column(self, name: str) -> pd.Series:
        if name not in self._frame.columns:
            raise AnalysisError(
                f"There is no column '{name}' in the responses, so it was not asked; leave it out or add the column "
                f"(there are {listed(self._frame.columns)})."
            )
        column = self._frame[name]
        if isinstance(column, pd.DataFrame):
            raise AnalysisError(f"The responses have more than one column '{name}'; keep one of them.")
        return column


@dataclass(frozen=True)
class Strata:
    """Rows put into classes: `of_row[i]` is the class of row i, `first[s]` one row that belongs to class s."""

    of_row: NDArray[np.intp]
    first: NDArray[np.intp]

    @property
    def size(self) -> int:
        return len(self.first)


def cross(columns: Sequence[tuple[Codes, int]], rows: int) -> Strata:
    """Classes of rows that agree on every column; each column is (codes from -1, number of labels with the blank)."""
    mixed = np.zeros(rows, dtype=np.int64)
    span = 1
    for codes, size in columns:
        if span * size >= 2**62:
            mixed = pd.factorize(mixed)[0].astype(np.int64)
            span = rows
        if span > 1:
            mixed *= size
        mixed += codes
        span *= size
        mixed += 1
    of_row, classes = _dense(mixed, span) if span <= DENSE else _sparse(mixed)
    first = np.empty(classes, dtype=np.intp)
    first[of_row] = np.arange(rows)
    return Strata(of_row, first)


def _dense(mixed: Integers, span: int) -> tuple[NDArray[np.intp], int]:
    """Classes by a table of all possible values: several times faster than hashing where few are possible."""
    occurs = np.zeros(span, dtype=bool)
    occurs[mixed] = True
    place = np.cumsum(occurs, dtype=np.intp)
    classes = int(place[-1])
    place -= 1
    return place[mixed], classes


def _sparse(mixed: Integers) -> tuple[NDArray[np.intp], int]:
    of_row, values = pd.factorize(mixed)
    return of_row, len(values)
