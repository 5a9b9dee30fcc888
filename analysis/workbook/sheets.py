"""From a described sheet to a page: clean values, the lines above the table, and the shorthand it uses."""

from __future__ import annotations

from dataclasses import replace

from analysis.workbook.charts.interval_lengths import EXPLANATION, has_wings, with_wings
from analysis.workbook.model import Book, Chart, WorkbookError, Worksheet
from analysis.workbook.pages import TextLine, Value, WorksheetPage, place_of
from analysis.workbook.shorthand import legend, marks_in
from analysis.workbook.table_names import table_name
from analysis.workbook.values import cell_value, clean_text

CONTENTS, NOTES, SHORTHAND, COVER = "Contents", "Notes", "Shorthand", "Cover"
DEMONSTRATION = "Demonstration: the answers are invented, and so is every figure made from them. They describe nobody."
_INVENTED = " (invented demonstration data)"


def shown_title(title: str, book: Book) -> str:
    """Return a title as it is shown; in a demonstration every title says that the data are invented."""
    return clean_text(title) + (_INVENTED if book.demonstration else "")


def sheet_page(sheet: Worksheet, book: Book) -> WorksheetPage:
    """Return the page of one described sheet.

    Raises:
        WorkbookError: a number column holds text, or a mark that the legend does not explain.

    """
    rows = _ordered(_clean_rows(sheet), sheet)
    columns = sheet.columns
    if sheet.chart:
        columns, rows = with_wings(columns, rows, sheet.chart)
    chart = replace(sheet.chart, title=shown_title(sheet.chart.title, book)) if sheet.chart else None
    return WorksheetPage(
        name=sheet.name,
        lines=_lines(sheet, book, rows),
        table=table_name(sheet),
        columns=columns,
        rows=rows,
        chart=chart,
        chart_text=clean_text(_chart_text(sheet.chart, book)) if sheet.chart else "",
    )


def _clean_rows(sheet: Worksheet) -> tuple[tuple[Value, ...], ...]:
    """Return the rows as cells; an Excel table needs a row, so an empty one says `[w]`, no observations."""
    if not sheet.rows:
        return (tuple("[w]" for _ in sheet.columns),)
    return tuple(
        tuple(cell_value(value, column, sheet.name) for value, column in zip(row, sheet.columns, strict=True))
        for row in sheet.rows
    )


def _ordered(rows: tuple[tuple[Value, ...], ...], sheet: Worksheet) -> tuple[tuple[Value, ...], ...]:
    if not (sheet.chart and sheet.chart.descending):
        return rows
    place = [column.name for column in sheet.columns].index(sheet.chart.series[0].value)

    def largest_first(row: tuple[Value, ...]) -> tuple[bool, float]:
        value = row[place]
        return (True, 0.0) if isinstance(value, str) else (False, -value)

    return tuple(sorted(rows, key=largest_first))


def _lines(sheet: Worksheet, book: Book, rows: tuple[tuple[Value, ...], ...]) -> tuple[TextLine, ...]:
    texts = [f"Source: {sheet.source}", f"Base: {sheet.base}" if sheet.base else "", *sheet.lines]
    if sheet.chart and any(has_wings(series) for series in sheet.chart.series):
        texts.append(EXPLANATION)
    texts += _shorthand_lines(sheet, book, rows)
    if any("[note " in text for text in (*texts, sheet.title, *(column.name for column in sheet.columns))):
        texts.append(f"Notes are explained on the sheet {NOTES}.")
    return (
        TextLine(text=shown_title(sheet.title, book), style="Heading 1"),
        *([TextLine(text=DEMONSTRATION, style="Warning")] if book.demonstration else []),
        TextLine(text=_counted(sheet)),
        *(TextLine(text=clean_text(text)) for text in texts if text),
        TextLine(text="Go to the contents of this workbook", style="Hyperlink", link=place_of(CONTENTS)),
    )


def _counted(sheet: Worksheet) -> str:
    if sheet.chart is None:
        return "This worksheet contains one table."
    return "This worksheet contains one table and one chart. The chart is to the right of the table and shows the "
    "same figures."


def _chart_text(chart: Chart, book: Book) -> str:
    invented = " The data are invented." if book.demonstration else ""
    return f"Chart: {chart.title}. {chart.description}{invented}"


def _shorthand_lines(sheet: Worksheet, book: Book, rows: tuple[tuple[Value, ...], ...]) -> list[str]:
    known = legend(book)
    numeric = [place for place, column in enumerate(sheet.columns) if column.is_number]
    in_numbers = marks_in(value for row in rows for place in numeric if isinstance(value := row[place], str))
    unknown = sorted(in_numbers - set(known))
    if unknown:
        raise WorkbookError(
            f"Sheet {sheet.name!r} uses {unknown[0]}, which the shorthand of the book does not explain."
        )
    used = in_numbers | (marks_in(value for row in rows for value in row if isinstance(value, str)) & set(known))
    if not used:
        return []
    return ["Shorthand: " + "; ".join(f"{mark} {known[mark].short}" for mark in sorted(used)) + "."]
