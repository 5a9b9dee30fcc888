"""A summary as a workbook: which sheets, columns, charts and sentences. How they are drawn is `analysis.workbook`'s."""

from analysis.report.book import make_book

__all__ = ["make_book"]
