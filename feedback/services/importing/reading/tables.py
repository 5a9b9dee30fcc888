"""A table that somebody brings, whatever program wrote it: its header, its rows as texts, and what should be said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from feedback.services.importing.csv_files import CsvRecord, FileRefused, Progress, read_csv
from feedback.services.importing.reading.headers import Header, HeaderMap, read_header
from feedback.services.importing.reading.workbooks import read_workbook

ZIPPED = b"PK\x03\x04"
OLD = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, kw_only=True)
class TableShape:
    """How a file is to be read, as far as a person or a map says so; `expected` are columns that it should have."""

    encoding: str = "utf-8"
    delimiter: str = ""
    sheet: str = ""
    header: HeaderMap = HeaderMap()
    expected: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    name: str
    header: Header
    rows: Iterator[CsvRecord]
    notes: list[str] = field(default_factory=list)


@contextmanager
def open_table(path: Path, shape: TableShape, progress: Progress | None = None) -> Iterator[Table]:
    """Open a CSV file or an Excel workbook; rows are a stream that can be read once.

    Raises:
        FileRefused: here or while the rows are read.

    """
    beginning = _beginning(path)
    if beginning == OLD:
        raise FileRefused(
            f"{path.name} is an old Excel workbook, or one with a password. "
            "Save it without a password as .xlsx or CSV (UTF-8)."
        )
    if beginning == ZIPPED:
        with read_workbook(path, shape.sheet, shape.header) as book:
            header = read_header(path.name, book.records, shape.header)
            yield Table(path.name, header, _even(header), book.notes)
        if progress:
            progress(path.stat().st_size)
    else:
        if shape.sheet:
            raise FileRefused(f"{path.name} is not an Excel workbook, so it has no sheet {shape.sheet!r}.")
        with read_csv(
            path, encoding=shape.encoding, delimiter=shape.delimiter, progress=progress, expected=shape.expected
        ) as records:
            header = read_header(path.name, records, shape.header)
            yield Table(path.name, header, header.rows)


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4)
    except OSError as error:
        raise FileRefused(f"{path.name} cannot be read: {(error.strerror or 'unknown reason').lower()}.") from error


def _even(header: Header) -> Iterator[CsvRecord]:
    """Rows of a workbook end with their last filled cell: the rest of the header's columns is empty."""
    width = len(header.names)
    for line, cells in header.rows:
        yield CsvRecord(line, cells if len(cells) >= width else [*cells, *[""] * (width - len(cells))])
