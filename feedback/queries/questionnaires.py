"""Published questionnaires."""

from __future__ import annotations

from sqlalchemy import select

from feedback.errors import NotFound
from feedback.extensions import db
from feedback.models import Questionnaire, Response, Wave
from forms import Questionnaire as Asked
from forms import parse_questionnaire

_parsed: dict[str, Asked] = {}  # by digest: what was published under it can never change


def asked(row: Questionnaire) -> Asked:
    """Return the questionnaire that this row holds, as `forms` knows it; each is parsed once a process."""
    found = _parsed.get(row.digest)
    if found is None:
        found = _parsed[row.digest] = parse_questionnaire(row.definition)
    return found


def latest_questionnaire(survey: str) -> Questionnaire:
    """Return the newest published version of a survey's questionnaire.

    Raises:
        NotFound: the survey has none.

    """
    newest = select(Questionnaire).filter_by(survey=survey).order_by(Questionnaire.version.desc()).limit(1)
    found = db.session.scalar(newest)
    if found is None:
        raise NotFound(f"No questionnaire of the survey {survey!r} has been published.")
    return found


def questionnaire_version(survey: str, version: int) -> Questionnaire:
    """Return one published version; an older one stays answerable for ever.

    Raises:
        NotFound: this version was never published.

    """
    wanted = select(Questionnaire).filter_by(survey=survey, version=version)
    found = db.session.scalar(wanted) if 0 < version < 2**31 else None  # no database can look for a larger number
    if found is None:
        raise NotFound(f"Version {version} of the survey {survey!r} was never published.")
    return found


def questionnaire_by_id(id: int) -> Questionnaire:
    """Return the version that answers were given to, by its row id."""
    return db.session.get_one(Questionnaire, id)


def surveys() -> list[str]:
    """Return the surveys that have a published questionnaire, in order of name."""
    return list(db.session.scalars(select(Questionnaire.survey).distinct().order_by(Questionnaire.survey)))


def answered_questionnaires(wave: Wave) -> dict[int, Asked]:
    """Return every version that a wave's answers were given to, by row id: the wave's own first, then newest first."""
    answered = Questionnaire.id.in_(select(Response.questionnaire_id).where(Response.wave_id == wave.id))
    rows = db.session.scalars(select(Questionnaire).where(answered | (Questionnaire.id == wave.questionnaire_id)))
    ordered = sorted(rows, key=lambda row: (row.id != wave.questionnaire_id, -row.version))
    return {row.id: asked(row) for row in ordered}
