"""Comments."""

from analysis.report.tables import Pages
from analysis.workbook import Sheet


def comment_sheets(pages: Pages) -> list[Sheet]:
    return []
