"""Every kind of column is known wherever answers are read or written."""

from __future__ import annotations

from feedback.services.importing.answer_cells import KINDS
from feedback.services.respondents.variables import SOURCES
from forms.questions.base import COLUMN_KINDS
from tests.unit.forms.samples import QUESTIONS, question


def test_every_kind_is_imported_and_exported() -> None:
    assert set(KINDS) == set(SOURCES) == set(COLUMN_KINDS)


def test_questions_have_no_other_kinds() -> None:
    found = {column.kind for type_ in QUESTIONS for column in question(type_).columns}
    assert found == set(COLUMN_KINDS)
