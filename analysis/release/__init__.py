"""A release: a reviewed menu of public figures, as one document that pages, tables and workbook agree with."""

from analysis.release.changes import changes_between
from analysis.release.document import FORMAT, document_of, written
from analysis.release.hiding import Already, already_hidden, hidden_profile, keep_hidden
from analysis.release.menu import Menu, only_menu, read_menu, study_of_menu
from analysis.release.tables import codebook_csv
from analysis.report.imprint import Change, Imprint

__all__ = [
    "FORMAT",
    "Already",
    "Change",
    "Imprint",
    "Menu",
    "already_hidden",
    "changes_between",
    "codebook_csv",
    "document_of",
    "hidden_profile",
    "keep_hidden",
    "only_menu",
    "read_menu",
    "study_of_menu",
    "written",
]
