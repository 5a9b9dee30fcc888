"""The look of a workbook: one sans font of 12 points, wrapped text, numbers to the right, and no fills."""

from __future__ import annotations

from copy import copy
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, NamedStyle
from openpyxl.worksheet.worksheet import Worksheet

from analysis.workbook.model import Column, Kind

FONT = "Arial"
SIZE = 12
INK = "000000"
LINK = "0B4F9E"  # 8 to 1 against white
FORMATS: dict[Kind, str] = {
    "text": "@",
    "count": "#,##0",
    "percent": "0.0",
    "points": "+0.0;-0.0;0.0",
    "ratio": "#,##0.00",
    "p_value": "0.000",
    "year": "0",
}
# Numbers of Excel's own styles, so that its navigation and screen readers know a heading as a heading.
_BUILTIN = {"Heading 1": 16, "Heading 2": 17, "Hyperlink": 8}
# Excel would turn these into a formula when somebody edits the cell, unless the cell is marked as quoted text.
_RISKY = ("=", "+", "-", "@", "\t")


def _font(*, size: int = SIZE, bold: bool = False, color: str = INK, underline: Any = None) -> Font:
    return Font(name=FONT, size=size, bold=bold, color=color, underline=underline, family=2)


def _style(name: str, font: Font, horizontal: Any, number_format: str = "General") -> NamedStyle:
    return NamedStyle(
        name=name,
        font=font,
        alignment=Alignment(horizontal=horizontal, vertical="top", wrap_text=True),
        number_format=number_format,
        builtinId=_BUILTIN.get(name),
    )


def _all_styles() -> list[NamedStyle]:
    return [
        _style("Heading 1", _font(size=16, bold=True), "left"),
        _style("Heading 2", _font(size=14, bold=True), "left"),
        _style("Hyperlink", _font(color=LINK, underline="single"), "left"),
        _style("Body text", _font(), "left"),
        _style("Warning", _font(bold=True), "left"),
        _style("Text heading", _font(bold=True), "left"),
        _style("Number heading", _font(bold=True), "right"),
        *(
            _style(f"Cell {kind}", _font(), "left" if kind == "text" else "right", code)
            for kind, code in FORMATS.items()
        ),
    ]


class Styles:
    """The styles of one workbook, applied cell by cell without building them again."""

    def __init__(self, workbook: Workbook) -> None:
        book: Any = workbook
        normal = book._named_styles["Normal"]
        normal.font = _font()
        # The first font of the file is the one that Excel measures column widths and empty rows with.
        book._fonts.clear()
        book._fonts.add(_font())
        normal.bind(book)
        self._arrays: dict[str, Any] = {}
        scratch: Worksheet = workbook.create_sheet("scratch")
        for style in _all_styles():
            workbook.add_named_style(style)
            cell: Any = scratch.cell(1, 1)
            cell.style = style.name
            self._arrays[style.name] = copy(cell._style)
        workbook.remove(scratch)
        self._quoted = copy(self._arrays["Cell text"])
        self._quoted.quotePrefix = 1

    def put(self, cell: Any, value: str | int | float, style: str) -> None:
        """Write a value with a style; a text stays a text, whatever it begins with."""
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
            if style == "Cell text" and value.startswith(_RISKY):
                cell._style = self._quoted
                return
        cell._style = self._arrays[style]


def cell_style(column: Column) -> str:
    """Return the style of the cells of a column."""
    return f"Cell {column.kind}"


def heading_style(column: Column) -> str:
    """Return the style of the heading of a column: over numbers it stands to the right."""
    return "Text heading" if column.kind == "text" else "Number heading"


def column_width(column: Column, values: list[str | int | float], *, first: bool) -> float:
    """Return a width in characters: wide enough for the longest word and most texts, never absurd."""
    if column.width is not None:
        return column.width
    longest_word = max(len(word) for word in column.name.split())
    if column.kind != "text":
        return max(longest_word + 3, min(len(column.name) / 2, 18), 12)
    longest = max((len(value) for value in values if isinstance(value, str)), default=0)
    lowest, highest = (60, 70) if first else (longest_word + 3, 60)
    return max(lowest, min(longest + 3, highest))
