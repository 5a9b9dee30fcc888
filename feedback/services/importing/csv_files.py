"""CSV files as people have them: any delimiter, with or without a byte order mark, large, ragged, not always CSV."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from feedback.errors import Refusal

DELIMITERS = (",", ";", "\t", "|")
LONGEST_CELL = 1_000_000  # characters
SAMPLE = 64 * 1024  # bytes looked at to find the delimiter
LINES_LOOKED_AT = 20
QUOTED = re.compile(r'"(?:[^"]|"")*"')
SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.I)  # spreadsheets write it, and read it as an instruction
NOT_TEXT = {
    b"PK\x03\x04": "an Excel workbook or a ZIP archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF file",
    b"\x1f\x8b": "a compressed file",
}
ONE_BYTE = {"utf-8", "cp1252", "iso8859-1"}
WEB_PAGE = re.compile(rb"\s*<(!doctype html|html|table|\?xml|meta)\b", re.I)  # some tools call one .xls
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

Progress = Callable[[int], object]


class FileRefused(Refusal):
    """A file cannot be read; the sentence names it, the line if there is one, and what to do."""


class CsvRecord(NamedTuple):
    """A record of the file and the line it begins on (the header is line 1)."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class CsvFile:
    """An open file: its header, and its rows as a stream that can be read once."""

    name: str
    header: list[str]
    rows: Iterator[CsvRecord]


@contextmanager
def open_csv(
    path: Path, *, encoding: str = "utf-8", delimiter: str = "", progress: Progress | None = None
) -> Iterator[CsvFile]:
    """Open a CSV file whose first record is its header; raises what `read_csv` raises."""
    with read_csv(path, encoding=encoding, delimiter=delimiter, progress=progress) as records:
        header = next(records, None)
        if header is None:
            raise FileRefused(f"{path.name} is empty. Export the answers again with a header line.")
        yield CsvFile(path.name, [cell.strip() for cell in header.cells], records)


@contextmanager
def read_csv(
    path: Path,
    *,
    encoding: str = "utf-8",
    delimiter: str = "",
    progress: Progress | None = None,
    expected: Collection[str] = (),
) -> Iterator[Iterator[CsvRecord]]:
    """Yield the records of a CSV file; blank lines are passed over. `delimiter` is found out when it is not given.

    `expected` are names of columns, which tell one delimiter from another where both would do. `progress` is called
    with the number of bytes read since the last call.

    Raises:
        FileRefused: here or while the rows are read.

    """
    try:
        raw = path.open("rb")
    except OSError as error:
        raise FileRefused(f"{path.name} cannot be read: {(error.strerror or 'unknown reason').lower()}.") from error
    with raw:
        chosen = codecs.lookup(encoding).name
        sample = raw.read(SAMPLE)
        _refuse_what_is_not_text(path, sample, encoding)
        if not chosen.startswith("utf"):
            _refuse_hidden_utf8(path, raw, encoding)
        raw.seek(0)
        with TextIOWrapper(raw, "utf-8-sig" if chosen == "utf-8" else encoding, newline="") as text:
            beginning = sample.decode(encoding, "replace").lstrip("\ufeff")
            named = SEPARATOR_LINE.match(beginning)
            found = delimiter or (named.group(1) if named else delimiter_of(beginning, expected))
            records = _records(path, text, found, encoding, _counted(raw, progress))
            yield islice(records, 1, None) if named else records


def size_of(path: Path) -> int:
    """Return how many bytes there are to read; 0 for a file that cannot be opened, which `open_csv` refuses."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _refuse_what_is_not_text(path: Path, sample: bytes, encoding: str) -> None:
    for beginning, kind in NOT_TEXT.items():
        if sample.startswith(beginning):
            raise FileRefused(f"{path.name} is {kind}. Save the sheet as CSV (UTF-8) and import that.")
    if WEB_PAGE.match(sample.removeprefix(codecs.BOM_UTF8)):
        raise FileRefused(f"{path.name} is a web page or XML. Open it in a spreadsheet and save it as CSV (UTF-8).")
    if sample.startswith(WIDE) and "16" not in encoding:
        raise FileRefused(f"{path.name} is UTF-16. Save it as CSV (UTF-8), or name the encoding: `encoding: utf-16`.")
    if sample.count(b"\0") > len(sample) / 4 and codecs.lookup(encoding).name in ONE_BYTE:
        raise FileRefused(
            f"{path.name} is not text, or UTF-16 without its mark. Save it as CSV (UTF-8), or name the encoding: "
            "`encoding: utf-16-le`."
        )
    if not sample.removeprefix(codecs.BOM_UTF8).strip():
        raise FileRefused(f"{path.name} is empty. Export the answers again with a header line.")


def _refuse_hidden_utf8(path: Path, raw: BinaryIO, encoding: str) -> None:
    """Letters beyond ASCII that are valid UTF-8 throughout are UTF-8: read otherwise, every accent would be mangled."""
    raw.seek(0)
    decoder, beyond = codecs.getincrementaldecoder("utf-8")(), False
    try:
        while piece := raw.read(SAMPLE):
            beyond = not decoder.decode(piece).isascii() or beyond
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return
    if beyond:
        raise FileRefused(
            f"{path.name} is UTF-8, and the map says `encoding: {encoding}`, which would mangle its letters. "
            "Take the line `encoding` out of the map."
        )


def delimiter_of(sample: str, expected: Collection[str] = ()) -> str:
    """The sign that makes the most `expected` columns; else that parts header and lines most evenly; else a comma.

    What stands in quotation marks parts nothing.
    """
    lines = [line for line in re.split(r"\r\n|\r|\n", QUOTED.sub("", sample)) if line.strip()][:LINES_LOOKED_AT]
    if not lines:
        return DELIMITERS[0]

    def fitness(sign: str) -> tuple[int, int, int]:
        width = lines[0].count(sign)
        known = len(wanted & _names(sample, sign)) if wanted else 0
        return (known, sum(line.count(sign) == width for line in lines), width) if width else (0, 0, 0)

    wanted = {" ".join(name.split()) for name in expected}
    return max(DELIMITERS, key=fitness)


def _names(sample: str, delimiter: str) -> set[str]:
    """The cells of the first records, among which the header is."""
    try:
        records = list(islice(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), LINES_LOOKED_AT))
    except csv.Error:
        return set()
    return {" ".join(cell.split()) for cells in records for cell in cells}


def _counted(raw: BinaryIO, progress: Progress | None) -> Callable[[], None]:
    before = 0

    def report_progress() -> None:
        nonlocal before
        if progress:
            now = raw.tell()
            progress(now - before)
            before = now

    return report_progress


def _records(
    path: Path, text: TextIOWrapper, delimiter: str, encoding: str, report_progress: Callable[[], None]
) -> Iterator[CsvRecord]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    line = 1
    try:
        for number, cells in enumerate(reader):
            if any(cells):
                yield CsvRecord(line, cells)
            line = reader.line_num + 1
            if number % 1000 == 0:
                report_progress()
        report_progress()
    except UnicodeError as error:  # also a file that does not begin as UTF-16 must
        raise FileRefused(
            f"{path.name} is not {encoding.upper()} near line {line}. Save it as CSV (UTF-8), or name its encoding in "
            "the map: files from Excel on Windows are often `encoding: cp1252`."
        ) from error
    except csv.Error as error:
        raise FileRefused(f"{path.name}, line {line}: {_plain(error)}") from error


def _plain(error: csv.Error) -> str:
    reason = str(error)
    if "field larger" in reason:
        return f"a cell has more than {LONGEST_CELL:,} characters. A quotation mark that is never closed does that."
    if "unexpected end" in reason:
        return "a quotation mark is opened and never closed."
    if "expected after" in reason:
        return "there is a quotation mark inside a cell. Inside a quoted cell, write it twice."
    return f"this is not CSV ({reason})."
