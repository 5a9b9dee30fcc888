"""Rules 9 and 11 to 14: the workbook as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from analysis.workbook.lint.breach import Breach, LintedSheet

COVER, CONTENTS, NOTES, SHORTHAND = "Cover", "Contents", "Notes", "Shorthand"


def whole_book(workbook: Any, parts: Sequence[str], sheets: Sequence[LintedSheet]) -> Iterator[Breach]:
    """Yield the breaches that belong to no single sheet."""
    yield from _extras(parts)
    yield from _names(sheets)
    yield from _front(workbook, sheets)
    yield from _properties(workbook.properties)
    yield from _cursor(workbook)


def _extras(parts: Sequence[str]) -> Iterator[Breach]:
    if any("vbaProject" in part or "/media/" in part for part in parts):
        yield Breach("", "", 9, "Remove macros and pictures.")
    if any("/chartsheets/" in part for part in parts):
        yield Breach("", "", 9, "Put charts on worksheets, where cells can describe them.")


def _names(sheets: Sequence[LintedSheet]) -> Iterator[Breach]:
    names = Counter(str(area.table.displayName).casefold() for sheet in sheets for area in sheet.areas)
    for name, times in names.items():
        if times > 1:
            yield Breach("", "", 1, f"Two tables are called {name}.")


def _front(workbook: Any, sheets: Sequence[LintedSheet]) -> Iterator[Breach]:
    names = workbook.sheetnames
    for needed in (COVER, CONTENTS):
        if needed not in names:
            yield Breach(needed, "", 12, f"Add a sheet called {needed}.")
    if not {NOTES, SHORTHAND} & set(names):
        yield Breach(NOTES, "", 12, "Add a sheet that explains notes and shorthand.")
    if COVER in names:
        text = " ".join(str(cell.value) for cell in workbook[COVER]["A"] if cell.value).casefold()
        for word in ("contact", "date", "contents"):
            if word not in text:
                yield Breach(COVER, "A1", 12, f"Say on the cover: {word}.")
    if CONTENTS in names:
        linked = {_leads_to(cell) for row in workbook[CONTENTS].iter_rows() for cell in row if cell.hyperlink}
        for sheet in sheets:
            if sheet.name != CONTENTS and sheet.name not in linked:
                yield Breach(CONTENTS, "A1", 12, f"Add a link to the sheet {sheet.name!r}.")


def _leads_to(cell: Any) -> str:
    place = str(cell.hyperlink.location or "").rsplit("!", 1)[0]
    return place[1:-1].replace("''", "'") if place.startswith("'") else place


def _properties(properties: Any) -> Iterator[Breach]:
    for name in ("title", "creator", "keywords", "language"):
        value = getattr(properties, name)
        if not value or value == "openpyxl":
            yield Breach("", "", 13, f"Set the document property {name}.")


def _cursor(workbook: Any) -> Iterator[Breach]:
    if workbook.active is not workbook.worksheets[0]:
        yield Breach(workbook.active.title, "A1", 14, "Save the workbook with its first sheet open.")
    for sheet in workbook.worksheets:
        for selection in sheet.sheet_view.selection:
            if selection.activeCell not in (None, "A1"):
                yield Breach(sheet.title, selection.activeCell, 14, "Save every sheet with the cursor in A1.")
