"""Rules 1 to 5 and 11: tables that a screen reader can walk through."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.workbook.lint.breach import Area, Breach, LintedSheet

_DEFAULT_NAME = re.compile(r"(?i)(table|tabelle|tableau)_?\d*")


def marked_up(checked: LintedSheet) -> Iterator[Breach]:
    """Rule 1: what looks like a table is an Excel table with a header row and a meaningful name."""
    if not checked.areas and any(cell.column > 1 for cell in checked.filled()):
        yield checked.finding("B1", 1, "There are cells beside column A but no table. Mark them up as an Excel table.")
    for area in checked.areas:
        if _DEFAULT_NAME.fullmatch(area.table.displayName):
            yield checked.finding(area.table.ref, 1, f"Give the table a name that says more than {area.table.name}.")
        if area.table.headerRowCount == 0:
            yield checked.finding(area.table.ref, 1, "Give the table a header row.")


def headings(checked: LintedSheet) -> Iterator[Breach]:
    """Rule 2: one row of headings, text in each, no two alike."""
    for area in checked.areas:
        seen: set[str] = set()
        for cell in checked.headings(area):
            text = str(cell.value or "").strip()
            if cell.data_type != "s" or not text:
                yield checked.finding(cell.coordinate, 2, "Put text into every heading.")
            elif text.casefold() in seen:
                yield checked.finding(cell.coordinate, 2, f"Two columns are called {text!r}. Tell them apart.")
            seen.add(text.casefold())
        names = [column.name for column in area.table.tableColumns]
        if names != [str(cell.value) for cell in checked.headings(area)]:
            yield checked.finding(area.table.ref, 2, "The names kept with the table differ from its headings.")


def plain_grid(checked: LintedSheet) -> Iterator[Breach]:
    """Rule 3: no merged cells; no blank row or column inside a table or used for spacing."""
    for merged in checked.sheet.merged_cells.ranges:
        yield checked.finding(str(merged), 3, "Split the merged cells.")
    used = {cell.row for cell in checked.filled()}
    for row in range(1, max(used, default=0) + 1):
        if row not in used:
            yield checked.finding(f"A{row}", 3, "Remove the blank row.")
    for area in checked.areas:
        for cells in checked.body(area):
            if cells and all(cell.value in (None, "") for cell in cells):
                yield checked.finding(cells[0].coordinate, 3, "Remove the blank column.")


def no_filter(checked: LintedSheet) -> Iterator[Breach]:
    """Rule 4: no filter buttons, on the sheet or on its tables."""
    if checked.sheet.auto_filter.ref or any("<autoFilter" in part for part in checked.table_parts):
        yield checked.finding("A1", 4, "Remove the filter buttons.")


def no_empty_cell(checked: LintedSheet) -> Iterator[Breach]:
    """Rule 5: no empty cell in a table; shorthand says why there is no figure."""
    for area in checked.areas:
        for cells in checked.body(area):
            for cell in cells:
                if cell.value is None or not str(cell.value).strip():
                    yield checked.finding(cell.coordinate, 5, "Say with shorthand such as [x] why the cell is empty.")


def one_table_from_column_a(checked: LintedSheet) -> Iterator[Breach]:
    """Rule 11: one table a sheet, beginning in column A."""
    if len(checked.areas) > 1:
        yield checked.finding(checked.areas[1].table.ref, 11, "Put each table on a sheet of its own.")
    for area in checked.areas:
        if area.left != 1:
            yield checked.finding(area.table.ref, 11, "Let the table begin in column A.")


def outside(area: Area, row: int, column: int) -> bool:
    """Tell whether a cell stands outside a table."""
    return not (area.top <= row <= area.bottom and area.left <= column <= area.right)
