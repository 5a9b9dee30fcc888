"""The id column of a file: whether it tells people apart, and whether the ids are those of an earlier file."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

from feedback.services.importing.reports import ImportReport

LOOKED_AT = 500  # ids, from the beginning of a file, that are looked for in other spellings
FEWEST = 2  # rows, before they say something of the file
WIDEST = 12  # digits that leading zeros may have filled up to


class IdWatch:
    """Looks at ids as they go by."""

    def __init__(self) -> None:
        self._numbers: dict[str, str] = {}
        self.beginning: dict[UUID, str] = {}

    def clash(self, text: str) -> str:
        """Return an earlier id that is the same number with other leading zeros; nothing where there is none."""
        if not (text.isascii() and text.isdecimal()):
            return ""
        known = self._numbers.setdefault(text.lstrip("0"), text)
        return known if known != text else ""

    def remember(self, text: str, key: UUID) -> None:
        if len(self.beginning) < LOOKED_AT:
            self.beginning[key] = text


def spellings(text: str) -> Iterator[str]:
    """How the id may have been written before a spreadsheet made a number of it, or will be afterwards."""
    bare = text.lstrip("'")
    if bare != text:
        yield bare
    if not (bare.isascii() and bare.isdecimal()):
        return
    short = bare.lstrip("0") or "0"
    widths = range(len(short), max(WIDEST, len(bare)) + 1)
    yield from (filled for width in widths if (filled := short.zfill(width)) != text)


def says_twice(first: int, line: int, *, alike: bool) -> str:
    """Why the second of two rows with one id is refused."""
    if alike:
        return (
            f"Rows {first} and {line} have the same id and the same answers. If one is a copy, delete it; "
            "if they are two people, the id column is damaged: export the file again, or use `id: row`"
        )
    return (
        f"Rows {first} and {line} have the same id and different answers: two people, or a damaged id column. "
        "Correct the id, or name another column"
    )


def doubts_about_ids(report: ImportReport, stored: Collection[str]) -> Iterator[str]:
    """What is odd about the ids of a whole file. `stored`: ids that are stored in another spelling."""
    rows, twice, changed = report.rows, report.twice, report.changed
    if twice and twice * 2 >= rows:
        yield (
            f"it does not tell people apart: {twice:,} of {rows:,} rows have the id of an earlier row. "
            "Name another column, or use `id: row`"
        )
    if stored:
        yield (
            f"ids such as {sorted(stored)[0]!r} are stored already with other leading zeros, which spreadsheets take "
            "off: these people would be counted twice. Export the file again with this column as text"
        )
    if changed >= FEWEST and changed * 5 >= changed + report.here_already:
        yield (
            f"{changed:,} of its ids are stored with other answers. If this is another form, whose numbers begin at 1 "
            "again, give its ids a `prefix` under `id` in the map"
        )
