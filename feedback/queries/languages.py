"""The languages of a place as staff see them: which are on, who checked them, and what their catalogues lack."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from feedback.places import Language, current_place
from feedback.queries.questionnaires import latest_questionnaire, missing_texts, surveys
from feedback.translation.catalogues import CatalogueKind, kinds, missing_from, translated_into
from feedback.translation.languages import languages_on


@dataclass(frozen=True)
class LanguageReport:
    """`on`: residents can choose it. `lacks`: texts without translation in the pages, the place and each survey."""

    language: Language
    on: bool
    lacks: dict[str, int]

    @property
    def missing(self) -> int:
        return sum(self.lacks.values())


def language_reports() -> list[LanguageReport]:
    """Return every language that the place means to offer, in the order of its file."""
    on = {language.code for language in languages_on()}
    newest = {survey: latest_questionnaire(survey) for survey in surveys()}
    reports = []
    for language in translated_into(current_place()):
        asked = {survey: len(missing_texts(row, language.code)) for survey, row in newest.items()}
        lacks = _lacks_outside_surveys(current_place().folder, language.code) | asked
        reports.append(LanguageReport(language, language.code in on, lacks))
    return reports


@cache
def _lacks_outside_surveys(folder: Path, code: str) -> dict[str, int]:
    """Texts that pages and place lack in a language; looked through once a process, as catalogues are read once."""
    return {kind.name: len(missing_from(kind, code)) for kind in _outside_surveys(folder)}


@cache
def _outside_surveys(_folder: Path) -> list[CatalogueKind]:
    return [kind for kind in kinds(current_place()) if not kind.keeps]
