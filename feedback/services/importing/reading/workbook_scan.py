"""What must be known of an Excel workbook before its cells are read: that it is one, harmless, and what it hides."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError, iterparse  # noqa: S405 - no part with a DTD gets here

from feedback.services.importing.csv_files import FileRefused

LARGEST = 400_000_000  # bytes unpacked; a million rows of a survey have some 300 million
LARGEST_STRINGS = 200_000_000  # bytes of texts, which are held in memory
MOST_PARTS = 2_000
MOST_COLUMNS = 2_000
PIECE = 1 << 20
NAMED = 5  # cells that a sentence names
DECLARATION = re.compile(rb"<\x00?!\x00?(?:D\x00?O\x00?C|E\x00?N\x00?T)", re.I)  # a DTD; also in UTF-16
OTHER_KINDS = (
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb). Save it as .xlsx"),
    ("Index/Document.iwa", "an Apple Numbers file. Export it as Excel (.xlsx) or CSV"),
    ("Index.zip", "an Apple Numbers file. Export it as Excel (.xlsx) or CSV"),
    ("content.xml", "an OpenDocument sheet (.ods). Save it as Excel (.xlsx) or CSV (UTF-8)"),
)
REFERENCE = re.compile(r"([A-Z]{1,3})(\d+)")


@dataclass
class SheetFacts:
    """`uncomputed`: cells with a formula and no stored result. `merged`: ranges, as the sheet names them."""

    uncomputed: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    hidden_rows: int = 0
    hidden_columns: int = 0
    cells_of_row: int = 0


def check_workbook(path: Path) -> None:
    """Refuse what is no .xlsx workbook or would fill the memory.

    Raises:
        FileRefused: the sentence says what the file is and what to do.

    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _check_kind(path, {part.filename for part in parts})
            _check_sizes(path, parts)
            _check_declarations(path, archive, parts)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise FileRefused(
            f"{path.name} is an Excel workbook or a ZIP archive that is damaged. Save it again, or as CSV (UTF-8)."
        ) from error


def _check_kind(path: Path, names: set[str]) -> None:
    for name, remedy in OTHER_KINDS:
        if name in names:
            raise FileRefused(f"{path.name} is {remedy} and import that.")
    if "xl/workbook.xml" not in names:
        raise FileRefused(f"{path.name} is a ZIP archive and not an Excel workbook or a CSV file. Unpack it first.")


def _check_sizes(path: Path, parts: list[zipfile.ZipInfo]) -> None:
    """The sizes that the archive states bound what is unpacked: reading stops there."""
    strings = sum(part.file_size for part in parts if part.filename.casefold().endswith("sharedstrings.xml"))
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST or strings > LARGEST_STRINGS:
        raise FileRefused(
            f"{path.name} is too large when it is unpacked. Keep only the sheet with the answers, or save it as CSV."
        )


def _check_declarations(path: Path, archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """No program writes a document type into a workbook; it is how a few bytes unfold into gigabytes."""
    for part in parts:
        if not part.filename.casefold().endswith((".xml", ".rels")):
            continue
        with archive.open(part) as content:
            before = b""
            while piece := content.read(PIECE):
                if DECLARATION.search(before + piece):
                    raise FileRefused(f"{path.name} holds declarations that no Excel workbook has. It is not read.")
                before = piece[-16:]


def scan_sheet(path: Path, part: str) -> SheetFacts:
    """Walk through the XML of a sheet; raises FileRefused for a sheet that is broken or far too wide."""
    facts = SheetFacts()
    try:
        with zipfile.ZipFile(path) as archive, archive.open(part) as content:
            for element, name in _elements(content):
                _note(path, facts, element, name)
    except (ParseError, KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise FileRefused(f"{path.name} has a sheet that cannot be read. Save it again, or as CSV (UTF-8).") from error
    return facts


def _elements(content: IO[bytes]) -> Iterator[tuple[Element, str]]:
    for _event, element in iterparse(content):  # noqa: S314 - as above
        name = element.tag.rpartition("}")[2]
        yield element, name
        if name in {"c", "row", "mergeCell", "col", "sheetData"}:
            element.clear()


def _note(path: Path, facts: SheetFacts, element: Element, name: str) -> None:
    if name == "c":
        facts.cells_of_row += 1
        _note_cell(path, facts, element)
    elif name == "row":
        facts.cells_of_row = 0
        facts.hidden_rows += element.get("hidden") in {"1", "true"}
    elif name == "mergeCell":
        facts.merged.append(element.get("ref", ""))
    elif name == "col" and element.get("hidden") in {"1", "true"}:
        first, last = int(element.get("min", "1")), int(element.get("max", "1"))
        facts.hidden_columns += last - first + 1 if last - first < MOST_COLUMNS else 1


def _note_cell(path: Path, facts: SheetFacts, cell: Element) -> None:
    reference = cell.get("r", "")
    place = REFERENCE.fullmatch(reference)
    number = column_number(place.group(1)) if place else facts.cells_of_row
    if max(number, facts.cells_of_row) > MOST_COLUMNS:
        raise FileRefused(f"{path.name} has a cell {reference}: more than {MOST_COLUMNS:,} columns are not read.")
    kinds = {part.tag.rpartition("}")[2]: part for part in cell}
    if "f" in kinds and ("v" not in kinds or kinds["v"].text is None) and len(facts.uncomputed) < NAMED:
        facts.uncomputed.append(reference)


def column_number(letters: str) -> int:
    """The number of a column from its letters: A is 1."""
    number = 0
    for sign in letters:
        number = number * 26 + ord(sign) - 64
    return number
