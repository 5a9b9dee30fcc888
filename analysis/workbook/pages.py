"""One worksheet: lines of text in column A, then one table, then nothing; at most one chart beside the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from analysis.workbook.charts import CHART_COLUMN_WIDTH, Block, draw
from analysis.workbook.model import Chart, Column
from analysis.workbook.styles import Styles, cell_style, column_width, heading_style

Value = str | int | float


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of text in column A; `link` is a place in this workbook such as `'Notes'!A1`."""

    text: str
    style: str = "Body text"
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class Page:
    """A worksheet ready to be written: every value is clean. `row_links` make links of the first column."""

    name: str
    lines: tuple[Line, ...]
    table: str = ""
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Value, ...], ...] = ()
    row_links: tuple[str, ...] = ()
    chart: Chart | None = None
    chart_text: str = ""


def place_of(sheet: str) -> str:
    """Return the address of cell A1 of a sheet, as a link needs it."""
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!A1"


def write_page(sheet: Worksheet, page: Page, styles: Styles) -> None:
    """Write one page onto an empty worksheet."""
    for row, line in enumerate(page.lines, start=1):
        cell: Any = sheet.cell(row, 1)
        styles.put(cell, line.text, line.style)
        if line.link:
            cell.hyperlink = Hyperlink(ref="", location=line.link, display=line.text[:255])
    sheet.column_dimensions["A"].width = 90
    if page.columns:
        _write_table(sheet, page, styles)
    _set_up_print(sheet, page)


def _write_table(sheet: Worksheet, page: Page, styles: Styles) -> None:
    top = len(page.lines) + 1
    for number, column in enumerate(page.columns, start=1):
        styles.put(sheet.cell(top, number), column.name, heading_style(column))
        values = [row[number - 1] for row in page.rows]
        sheet.column_dimensions[get_column_letter(number)].width = column_width(column, values, first=number == 1)
        style = cell_style(column)
        for row, value in enumerate(values, start=top + 1):
            styles.put(sheet.cell(row, number), value, style)
    for row, location in enumerate(page.row_links, start=top + 1):
        cell: Any = sheet.cell(row, 1)
        styles.put(cell, cell.value, "Hyperlink")
        cell.hyperlink = Hyperlink(ref="", location=location, display=str(cell.value))
    _mark_up(sheet, page, top)
    if page.chart:
        _add_chart(sheet, page, page.chart, top, styles)


def _mark_up(sheet: Worksheet, page: Page, top: int) -> None:
    last = get_column_letter(len(page.columns))
    table: Any = Table(displayName=page.table, ref=f"A{top}:{last}{top + len(page.rows)}")
    # openpyxl adds filter buttons when it names the columns itself, so they are named first and the filter goes last.
    table._initialise_columns()
    for column, described in zip(table.tableColumns, page.columns, strict=True):
        column.name = described.name
    table.autoFilter = None
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False, showColumnStripes=False)
    sheet.add_table(table)


def _add_chart(sheet: Worksheet, page: Page, chart: Chart, top: int, styles: Styles) -> None:
    column = len(page.columns) + 1
    sheet.column_dimensions[get_column_letter(column)].width = CHART_COLUMN_WIDTH
    styles.put(sheet.cell(top - 1, column), page.chart_text, "Body text")
    draw(Block(sheet=sheet, columns=page.columns, rows=page.rows, top=top), chart, at=(column, top))


def _set_up_print(sheet: Worksheet, page: Page) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    if page.columns:
        sheet.print_title_rows = f"{len(page.lines) + 1}:{len(page.lines) + 1}"
