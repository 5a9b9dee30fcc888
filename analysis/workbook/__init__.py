"""Accessible workbooks: described as data, written by openpyxl, checked by a linter of the 16 spreadsheet rules."""

from analysis.workbook.lint import Breach, lint_workbook
from analysis.workbook.model import Book, Chart, Note, Series, SheetColumn, Shorthand, Total, WorkbookError, Worksheet
from analysis.workbook.write import Progress, workbook_bytes, write_workbook

__all__ = [
    "Book",
    "Chart",
    "SheetColumn",
    "Breach",
    "Note",
    "Progress",
    "Series",
    "Worksheet",
    "Shorthand",
    "Total",
    "WorkbookError",
    "lint_workbook",
    "workbook_bytes",
    "write_workbook",
]
