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
        Refusal: a file differs from what was published under its version.
        QuestionnaireError: a file is faulty; the error names file, question and fault.

    """
    loaded = [(path, forms.load_questionnaire(path, place.words)) for path in forms.questionnaire_files(folder)]
    new = [row for path, questionnaire in loaded if (row := _publish(path, questionnaire))]
    db.session.commit()
    return new


def _publish(path: Path, questionnaire: forms.Questionnaire) -> QuestionnaireVersion | None:
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
    if published.digest != questionnaire.digest() or stored.characteristics != questionnaire.characteristics:
        raise Refusal(
            f"{path.name} differs from what was published as {questionnaire.survey} version {questionnaire.version}. "
            f"People have answered that wording: raise the version to {questionnaire.version + 1} instead."
        )
    return None
