"""Published questionnaires."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from sqlalchemy import select

from feedback.errors import NotFound
from feedback.extensions import db
from feedback.models import QuestionnaireVersion, Response, Wave
from feedback.places import Language, current_place
from feedback.places.support import WRITTEN_IN
from feedback.places.translations import place_catalogue
from feedback.translation.languages import languages_on
from forms import (
    Catalogue,
    Questionnaire,
    load_questionnaire,
    missing,
    parse_questionnaire,
    questionnaire_files,
    translated,
    with_ward_names,
)
from forms.catalogues import catalogue_path, place_words, read_texts

Asked = tuple[
    str, str
]  # the digest of a version, under which nothing that was asked changes, and that of names of wards
_parsed: dict[Asked, Questionnaire] = {}
_translated: dict[tuple[Asked, str], Questionnaire] = {}  # by language: catalogues are read once a process
_missing: dict[tuple[Asked, str], dict[str, str]] = {}
_catalogues: dict[str, Catalogue] = {}


def questionnaire_of(row: QuestionnaireVersion) -> Questionnaire:
    """Return the questionnaire that this row holds, as `forms` knows it; each is parsed once a process.

    What a version that was published before does not say of its characteristics is read from the reviewed file of the
    survey; what no file says counts as special-category data. Wards are called as the place pack says today; what they
    were called when it was published stands in `row.definition`.
    """
    key = _asked(row)
    found = _parsed.get(key)
    if found is None:
        found = parse_questionnaire(row.definition)
        if any(known.special_category is None for known in found.characteristics):
            found = _completed(found)
        found = _parsed[key] = with_ward_names(found, current_place().ward_names)
    return found


def _asked(row: QuestionnaireVersion) -> Asked:
    return row.digest, current_place().names_digest


def _completed(questionnaire: Questionnaire) -> Questionnaire:
    reviewed = _reviewed().get(questionnaire.survey)
    return questionnaire if reviewed is None else questionnaire.completed_from(reviewed)


@cache
def _reviewed() -> dict[str, Questionnaire]:
    """The reviewed questionnaires by survey."""
    loaded = (load_questionnaire(path, current_place().words) for path in questionnaire_files())
    return {questionnaire.survey: questionnaire for questionnaire in loaded}


def questionnaire_in(row: QuestionnaireVersion, language: str) -> Questionnaire:
    """Return the questionnaire in a language such as `pl`, with the same codes; what is not translated stays."""
    if language == WRITTEN_IN:
        return questionnaire_of(row)
    key = (_asked(row), language)
    found = _translated.get(key)
    if found is None:
        found = _translated[key] = translated(questionnaire_of(row), catalogue(language))
    return found


def languages_of(row: QuestionnaireVersion) -> list[Language]:
    """Return the languages that residents can be asked this version in: those that are on and lack none of its texts.

    Wording that changed since its translation is wording that nobody has translated.
    """
    return [one for one in languages_on() if one.code == WRITTEN_IN or not missing_texts(row, one.code)]


def missing_texts(row: QuestionnaireVersion, language: str) -> dict[str, str]:
    """Return the texts of this version, by address, that the catalogue of a language lacks."""
    key = (_asked(row), language)
    if key not in _missing:
        _missing[key] = missing(questionnaire_of(row), catalogue(language))
    return _missing[key]


def catalogue(language: str) -> Catalogue:
    """Return the translations of questionnaires into a language, with the words of our place."""
    if language not in _catalogues:
        place = current_place()
        words = place_words(place.words, place_catalogue(place, language))
        _catalogues[language] = Catalogue(language, read_texts(catalogue_path(language)), words)
    return _catalogues[language]


def latest_questionnaire(survey: str) -> QuestionnaireVersion:
    """Return the newest published version of a survey's questionnaire.

    Raises:
        NotFound: the survey has none.

    """
    newest = (
        select(QuestionnaireVersion).filter_by(survey=survey).order_by(QuestionnaireVersion.version.desc()).limit(1)
    )
    found = db.session.scalar(newest)
    if found is None:
        raise NotFound(f"No questionnaire of the survey {survey!r} has been published.")
    return found


def special_category_questions(language: str) -> dict[str, str]:
    """Return what our surveys ask that is special-category data, each question once, as it is worded in a language.

    The value is the language of the words where it is another one, because nobody has translated them; else empty.
    """
    found: dict[str, str] = {}
    for row in map(latest_questionnaire, surveys()):
        spoken = questionnaire_in(row, language)
        special = set[str]().union(*(one.made_from for one in spoken.characteristics if one.sensitive))
        lacking = set() if language == WRITTEN_IN else set(missing_texts(row, language).values())
        labels = [question.label for question in spoken.questions if question.id in special]
        found |= {label: WRITTEN_IN if label in lacking else "" for label in labels}
    return found


def questionnaire_version(survey: str, version: int) -> QuestionnaireVersion:
    """Return one published version; an older one stays answerable for ever.

    Raises:
        NotFound: this version was never published.

    """
    wanted = select(QuestionnaireVersion).filter_by(survey=survey, version=version)
    found = db.session.scalar(wanted) if 0 < version < 2**31 else None  # no database can look for a larger number
    if found is None:
        raise NotFound(f"Version {version} of the survey {survey!r} was never published.")
    return found


def questionnaire_by_id(id: int) -> QuestionnaireVersion:
    """Return the version that answers were given to, by its row id."""
    return db.session.get_one(QuestionnaireVersion, id)


def surveys() -> list[str]:
    """Return the surveys that have a published questionnaire, in order of name."""
    return list(
        db.session.scalars(select(QuestionnaireVersion.survey).distinct().order_by(QuestionnaireVersion.survey))
    )


def answered_questionnaires(wave: Wave, only: Collection[int] | None = None) -> dict[int, Questionnaire]:
    """Return every version that a wave's answers were given to, by row id: the wave's own first, then newest first.

    With `only`, besides the wave's own, no others than these.
    """
    answered = QuestionnaireVersion.id.in_(select(Response.questionnaire_id).where(Response.wave_id == wave.id))
    rows = db.session.scalars(
        select(QuestionnaireVersion).where(answered | (QuestionnaireVersion.id == wave.questionnaire_id))
    )
    ordered = sorted(rows, key=lambda row: (row.id != wave.questionnaire_id, -row.version))
    wanted = [row for row in ordered if only is None or row.id in only or row.id == wave.questionnaire_id]
    return {row.id: questionnaire_of(row) for row in wanted}
