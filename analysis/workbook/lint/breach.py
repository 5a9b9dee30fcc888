"""What the linter looks at and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils.cell import range_boundaries


@dataclass(frozen=True, order=True)
class Breach:
    """One breach of one rule: where, which rule (1 to 16), and a sentence that says what to do."""

    sheet: str
    cell: str
    rule: int
    sentence: str


@dataclass(frozen=True)
class Area:
    """A marked-up table: its first and last row and column, counted from 1."""

    table: Any
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True)
class LintedSheet:
    """A worksheet under the linter, with its tables and the raw text of its parts of the file."""

    sheet: Any
    areas: tuple[Area, ...]
    drawing: str = ""
    table_parts: tuple[str, ...] = ()
    charts: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        return str(self.sheet.title)

    def finding(self, cell: str, rule: int, sentence: str) -> Breach:
        return Breach(self.name, cell, rule, sentence)

    def filled(self) -> Iterator[Any]:
        """Yield every cell that holds something."""
        for row in self.sheet.iter_rows():
            for cell in row:
                if cell.value not in (None, ""):
                    yield cell

    def body(self, area: Area) -> Iterator[list[Any]]:
        """Yield the columns of a table, each as the list of its cells under the heading."""
        for column in range(area.left, area.right + 1):
            yield [self.sheet.cell(row, column) for row in range(area.top + 1, area.bottom + 1)]

    def headings(self, area: Area) -> list[Any]:
        return [self.sheet.cell(area.top, column) for column in range(area.left, area.right + 1)]


def area_of(table: Any) -> Area:
    """Return where a table stands."""
    bounds = range_boundaries(table.ref)
    left, top, right, bottom = (int(value or 1) for value in bounds)
    return Area(table, left, top, right, bottom)


def is_number(cell: Any) -> bool:
    """Tell whether a cell holds a number."""
    return cell.data_type == "n" and cell.value is not None


def is_number_column(cells: list[Any]) -> bool:
    """Tell whether a column is one of numbers: it holds at least one."""
    return any(is_number(cell) for cell in cells)
