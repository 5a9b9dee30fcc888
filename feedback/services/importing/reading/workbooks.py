"""Excel workbooks as rows of texts. Formulas are not run, macros are not looked at, dates become 2026-03-01."""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook

from feedback.services.importing.csv_files import CsvRecord, FileRefused
from feedback.services.importing.reading.headers import HeaderMap
from feedback.services.importing.reading.workbook_scan import REFERENCE, SheetFacts, check_workbook, scan_sheet

BROKEN = (InvalidFileException, zipfile.BadZipFile, zlib.error, EOFError)
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
ONLY_ZEROS = re.compile(r"0+")  # a number format that shows leading zeros


class WorkbookRecords:
    """The rows of a sheet as records, whose line is the number of the row, and what should be said about the sheet."""

    def __init__(self, records: Iterator[CsvRecord], notes: list[str]) -> None:
        self.records, self.notes = records, notes


@contextmanager
def read_workbook(path: Path, sheet: str, header: HeaderMap) -> Iterator[WorkbookRecords]:
    """Open the sheet of an .xlsx workbook; `sheet` must be named where several are filled.

    Raises:
        FileRefused: the workbook or the sheet cannot be used, or a formula in it has no stored result.

    """
    check_workbook(path)
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about extensions that only look different
        with _damage_refused(path):
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            with _damage_refused(path):
                chosen = _chosen(path, book, sheet)
            facts = scan_sheet(path, chosen._worksheet_path)
            _refuse_uncomputed(path, chosen.title, facts)
            records = _records(path, chosen, _merged_rows(facts), header)
            yield WorkbookRecords(records, _notes(chosen.title, facts))
        finally:
            book.close()


@contextmanager
def _damage_refused(path: Path) -> Iterator[None]:
    """Whatever the reader says of XML that is not as it should be is said as a sentence."""
    try:
        yield
    except FileRefused:
        raise
    except (LookupError, ValueError, TypeError, AttributeError, SyntaxError, OSError, *BROKEN) as error:
        raise FileRefused(
            f"{path.name} is an Excel workbook or a ZIP archive that is damaged. Save it again, or as CSV (UTF-8)."
        ) from error


def _chosen(path: Path, book: Workbook, sheet: str) -> Any:
    sheets = [one for one in book.worksheets if hasattr(one, "iter_rows")]
    names = ", ".join(repr(one.title) for one in sheets)
    if sheet:
        found = [one for one in sheets if one.title.casefold() == sheet.strip().casefold()]
        if not found:
            raise FileRefused(f"{path.name} has no sheet {sheet!r}. Its sheets are: {names}.")
        return found[0]
    shown = [one for one in sheets if one.sheet_state == "visible" and _filled(one)]
    if len(shown) > 1:
        raise FileRefused(
            f"{path.name} has several sheets: {', '.join(repr(one.title) for one in shown)}. "
            f"Name the one with the answers: `sheet: {shown[0].title}` in the map, or --sheet."
        )
    if not shown:
        raise FileRefused(f"{path.name} is empty. Export the answers again with a header line.")
    return shown[0]


def _filled(sheet: Any) -> bool:
    sheet.reset_dimensions()  # what a sheet states about its own size is not believed
    return any(cell is not None for row in sheet.iter_rows(values_only=True) for cell in row)


def _refuse_uncomputed(path: Path, title: str, facts: SheetFacts) -> None:
    if facts.uncomputed:
        named = ", ".join(facts.uncomputed)
        raise FileRefused(
            f"{path.name}, sheet {title!r}: {named} hold formulas without a stored result, and formulas are not run. "
            "Open the file in a spreadsheet program and save it, or paste the cells as values."
        )


def _notes(title: str, facts: SheetFacts) -> list[str]:
    hidden = [
        f"{count:,} {what}" for count, what in ((facts.hidden_rows, "rows"), (facts.hidden_columns, "columns")) if count
    ]
    return [f"Sheet {title!r} hides {' and '.join(hidden)}, which are read as well."] if hidden else []


def _records(path: Path, sheet: Any, merged: dict[int, str], header: HeaderMap) -> Iterator[CsvRecord]:
    """The rows that hold anything. Cells may be merged in the rows of the header, where it is a way of writing."""
    sheet.reset_dimensions()
    of_header = header.rows + header.skip
    with _damage_refused(path):
        for cells in sheet.iter_rows():
            line = next((cell.row for cell in cells if cell.value is not None), 0)
            if not line:
                continue
            if line >= header.row:
                of_header -= 1
            if of_header < 0 and line in merged:
                raise FileRefused(
                    f"{path.name}, row {line}: the cells {merged[line]} are merged, so only one of them has the "
                    "answer. Unmerge them and fill each row."
                )
            yield CsvRecord(line, [_text(cell) for cell in cells])


def _merged_rows(facts: SheetFacts) -> dict[int, str]:
    """Rows in which merged cells begin."""
    rows = {}
    for reference in facts.merged:
        if place := REFERENCE.match(reference):
            rows[int(place.group(2))] = reference
    return rows


def _text(cell: Any) -> str:
    """A cell as text: what was typed, as far as the workbook still has it."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return _number(value, str(getattr(cell, "number_format", "")))


def _number(value: Any, shown_as: str) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return str(value).zfill(len(shown_as)) if ONLY_ZEROS.fullmatch(shown_as) else str(value)
