"""What must hold before a book is written, each fault said in a sentence that names the sheet and the remedy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from analysis.workbook.model import Book, Chart, WorkbookError, Worksheet
from analysis.workbook.sheets import CONTENTS, COVER, NOTES, SHORTHAND
from analysis.workbook.table_names import (
    LONGEST_SHEET_NAME,
    REFUSED_IN_SHEET_NAME,
    VALID_TABLE,
    is_address,
    table_name,
)

MOST_ROWS = 1_000_000
NOTE = re.compile(r"\[(note \d+)\]")
_FRONT = (COVER, CONTENTS, NOTES, SHORTHAND)
_FRONT_TABLES = ("control_totals", "contents", "notes", "shorthand")


def check_book(book: Book) -> None:
    """Refuse a book that cannot be written as it is described.

    Raises:
        WorkbookError: the first fault found.

    """
    for label, text in (("title", book.title), ("organisation", book.organisation), ("contact", book.contact)):
        if not text.strip():
            raise WorkbookError(f"The workbook has no {label}. Give it one: it appears on the cover.")
    _refuse_repeated("sheets", [*_FRONT, *(sheet.name for sheet in book.sheets)])
    _refuse_repeated("tables", [*_FRONT_TABLES, *(table_name(sheet) for sheet in book.sheets)])
    _refuse_repeated("notes", [note.mark for note in book.notes])
    notes = {note.mark for note in book.notes}
    for sheet in book.sheets:
        _check_names(sheet)
        _check_table(sheet)
        _check_notes(sheet, notes)
        if sheet.chart:
            _check_chart(sheet, sheet.chart)


def _refuse_repeated(what: str, names: Iterable[str]) -> None:
    repeated = [name for name, times in Counter(name.casefold() for name in names).items() if times > 1]
    if repeated:
        raise WorkbookError(f"Two {what} are called {repeated[0]!r}. Give each its own name.")


def _check_names(sheet: Worksheet) -> None:
    name = sheet.name
    bad = not name.strip() or len(name) > LONGEST_SHEET_NAME or name.strip("'") != name
    bad = bad or REFUSED_IN_SHEET_NAME.search(name) is not None
    if bad or name.casefold() == "history":
        raise WorkbookError(
            f"Excel does not accept the sheet name {name!r}. "
            "Use 1 to 31 characters, none of [ ] : * ? / \\ and no apostrophe at an end."
        )
    if not sheet.title.strip() or not sheet.source.strip():
        raise WorkbookError(f"Sheet {name!r} has no title or no source. Give it both: they appear above the table.")
    table = table_name(sheet)
    if not VALID_TABLE.fullmatch(table) or is_address(table):
        raise WorkbookError(f"Sheet {name!r}: Excel does not accept the table name {table!r}. Use letters and _ only.")


def _check_table(sheet: Worksheet) -> None:
    names = [column.name for column in sheet.columns]
    if not names or not all(name.strip() and "\n" not in name for name in names):
        raise WorkbookError(f"Sheet {sheet.name!r} has a column without a heading on one line. Give every column one.")
    if len({name.casefold() for name in names}) < len(names):
        raise WorkbookError(f"Sheet {sheet.name!r} has two columns of the same name. Tell them apart.")
    if len(sheet.rows) > MOST_ROWS:
        raise WorkbookError(
            f"Sheet {sheet.name!r} has {len(sheet.rows):,} rows. A sheet holds {MOST_ROWS:,}: split it."
        )
    for number, row in enumerate(sheet.rows, start=1):
        if len(row) != len(names):
            raise WorkbookError(f"Sheet {sheet.name!r}, row {number}: {len(row)} values for {len(names)} columns.")


def _check_notes(sheet: Worksheet, notes: set[str]) -> None:
    texts = [sheet.title, sheet.source, sheet.base, *sheet.lines, *(column.name for column in sheet.columns)]
    for mark in NOTE.findall(" ".join(texts)):
        if mark not in notes:
            raise WorkbookError(f"Sheet {sheet.name!r} mentions [{mark}], which the notes of the book do not hold.")


def _check_chart(sheet: Worksheet, chart: Chart) -> None:
    numbers = {column.name: column.is_number for column in sheet.columns}
    used = [chart.category, chart.split, chart.segment]
    used += [name for series in chart.series for name in (series.value, series.lower, series.upper)]
    for name in used:
        if name and name not in numbers:
            raise WorkbookError(f"The chart of sheet {sheet.name!r} draws the column {name!r}, which the table lacks.")
    texts = (chart.title, chart.description, chart.category_title, chart.value_title)
    if not chart.series or not all(text.strip() for text in texts):
        raise WorkbookError(
            f"The chart of sheet {sheet.name!r} needs a series, a title, a description and axis titles."
        )
    if chart.kind == "line" and not numbers[chart.category]:
        raise WorkbookError(f"The line of sheet {sheet.name!r} needs a number such as the year as its category.")
    if chart.kind == "line" and chart.descending:
        raise WorkbookError(f"The line of sheet {sheet.name!r} cannot be put in order of size: time gives its order.")
