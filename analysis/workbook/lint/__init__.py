"""A linter for accessible workbooks: the 16 rules of "Releasing statistics in spreadsheets" that a program can check.

Rules: 1 marked-up tables, 2 headings, 3 plain grid, 4 wrapped and visible, 5 no empty cell, 6 notes, 7 links and
type, 8 titles and text above, 9 nothing beside the cells, 10 colour, 11 sheets, 12 front sheets, 13 properties,
14 cursor, 15 one number a cell, 16 charts have a text alternative (WCAG 1.1.1).
Spelling, meaning and whether a sheet is useful need a person.
"""

from analysis.workbook.lint.breach import Breach
from analysis.workbook.lint.run import RULES, lint_workbook

__all__ = ["RULES", "Breach", "lint_workbook"]
