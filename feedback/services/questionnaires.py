"""Publishing: reviewed files become immutable rows."""

from __future__ import annotations

from pathlib import Path

import forms
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import QuestionnaireVersion
from feedback.places import PlacePack

FOLDER = Path(forms.__file__).parent / "questionnaires"


def publish_questionnaires(place: PlacePack, folder: Path = FOLDER) -> list[QuestionnaireVersion]:
    """Publish every questionnaire file that is not published yet, and commit; return the new ones.

    Raises:
        Refusal: a file differs from what was published under its version, in more than what the place supplies.
        QuestionnaireError: a file is faulty; the error names file, question and fault.

    """
    loaded = [(path, forms.load_questionnaire(path, place.words)) for path in forms.questionnaire_files(folder)]
    new = [row for path, questionnaire in loaded if (row := _publish(path, questionnaire, place))]
    db.session.commit()
    return new


def words_as_published(place: PlacePack, folder: Path = FOLDER) -> list[str]:
    """Return the versions, as `survey version`, that go on with words of the place as they were when people were asked
    first, because the pack says something else today. Names of wards are not among them: they are always today's.
    """
    found = []
    for path in forms.questionnaire_files(folder):
        today = forms.load_questionnaire(path, place.words)
        row = db.session.query(QuestionnaireVersion).filter_by(survey=today.survey, version=today.version).one_or_none()
        asked = forms.parse_questionnaire(row.definition).completed_from(today) if row else today
        if not forms.differs_in_place_alone(asked, path, place.words, wards_alone=True):
            found.append(f"{today.survey} version {today.version}")
    return found


def _publish(path: Path, questionnaire: forms.Questionnaire, place: PlacePack) -> QuestionnaireVersion | None:
    known = db.session.query(QuestionnaireVersion).filter_by(survey=questionnaire.survey, version=questionnaire.version)
    published = known.one_or_none()
    if published is None:
        row = QuestionnaireVersion(
            survey=questionnaire.survey,
            version=questionnaire.version,
            definition=questionnaire.definition(),
            digest=questionnaire.digest(),
        )
        db.session.add(row)
        return row
    stored = forms.parse_questionnaire(published.definition).completed_from(questionnaire)
    if published.digest == questionnaire.digest() and stored.characteristics == questionnaire.characteristics:
        return None
    if not forms.differs_in_place_alone(stored, path, place.words):
        raise Refusal(
            f"{path.name} differs from what was published as {questionnaire.survey} version {questionnaire.version}. "
            f"People have answered that wording: raise the version to {questionnaire.version + 1} instead."
        )
    return None
