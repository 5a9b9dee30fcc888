"""A release: a reviewed menu of public figures, as one document that pages, tables and workbook agree with."""

from analysis.release.codebook import codebook_csv
from analysis.release.document import FORMAT, document_of, written
from analysis.release.menu import Menu, menu_of, only_menu, study_of_menu
from analysis.release.revisions import changes_between
from analysis.report.imprint import Change, Imprint

__all__ = [
    "FORMAT",
    "Change",
    "Imprint",
    "Menu",
    "changes_between",
    "codebook_csv",
    "document_of",
    "menu_of",
    "only_menu",
    "study_of_menu",
    "written",
]
