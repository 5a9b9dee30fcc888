"""The sheets that every workbook begins with: cover, contents, notes and shorthand."""

from __future__ import annotations

from analysis.workbook.model import Book, SheetColumn
from analysis.workbook.pages import TextLine, Value, WorksheetPage, place_of
from analysis.workbook.sheets import CONTENTS, COVER, DEMONSTRATION, NOTES, SHORTHAND, shown_title
from analysis.workbook.shorthand import legend
from analysis.workbook.values import clean_text

_BACK = TextLine(text="Go to the contents of this workbook", style="Hyperlink", link=place_of(CONTENTS))
_ONE_TABLE = TextLine(text="This worksheet contains one table.")


def front_pages(book: Book) -> list[WorksheetPage]:
    """Return cover, contents, notes (where there are any) and shorthand."""
    notes = [_notes(book)] if book.notes else []
    return [_cover(book), _contents(book), *notes, _shorthand(book)]


def _opening(title: str, book: Book) -> list[TextLine]:
    warning = [TextLine(text=DEMONSTRATION, style="Warning")] if book.demonstration else []
    return [TextLine(text=shown_title(title, book), style="Heading 1"), *warning]


def _cover(book: Book) -> WorksheetPage:
    lines = _opening(book.title, book)
    lines += [TextLine(text=clean_text(paragraph)) for paragraph in book.summary]
    facts = (("Published by", book.organisation), ("Date", book.date), *book.facts, ("Contact", book.contact))
    lines.append(TextLine(text="About this workbook", style="Heading 2"))
    lines += [TextLine(text=clean_text(f"{label}: {value}")) for label, value in facts]
    lines.append(TextLine(text="Go to the contents of this workbook", style="Hyperlink", link=place_of(CONTENTS)))
    if not book.totals:
        return WorksheetPage(name=COVER, lines=tuple(lines))
    lines.append(TextLine(text="Control totals", style="Heading 2"))
    lines.append(TextLine(text="The table below says how many responses there are and shows that they add up."))
    return WorksheetPage(
        name=COVER,
        lines=tuple(lines),
        table="control_totals",
        columns=(
            SheetColumn(name="Total"),
            SheetColumn(name="Number", kind="count"),
            SheetColumn(name="How it adds up", width=60),
        ),
        rows=tuple((clean_text(t.label), _number(t.value), clean_text(t.explanation) or "[z]") for t in book.totals),
    )


def _contents(book: Book) -> WorksheetPage:
    cover = ("What this workbook is, who to contact, and control totals", "text and one table")
    rows: list[tuple[Value, ...]] = [(COVER, *(cover if book.totals else ("What this is and who to contact", "text")))]
    rows += [(NOTES, "Notes that the sheets refer to", "one table")] if book.notes else []
    rows += [(SHORTHAND, "What the marks in square brackets mean", "one table")]
    for sheet in book.sheets:
        holds = "one table and one chart" if sheet.chart else "one table"
        rows.append((sheet.name, clean_text(sheet.summary or sheet.title), holds))
    return WorksheetPage(
        name=CONTENTS,
        lines=(
            *_opening("Contents", book),
            _ONE_TABLE,
            TextLine(text="Each name in the first column is a link to that sheet."),
        ),
        table="contents",
        columns=(
            SheetColumn(name="Sheet", width=56),
            SheetColumn(name="What it shows", width=80),
            SheetColumn(name="What is on it"),
        ),
        rows=tuple(rows),
        row_links=tuple(place_of(str(row[0])) for row in rows),
    )


def _notes(book: Book) -> WorksheetPage:
    return WorksheetPage(
        name=NOTES,
        lines=(*_opening("Notes", book), _ONE_TABLE, _BACK),
        table="notes",
        columns=(SheetColumn(name="Note", width=56), SheetColumn(name="Text", width=100)),
        rows=tuple((note.mark, clean_text(note.text)) for note in book.notes),
    )


def _shorthand(book: Book) -> WorksheetPage:
    how = "A mark in a column of numbers takes the place of a figure. Several marks may be combined: [u][b]."
    return WorksheetPage(
        name=SHORTHAND,
        lines=(*_opening("Shorthand", book), _ONE_TABLE, TextLine(text=how), _BACK),
        table="shorthand",
        columns=(
            SheetColumn(name="Mark", width=56),
            SheetColumn(name="In short", width=45),
            SheetColumn(name="Meaning", width=80),
        ),
        rows=tuple((item.mark, item.short, clean_text(item.meaning)) for item in legend(book).values()),
    )


def _number(value: object) -> int | str:
    """A total as a cell holds it: a number, or the shorthand of one that may not be seen."""
    return value if isinstance(value, int) else str(value)
