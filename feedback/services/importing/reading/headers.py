"""The header of a file as tools and people make it: below titles, in two rows, with gaps where cells were merged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from string import ascii_uppercase

import msgspec

from feedback.services.importing.csv_files import CsvRecord, FileRefused

JOINT = " | "  # between the question and the option of a header in two rows
WHOLE_QUESTION = {"", "response", "open-ended response", "answer"}  # options that only say that there is one answer
UNSEEN = dict.fromkeys(map(ord, "\ufeff\u200b\u2060"))
LOOKED_AT = 20  # records after the header in which a better header is looked for
MOST_ROWS = 3
MISSING, SEVERAL = -1, -2


class HeaderMap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the header stands: its first `row` in the file, how many `rows` it has, and how many below it to `skip`."""

    row: int = 1
    rows: int = 1
    skip: int = 0


class Header(msgspec.Struct, frozen=True):
    """The names of the columns, and the first records after the header, which are among `rows` as well."""

    names: list[str]
    cells: list[list[str]]
    rows: Iterator[CsvRecord]
    ahead: list[CsvRecord]


def read_header(file: str, records: Iterator[CsvRecord], given: HeaderMap) -> Header:
    """Take the header off the records of a file.

    Raises:
        FileRefused: there is nothing where the header should be.

    """
    beginning = next((record for record in records if record.line >= given.row), None)
    if beginning is None:
        where = f"has no row {given.row}" if given.row > 1 else "is empty"
        raise FileRefused(f"{file} {where}. Export the answers again with a header line.")
    below = [record.cells for record in islice(records, given.rows - 1)]
    for _passed_over in islice(records, given.skip):
        pass
    cells = [beginning.cells, *below]
    ahead = list(islice(records, LOOKED_AT))
    return Header(named(cells), cells, chain(ahead, records), ahead)


def named(rows: Sequence[Sequence[str]]) -> list[str]:
    """Names of columns from the rows of a header; a column without a name is called by its letters: [C].

    In a header of several rows a name holds for the columns to its right that have none, as a merged cell does.
    """
    width = max(map(len, rows))
    plain = [[plain_name(cell) for cell in [*row, *[""] * (width - len(row))]] for row in rows]
    spread = [*map(_spread, plain[:-1]), plain[-1]]
    return [
        _joined([row[place] for row in spread]) if any(row[place] for row in plain) else f"[{letters(place)}]"
        for place in range(width)
    ]


def plain_name(cell: str) -> str:
    """A name without line ends, and without marks that nobody sees: two byte order marks are one too many."""
    return " ".join(cell.translate(UNSEEN).split())


def _spread(row: list[str]) -> list[str]:
    spread, last = list[str](), ""
    for cell in row:
        last = cell or last
        spread.append(last)
    return spread


def _joined(parts: Sequence[str]) -> str:
    *questions, option = parts
    last = [] if any(questions) and option.casefold() in WHOLE_QUESTION else [option]
    return JOINT.join(part for part in [*questions, *last] if part)


def option_of(name: str) -> str:
    """The option in the name of a column with a header in two rows; such a cell holds its text when it was ticked."""
    return name.rpartition(JOINT)[2]


def letters(number: int) -> str:
    """What a spreadsheet calls the column with this number, from 0: A, B ... Z, AA."""
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = ascii_uppercase[rest] + text
    return text


def position_of(name: str, header: Sequence[str]) -> int:
    """The place of a column by its name, or by its letters in brackets ([C]); else MISSING or SEVERAL."""
    wanted = plain_name(name)
    found = [place for place, column in enumerate(header) if column == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        return SEVERAL
    by_letters = {f"[{letters(place)}]": place for place in range(len(header))} if wanted.startswith("[") else {}
    return by_letters.get(wanted, MISSING)


def letters_of(name: str, header: Sequence[str]) -> list[str]:
    """By which letters the columns of this name may be called."""
    return [f"[{letters(place)}]" for place, column in enumerate(header) if column == plain_name(name)]


def better_header(columns: Sequence[str], header: Header) -> str:
    """What to write in the map when the header of a file has not got `columns`; empty when nothing helps."""
    for number, record in enumerate(header.ahead):
        if _has_all(columns, named([record.cells])):
            return f"The header seems to be row {record.line}: write `header: {{row: {record.line}}}` in the map."
        if number == 0 and _has_all(columns, named([*header.cells, record.cells])):
            return "The header seems to have two rows: write `header: {rows: 2}` in the map."
    return ""


def _has_all(columns: Sequence[str], header: Sequence[str]) -> bool:
    return bool(columns) and all(position_of(name, header) >= 0 for name in columns)
