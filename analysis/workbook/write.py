"""Writing a described workbook to a file."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from analysis.workbook.checks import check_book
from analysis.workbook.finishing import Described, finished
from analysis.workbook.front_matter import front_pages
from analysis.workbook.model import Book, WorkbookError
from analysis.workbook.pages import WorksheetPage, write_page
from analysis.workbook.sheets import sheet_page, shown_title
from analysis.workbook.styles import Styles
from analysis.workbook.values import clean_text

Progress = Callable[[int, int, str], None]


def write_workbook(book: Book, path: str | os.PathLike[str], progress: Progress | None = None) -> None:
    """Write `book` to `path` as an Excel workbook, whole or not at all.

    `progress(done, of, name)` is called before each sheet and once at the end. The same book gives the same bytes.

    Raises:
        WorkbookError: the description cannot be written; nothing is changed.

    """
    content = workbook_bytes(book, progress)
    target = Path(path)
    if not target.parent.is_dir():
        raise WorkbookError(f"There is no folder '{target.parent}'. Make it first, or choose another.")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def workbook_bytes(book: Book, progress: Progress | None = None) -> bytes:
    """Return `book` as the bytes of an Excel workbook."""
    check_book(book)
    pages = [*front_pages(book), *(sheet_page(sheet, book) for sheet in book.sheets)]
    created = _utc(book.created)
    workbook = _new_workbook(book, created)
    styles = Styles(workbook)
    report_progress = progress or (lambda done, of, name: None)
    for done, page in enumerate(pages):
        report_progress(done, len(pages), page.name)
        write_page(workbook.create_sheet(page.name), page, styles)
    workbook.active = 0
    workbook.worksheets[0].sheet_view.tabSelected = True
    content = finished(_saved(workbook), created, _described(pages))
    report_progress(len(pages), len(pages), "")
    return content


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0) if moment.tzinfo else moment.replace(microsecond=0)


def _new_workbook(book: Book, created: datetime) -> Workbook:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    properties = workbook.properties
    properties.title = shown_title(book.title, book)
    properties.creator = properties.lastModifiedBy = clean_text(book.organisation)
    properties.keywords = ", ".join(book.keywords) or clean_text(book.title)
    properties.language = book.language
    properties.subject = "Invented demonstration data" if book.demonstration else clean_text(book.title)
    properties.created = created.replace(tzinfo=None)
    return workbook


def _saved(workbook: Workbook) -> bytes:
    raw = BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED) as archive:
        ExcelWriter(workbook, archive).save()
    return raw.getvalue()


def _described(pages: list[WorksheetPage]) -> list[Described]:
    return [Described(title=page.chart.title, text=page.chart_text) for page in pages if page.chart]
