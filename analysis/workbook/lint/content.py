"""Rules 6, 7, 8, 11 and 15: titles, notes, links, and one number in a cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from analysis.workbook.lint.breach import Area, Breach, LintedSheet, is_number, is_number_column
from analysis.workbook.lint.table_rules import outside
from analysis.workbook.shorthand import ONLY_MARKS

_SYMBOLS = re.compile(r"[†‡§¹²³⁰⁴-⁹*]|\.\.(?!\.)")
_SYMBOL_CELL = re.compile(r"(?i)[-–—.*:]+|n/?a|nan|none|null|#.*")
_VAGUE_LINK = re.compile(r"(?i)(click )?(here|link|this|more|read more|go)|https?://\S+|www\.\S+")
_DEFAULT_SHEET = re.compile(r"(?i)(sheet|table|chart|tab)\s*\d*")
_TABLE_COUNT = re.compile(r"(?i)\b(one|two|\d+|no) tables?\b|\btable below\b")
# A figure with its sign, its interval or its mark squeezed into one text: 45%, 45.2 (40-50), 1,234 [u].
_NUMBER_AS_TEXT = re.compile(r"[<>~±+-]?\s*\d[\d,]*(\.\d+)?\s*(%|\[[a-z]+\]|[(\[±–-].*\d.*)?")


def notes_not_symbols(checked: LintedSheet) -> Iterator[Breach]:
    """Rule 6: notes are marked [note 1], explained on the notes sheet, and never by symbols or inside number cells."""
    known = _known_notes(checked)
    for cell in _written_by_us(checked):
        text = str(cell.value)
        if _SYMBOLS.search(text) or (cell.font.vertAlign == "superscript"):
            yield checked.finding(cell.coordinate, 6, "Mark notes as [note 1], not by a symbol or a superscript.")
        for mark in re.findall(r"\[(note \d+)\]", text):
            if mark not in known:
                yield checked.finding(cell.coordinate, 6, f"Explain [{mark}] on the sheet Notes.")
    for area in checked.areas:
        for cells in filter(is_number_column, checked.body(area)):
            for cell in cells:
                if not is_number(cell) and "[note" in str(cell.value):
                    yield checked.finding(cell.coordinate, 6, "Move the note out of the column of numbers.")


def _known_notes(checked: LintedSheet) -> set[str]:
    book = checked.sheet.parent
    if "Notes" not in book.sheetnames:
        return set()
    return {str(row[0].value) for row in book["Notes"].iter_rows(max_col=1)}


def _written_by_us(checked: LintedSheet) -> Iterator[Any]:
    """Yield titles, lines and headings: cells that cannot hold the words of a respondent."""
    for cell in checked.filled():
        if all(outside(area, cell.row, cell.column) or cell.row == area.top for area in checked.areas):
            yield cell


def links(checked: LintedSheet) -> Iterator[Breach]:
    """Rule 7: the text of a link says where it leads."""
    for cell in checked.filled():
        if cell.hyperlink and _VAGUE_LINK.fullmatch(str(cell.value).strip()):
            yield checked.finding(cell.coordinate, 7, f"The link {cell.value!r} does not say where it leads.")


def title_and_text_above(checked: LintedSheet) -> Iterator[Breach]:
    """Rule 8: a title in A1, the number of tables, all text in column A above the table, nothing below or beside."""
    title = checked.sheet["A1"].value
    if not isinstance(title, str) or len(title.strip()) < 5:
        yield checked.finding("A1", 8, "Put a descriptive title into A1.")
    for area in checked.areas:
        above = [str(checked.sheet.cell(row, 1).value or "") for row in range(1, area.top)]
        if not any(_TABLE_COUNT.search(text) for text in above):
            yield checked.finding("A2", 8, "Say above the table how many tables the sheet holds.")
        yield from _strays(checked, area)


def _strays(checked: LintedSheet, area: Area) -> Iterator[Breach]:
    described = set(_above_charts(checked))
    for cell in checked.filled():
        if not outside(area, cell.row, cell.column) or cell.coordinate in described:
            continue
        if cell.row > area.bottom:
            yield checked.finding(cell.coordinate, 8, "Put nothing below the table; say it above.")
        elif cell.column > 1:
            yield checked.finding(cell.coordinate, 8, "Keep text in column A, above the table.")


def _above_charts(checked: LintedSheet) -> Iterator[str]:
    for chart in checked.sheet._charts:
        corner = chart.anchor._from
        if corner.row > 0:
            yield str(checked.sheet.cell(corner.row, corner.col + 1).coordinate)


def sheet_name(checked: LintedSheet) -> Iterator[Breach]:
    """Rule 11: the sheet has a name that says something, and is not blank."""
    if _DEFAULT_SHEET.fullmatch(checked.name):
        yield checked.finding("A1", 11, f"Give the sheet a name that says more than {checked.name!r}.")
    if not any(True for _ in checked.filled()):
        yield checked.finding("A1", 11, "Remove the blank sheet.")


def one_number_a_cell(checked: LintedSheet) -> Iterator[Breach]:
    """Rule 15: number columns hold numbers or shorthand, formatted; no formula, no figure kept as text."""
    for cell in checked.filled():
        if cell.data_type in {"f", "e"}:
            yield checked.finding(cell.coordinate, 15, "Write the value, not a formula or an error.")
    for area in checked.areas:
        for heading, cells in zip(checked.headings(area), checked.body(area), strict=True):
            check = _number_cell if is_number_column(cells) else _text_cell
            for cell in cells:
                sentence = check(cell, str(heading.value))
                if sentence:
                    yield checked.finding(cell.coordinate, 15, sentence)


def _number_cell(cell: Any, heading: str) -> str:
    if is_number(cell):
        if cell.number_format == "General":
            return f"Give the numbers of {heading!r} a number format."
        return ""
    if not ONLY_MARKS.fullmatch(str(cell.value or "[x]")):
        return f"Put only numbers or shorthand into {heading!r}."
    return ""


def _text_cell(cell: Any, heading: str) -> str:
    """Texts of respondents may look like anything, so only columns whose heading promises a figure are looked at."""
    text = str(cell.value or "")
    if not re.search(r"(?i)percent|\(%\)|number|\bbase\b|limit|points", heading) or ONLY_MARKS.fullmatch(text):
        return ""
    if _NUMBER_AS_TEXT.fullmatch(text) or _SYMBOL_CELL.fullmatch(text):
        return f"Keep the figures of {heading!r} as numbers, one in a cell, or as shorthand."
    return ""
