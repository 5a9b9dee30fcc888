"""A workbook straight from frames of figures, for a notebook: one frame a sheet."""

from __future__ import annotations

import csv
import os
from collections.abc import Hashable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import pandas as pd

from analysis.errors import AnalysisError
from analysis.suppressed import Suppressed
from analysis.workbook import Book, SheetColumn, Worksheet, workbook_bytes
from analysis.workbook import write_workbook as write_book
from analysis.workbook.kinds import KINDS, Kind

NOBODY = "[w]"
WHOLE_AREA = "Whole area"
NARROWEST, WIDEST = 12, 100


def write_workbook(
    tables: Book | Mapping[str, pd.DataFrame],
    path: str | os.PathLike[str],
    *,
    title: str = "Figures",
    organisation: str = "Organisation not stated",
    contact: str = "Contact not stated",
    source: str = "Source not stated",
) -> None:
    """Write an accessible workbook, whole or not at all.

    `tables` is a `Book`, or frames by the name of their sheet (31 characters at most), as this library returns them:
    percentages 0-100, hidden figures `Suppressed`. A group in which nobody answered shows "[w]", a test that was not
    made "[z]". The other arguments stand on the cover of a workbook made from frames. Raises `AnalysisError` or
    `WorkbookError`, both sentences with the remedy, and then writes nothing.
    """
    if isinstance(tables, Book):
        write_book(tables, path)
        return
    if not tables:
        raise AnalysisError("There are no tables to write; give at least one frame by the name of its sheet.")
    sheets = tuple(_sheet(str(name), frame, source) for name, frame in tables.items())
    today = date.today()
    book = Book(
        title=title,
        organisation=organisation,
        contact=contact,
        date=f"{today.day} {today:%B %Y}",
        sheets=sheets,
        summary=("Percentages are 0 to 100. Every figure is shown with the number of responses behind it.",),
        keywords=(title,),
    )
    workbook_bytes(book)  # a fault is found before a file is touched
    write_book(book, path)


def _sheet(name: str, frame: pd.DataFrame, source: str) -> Worksheet:
    if not len(frame.columns):
        raise AnalysisError(f"The table '{name}' has no columns; leave it out.")
    columns = tuple(_column(column, frame[column]) for column in frame.columns)
    records = frame.to_dict("records")
    rows = [
        [_cell(row, column, shown) for column, shown in zip(frame.columns, columns, strict=True)] for row in records
    ]
    return Worksheet(name=name, title=name, source=source, columns=columns, rows=rows, summary=name)


def _column(name: Hashable, values: pd.Series) -> SheetColumn:
    own: Kind = "ratio" if pd.api.types.is_numeric_dtype(values) else "text"
    heading, kind = _words().get(str(name), (str(name).replace("_", " ").capitalize(), own))
    look = KINDS[kind]
    longest = max(len(str(value)) for value in [heading, *values])
    width = min(max(longest + 2, NARROWEST), WIDEST) if not look.is_number else None
    return SheetColumn(name=heading, kind=kind, empty=look.empty, width=width)


def _cell(row: Mapping[Hashable, Any], name: Hashable, column: SheetColumn) -> object:
    value = row[name]
    if isinstance(value, Suppressed):
        return value
    if name == "group" and value == "" and row.get("dimension") == "city":
        return WHOLE_AREA
    if isinstance(value, bool):
        return "yes" if value else "no"
    nobody = not isinstance(row.get("n"), Suppressed) and row.get("n") == 0
    return NOBODY if nobody and column.look.measured and pd.isna(value) else value


@lru_cache(maxsize=1)
def _words() -> dict[str, tuple[str, Kind]]:
    """Heading and kind of each column that the library returns."""
    with Path(__file__).with_name("column_headings.csv").open(encoding="utf-8", newline="") as lines:
        return {row["column"]: (row["heading"], cast(Kind, row["kind"])) for row in csv.DictReader(lines)}
