"""One worksheet: lines of text in column A, then one table, then nothing; at most one chart beside the table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from analysis.workbook.charts.native import CHART_COLUMN_WIDTH, Block, draw
from analysis.workbook.model import Chart, SheetColumn
from analysis.workbook.row_heights import LINE, row_height
from analysis.workbook.styles import Styles, cell_styles, column_width, heading_styles

Value = str | int | float
_TEXT_WIDTH = 100.0  # of a page without a table
_FIRST_WIDTH = 56.0
_PAGE_WIDTH = 200.0  # characters on a page at the smallest print that is easy to read, about 7 points


@dataclass(frozen=True, kw_only=True)
class TextLine:
    """One line of text in column A; `link` is a place in this workbook such as `'Notes'!A1`."""

    text: str
    style: str = "Body text"
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class WorksheetPage:
    """A worksheet ready to be written: every value is clean. `row_links` make links of the first column."""

    name: str
    lines: tuple[TextLine, ...]
    table: str = ""
    columns: tuple[SheetColumn, ...] = ()
    rows: tuple[tuple[Value, ...], ...] = ()
    row_links: tuple[str, ...] = ()
    chart: Chart | None = None
    chart_text: str = ""


def place_of(sheet: str) -> str:
    """Return the address of cell A1 of a sheet, as a link needs it."""
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!A1"


def write_page(sheet: Worksheet, page: WorksheetPage, styles: Styles) -> None:
    """Write one page onto an empty worksheet."""
    sheet.sheet_format.defaultRowHeight = LINE
    widths = _widths(page)
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    _write_lines(sheet, page, styles, widths)
    if page.columns:
        _write_table(sheet, page, styles, widths)
    _set_up_print(sheet, page, widths)


def _widths(page: WorksheetPage) -> list[float]:
    """Return the widths of the columns; the first also holds the text above the table and so is wide."""
    if not page.columns:
        return [_TEXT_WIDTH]
    firsts = [_FIRST_WIDTH] + [0.0] * (len(page.columns) - 1)
    values = list(zip(*page.rows, strict=True))
    widths = [column_width(c, list(v), low) for c, v, low in zip(page.columns, values, firsts, strict=True)]
    return [*widths, CHART_COLUMN_WIDTH] if page.chart else widths


def _write_lines(sheet: Worksheet, page: WorksheetPage, styles: Styles, widths: list[float]) -> None:
    last = len(page.lines)
    for row, line in enumerate(page.lines, start=1):
        cell: Any = sheet.cell(row, 1)
        styles.put(cell, line.text, line.style)
        if line.link:
            cell.hyperlink = Hyperlink(ref="", location=line.link, display=line.text[:255])
        beside = [(page.chart_text, "Body text", CHART_COLUMN_WIDTH)] if page.chart and row == last else []
        _set_height(sheet, row, [(line.text, line.style, widths[0]), *beside])


def _set_height(sheet: Worksheet, row: int, texts: list[tuple[str, str, float]]) -> None:
    sheet.row_dimensions[row].height = row_height(texts)


def _write_table(sheet: Worksheet, page: WorksheetPage, styles: Styles, widths: list[float]) -> None:
    top = len(page.lines) + 1
    names = [column.name for column in page.columns]
    headings = list(zip(names, heading_styles(page.columns), strict=True))
    for number, (name, style) in enumerate(headings, start=1):
        styles.put(sheet.cell(top, number), name, style)
    _set_height(sheet, top, [(*heading, width) for heading, width in zip(headings, widths, strict=False)])
    looks = [(place + 1, style, widths[place]) for place, style in enumerate(cell_styles(page.columns))]
    for row, values in enumerate(page.rows, start=top + 1):
        texts = [(v, style, width) for v, (_, style, width) in zip(values, looks, strict=True) if isinstance(v, str)]
        height = row_height(texts)
        sheet.row_dimensions[row].height = height
        for (number, style, _), value in zip(looks, values, strict=True):
            styles.put(sheet.cell(row, number), value, style, centred=height <= LINE)
    for row, location in enumerate(page.row_links, start=top + 1):
        cell: Any = sheet.cell(row, 1)
        styles.put(cell, cell.value, "Cell link")
        cell.hyperlink = Hyperlink(ref="", location=location, display=str(cell.value))
    _mark_up(sheet, page, top)
    if page.chart:
        _add_chart(sheet, page, page.chart, top, styles)


def _mark_up(sheet: Worksheet, page: WorksheetPage, top: int) -> None:
    last = get_column_letter(len(page.columns))
    table: Any = Table(displayName=page.table, ref=f"A{top}:{last}{top + len(page.rows)}")
    # openpyxl adds filter buttons when it names the columns itself, so they are named first and the filter goes last.
    table._initialise_columns()
    for column, described in zip(table.tableColumns, page.columns, strict=True):
        column.name = described.name
    table.autoFilter = None
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False, showColumnStripes=False)
    sheet.add_table(table)


def _add_chart(sheet: Worksheet, page: WorksheetPage, chart: Chart, top: int, styles: Styles) -> None:
    column = len(page.columns) + 1
    styles.put(sheet.cell(top - 1, column), page.chart_text, "Body text")
    draw(Block(sheet=sheet, columns=page.columns, rows=page.rows, top=top), chart, at=(column, top))


def _pages_across(widths: list[float]) -> int:
    """How many landscape A4 pages a sheet needs side by side so that nobody needs a magnifying glass.

    The first column, which says what a row is about, stands on each of them.
    """
    rest = sum(widths[1:])
    return 1 if widths[0] + rest <= _PAGE_WIDTH else max(1, math.ceil(rest / (_PAGE_WIDTH - widths[0])))


def _set_up_print(sheet: Worksheet, page: WorksheetPage, widths: list[float]) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1 if page.chart else _pages_across(widths)  # a chart is not cut in two
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.page_margins = PageMargins(left=0.5, right=0.5, top=0.5, bottom=0.5, header=0.3, footer=0.3)
    if page.columns:
        sheet.print_title_rows = f"{len(page.lines) + 1}:{len(page.lines) + 1}"
    if sheet.page_setup.fitToWidth != 1:
        sheet.print_title_cols = "A:A"
