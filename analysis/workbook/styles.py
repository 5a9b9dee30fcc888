"""The look of a workbook: one sans font of 12 points, wrapped text, numbers to the right, and no fills."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, Side
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.worksheet.worksheet import Worksheet

from analysis.workbook.kinds import NUMBERS, Kind
from analysis.workbook.model import SheetColumn

FONT = "Arial"
SIZE = 12
INK = "000000"
PALE = "D9D9D9"  # rules between rows; they carry nothing
LINK = "0B4F9E"  # 8 to 1 against white
# Numbers of Excel's own styles, so that its navigation and screen readers know a heading as a heading.
_BUILTIN = {"Heading 1": 16, "Heading 2": 17, "Hyperlink": 8}
# Excel would turn these into a formula when somebody edits the cell, unless the cell is marked as quoted text.
_RISKY = ("=", "+", "-", "@", "\t")
_QUOTED = ("Cell text", "Further cell text")


def _font(*, size: int = SIZE, bold: bool = False, color: str = INK, underline: Any = None) -> Font:
    return Font(name=FONT, size=size, bold=bold, color=color, underline=underline, family=2)


def _style(name: str, font: Font, *, right: bool = False, indent: int = 0, line: str = "") -> NamedStyle:
    side: Any = "right" if right else "left"
    return NamedStyle(
        name=name,
        font=font,
        alignment=Alignment(horizontal=side, vertical="top", wrap_text=True, indent=indent),
        border=Border(bottom=Side(style="thin", color=line)) if line else Border(),
        builtinId=_BUILTIN.get(name),
    )


def _number(kind: Kind) -> NamedStyle:
    style = _style(f"Cell {kind}", _font(), right=True, line=PALE)
    style.number_format = NUMBERS[kind].format
    return style


def _all_styles() -> list[NamedStyle]:
    bold = _font(bold=True)
    return [
        _style("Heading 1", _font(size=16, bold=True)),
        _style("Heading 2", _font(size=14, bold=True)),
        _style("Hyperlink", _font(color=LINK, underline="single")),
        _style("Body text", _font()),
        _style("Warning", bold),
        _style("Number heading", bold, right=True, line=INK),
        _style("Text heading", bold, line=INK),
        _style("Further text heading", bold, indent=1, line=INK),
        _style("Cell link", _font(color=LINK, underline="single"), line=PALE),
        _style("Cell text", _font(), line=PALE),
        _style("Further cell text", _font(), indent=1, line=PALE),
        *(_number(kind) for kind in NUMBERS),
    ]


def _in_the_middle(alignment: Any) -> Alignment:
    moved: Alignment = copy(alignment)
    moved.vertical = "center"
    return moved


class Styles:
    """The styles of one workbook, applied cell by cell without building them again."""

    def __init__(self, workbook: Workbook) -> None:
        book: Any = workbook
        normal = book._named_styles["Normal"]
        normal.font = _font()
        # The first font of the file is the one that Excel measures column widths and empty rows with.
        book._fonts = IndexedList([_font()])
        normal.bind(book)
        self._arrays: dict[str, Any] = {}
        self._centred: dict[str, Any] = {}
        scratch: Worksheet = workbook.create_sheet("scratch")
        for style in _all_styles():
            workbook.add_named_style(style)
            cell: Any = scratch.cell(1, 1)
            cell.style = style.name
            self._arrays[style.name] = copy(cell._style)
            cell.alignment = _in_the_middle(style.alignment)
            self._centred[style.name] = copy(cell._style)
        workbook.remove(scratch)

    def put(self, cell: Any, value: str | int | float, style: str, *, centred: bool = False) -> None:
        """Write a value with a style; a text stays a text, whatever it begins with.

        `centred`: in the middle of the height of its row, so that the line above a row of one line does not touch it.
        """
        cell.value = value
        cell._style = (self._centred if centred else self._arrays)[style]
        if isinstance(value, str):
            cell.data_type = "s"
            if style in _QUOTED and value.startswith(_RISKY):
                cell._style = copy(cell._style)
                cell._style.quotePrefix = 1


def cell_styles(columns: Sequence[SheetColumn]) -> list[str]:
    """Return the style of the cells of each column; text after the first column keeps off the numbers before it."""
    text = ["Cell text"] + ["Further cell text"] * (len(columns) - 1)
    return [f"Cell {c.kind}" if c.is_number else text[place] for place, c in enumerate(columns)]


def heading_styles(columns: Sequence[SheetColumn]) -> list[str]:
    """Return the style of the heading of each column: over numbers it stands to the right."""
    text = ["Text heading"] + ["Further text heading"] * (len(columns) - 1)
    return ["Number heading" if c.is_number else text[place] for place, c in enumerate(columns)]


def column_width(column: SheetColumn, values: list[str | int | float], lowest: float) -> float:
    """Return a width in characters: wide enough for the longest word and most texts, never absurd."""
    if column.width is not None:
        return column.width
    longest_word = max(len(word) for word in column.name.split())
    if column.is_number:
        return max(longest_word + 4, min(len(column.name) / 2 + 3, 20), 13, lowest)
    longest = max((len(value) for value in values if isinstance(value, str)), default=0)
    return max(lowest, longest_word + 5, min(longest + 5, 60))
