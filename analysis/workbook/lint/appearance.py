"""Rules 4, 7, 9 and 10: what a reader sees, or must not need to see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from openpyxl.utils import get_column_letter

from analysis.workbook.lint.breach import Breach, LintedSheet, is_number, is_number_column
from analysis.workbook.lint.table_rules import outside
from analysis.workbook.shorthand import ONLY_MARKS

_SANS = {"Arial", "Helvetica", "Verdana", "Calibri", "Tahoma", "Segoe UI", "Liberation Sans", "Aptos"}
_NARROWEST, _WIDEST = 8, 120


def wrapped(checked: LintedSheet) -> Iterator[Breach]:
    """Rule 4: text is wrapped and columns are neither slivers nor endless."""
    for cell in checked.filled():
        if cell.data_type == "s" and not cell.alignment.wrap_text:
            yield checked.finding(cell.coordinate, 4, "Wrap the text.")
    for column in sorted({cell.column for cell in checked.filled()}):
        width = checked.sheet.column_dimensions[get_column_letter(column)].width
        if not _NARROWEST <= width <= _WIDEST:
            yield checked.finding(f"{get_column_letter(column)}1", 4, f"A column width of {width:g} is not sensible.")


def visible(checked: LintedSheet) -> Iterator[Breach]:
    """Rule 4: nothing is hidden, frozen or grouped away."""
    sheet = checked.sheet
    if sheet.sheet_state != "visible":
        yield checked.finding("A1", 4, "Show the hidden sheet or take it out.")
    hidden = [key for kind in (sheet.row_dimensions, sheet.column_dimensions) for key, d in kind.items() if d.hidden]
    if hidden:
        yield checked.finding(str(hidden[0]), 4, "Show the hidden row or column or take it out.")
    if sheet.freeze_panes or (sheet.sheet_view.pane is not None):
        yield checked.finding("A1", 4, "Remove the frozen panes.")


def font(checked: LintedSheet) -> Iterator[Breach]:
    """Rule 7: a sans font of at least 12 points."""
    for cell in checked.filled():
        if (cell.font.sz or 0) < 12:
            yield checked.finding(cell.coordinate, 7, "Use a font of at least 12 points.")
        if cell.font.name not in _SANS:
            yield checked.finding(cell.coordinate, 7, f"Use a sans font such as Arial, not {cell.font.name}.")


def alignment(checked: LintedSheet) -> Iterator[Breach]:
    """Rule 7: text to the left; numbers, what stands for them and their headings to the right."""
    for area in checked.areas:
        for heading, cells in zip(checked.headings(area), checked.body(area), strict=True):
            side = "right" if is_number_column(cells) else "left"
            if all(ONLY_MARKS.fullmatch(str(cell.value)) for cell in cells):
                side = heading.alignment.horizontal or "left"  # whether it was to hold numbers cannot be seen
            for cell in (heading, *cells):
                if not _stands(cell, side):
                    yield checked.finding(cell.coordinate, 7, f"Align the cell to the {side}.")
    for cell in checked.filled():
        if all(outside(area, cell.row, cell.column) for area in checked.areas) and not _stands(cell, "left"):
            yield checked.finding(cell.coordinate, 7, "Align the text to the left.")


def _stands(cell: Any, side: str) -> bool:
    natural = "right" if is_number(cell) else "left"
    given = cell.alignment.horizontal or "general"
    return bool(given == side or (given == "general" and natural == side))


def nothing_beside_cells(checked: LintedSheet) -> Iterator[Breach]:
    """Rule 9: no header or footer, picture, text box, shape or background."""
    sheet = checked.sheet
    for place in (sheet.HeaderFooter.oddHeader, sheet.HeaderFooter.oddFooter):
        if any(part.text for part in (place.left, place.center, place.right)):
            yield checked.finding("A1", 9, "Remove the page header and footer; say it in a cell.")
    unreadable = len(sheet._charts) < len(checked.charts)
    if unreadable or re.search(r"<(?:xdr:)?(pic|sp|cxnSp|grpSp)[ />]", checked.drawing):
        yield checked.finding("A1", 9, "Remove the picture, text box or shape.")
    for cell in checked.filled():
        if cell.fill is not None and cell.fill.fill_type not in (None, "none"):
            yield checked.finding(cell.coordinate, 9, "Remove the background fill.")
        if cell.comment:
            yield checked.finding(cell.coordinate, 9, "Write the comment into a cell or a note.")


def contrast(checked: LintedSheet) -> Iterator[Breach]:
    """Rule 10: text stands out from white by 4.5 to 1, and no colour is set by rule."""
    if len(checked.sheet.conditional_formatting):
        yield checked.finding("A1", 10, "Say in words what the conditional format says by colour.")
    for cell in checked.filled():
        colour = cell.font.color
        if colour is not None and colour.type == "rgb" and against_white(str(colour.rgb)[-6:]) < 4.5:
            yield checked.finding(cell.coordinate, 10, "Use a darker colour: 4.5 to 1 against white.")


def against_white(colour: str) -> float:
    """Return the contrast of a colour (RRGGBB) with white, 1 to 21 (WCAG 2.2, relative luminance)."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)
