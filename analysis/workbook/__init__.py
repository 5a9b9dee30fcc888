"""Accessible workbooks: described as data, written by openpyxl, checked by a linter of the 16 spreadsheet rules."""

from analysis.workbook.lint import Finding, lint_workbook
from analysis.workbook.model import Book, Chart, Column, Note, Series, Sheet, Shorthand, Total, WorkbookError
from analysis.workbook.write import Progress, workbook_bytes, write_workbook

__all__ = [
    "Book",
    "Chart",
    "Column",
    "Finding",
    "Note",
    "Progress",
    "Series",
    "Sheet",
    "Shorthand",
    "Total",
    "WorkbookError",
    "lint_workbook",
    "workbook_bytes",
    "write_workbook",
]
