"""A workbook described as data: what stands on which sheet, and nothing about how it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from analysis.workbook.kinds import KINDS, ColumnKind, Kind

ChartKind = Literal["bar", "column", "line"]
FIXED = datetime(2000, 1, 1, tzinfo=UTC)


class WorkbookError(ValueError):
    """The description of a workbook cannot be written; the text is a sentence with the remedy."""


@dataclass(frozen=True, kw_only=True)
class SheetColumn:
    """One column of a table.

    `kind` sets format and alignment: text; count (thousands separators); percent (0-100, one decimal, say "(%)"
    in the heading); points (signed percentage points); ratio (two decimals); p_value (three decimals); year.
    `empty` is the shorthand written for a missing value (None, NaN, infinity, ""): no cell is left empty.
    `width` is in characters; without it the width follows the content.
    """

    name: str
    kind: Kind = "text"
    empty: str = "[x]"
    width: float | None = None

    @property
    def look(self) -> ColumnKind:
        return KINDS[self.kind]

    @property
    def is_number(self) -> bool:
        return self.look.is_number


@dataclass(frozen=True, kw_only=True)
class Series:
    """One set of bars or one line: the column of values, and those of the interval if it has one."""

    value: str
    label: str = ""
    lower: str = ""
    upper: str = ""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A native chart of the table on the same sheet; every name refers to a column of that table.

    kind: bar (horizontal), column (vertical) or line. A line needs a number (the year) as its category; it is broken
    wherever a value is missing or the text in the column `segment` changes (a break in series). `split` draws one
    line for each text in that column, so that a table in long form can be drawn; rows of a line must stand together.
    `description` says in words what the chart shows; it stands in the cell above and is the text alternative.
    `descending` puts the rows of the table in order of the first series, largest first, figures that are hidden last.
    """

    kind: ChartKind
    title: str
    description: str
    category: str
    category_title: str
    value_title: str
    series: tuple[Series, ...]
    split: str = ""
    segment: str = ""
    descending: bool = False
    minimum: float | None = 0
    maximum: float | None = None


@dataclass(frozen=True, kw_only=True)
class Worksheet:
    """One table on one sheet, in long form, with everything a reader needs above it, and at most one chart beside it.

    `rows` holds one sequence a row, in the order of `columns`. A number column takes numbers, missing values, and
    anything whose text is shorthand such as `[c]`. `table` is the name of the Excel table (made from `name` if empty).
    `summary` says in a few words what the sheet is for; it stands in the contents.
    """

    name: str
    title: str
    columns: tuple[SheetColumn, ...]
    rows: Sequence[Sequence[object]]
    source: str
    base: str = ""
    summary: str = ""
    lines: tuple[str, ...] = ()
    table: str = ""
    chart: Chart | None = None


@dataclass(frozen=True, kw_only=True)
class Note:
    """A note, mentioned in texts and headings as `[note 1]`."""

    number: int
    text: str

    @property
    def mark(self) -> str:
        return f"note {self.number}"


@dataclass(frozen=True, kw_only=True)
class Shorthand:
    """A mark in square brackets that stands for a figure or beside it, with a few words and a full explanation."""

    mark: str
    short: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Total:
    """A control total on the cover: how many (or anything whose text is shorthand), and how it adds up."""

    label: str
    value: object
    explanation: str


@dataclass(frozen=True, kw_only=True)
class Book:
    """A whole workbook. Cover, contents, notes and shorthand are made from it; `sheets` follow in order.

    `summary` are paragraphs, `facts` pairs of label and text, `totals` the table of the cover.
    `created` is the only time in the file: the same book gives the same bytes.
    `shorthand` empty means the standard marks of `shorthand.csv`.
    """

    title: str
    organisation: str
    contact: str
    date: str
    sheets: tuple[Worksheet, ...]
    summary: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    totals: tuple[Total, ...] = ()
    notes: tuple[Note, ...] = ()
    shorthand: tuple[Shorthand, ...] = ()
    keywords: tuple[str, ...] = ()
    language: str = "en-GB"
    demonstration: bool = False
    created: datetime = FIXED
