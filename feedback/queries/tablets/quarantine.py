"""Forms that could not be stored and wait for a decision of staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from feedback.errors import NotFound
from feedback.extensions import db
from feedback.models import Event, QuarantinedForm, QuestionnaireVersion, Review, Wave
from feedback.queries.safeguarding import RELEASED, held_words
from feedback.queries.tablets.quarantined_texts import QuarantinedAnswer, content_of, said_in
from feedback.queries.waves import waves

SHOWN = 50  # a page


@dataclass(frozen=True)
class AnswerInWords:
    """A question of a form in words, with its answer in words (one line each), or as it came where it fits nothing."""

    label: str
    answer: Sequence[str]
    fits: bool = True


def waiting(page: int = 1) -> list[QuarantinedForm]:
    """Return forms that wait, those of one event and reason together, at most `SHOWN` a page."""
    return _page(select(QuarantinedForm).where(QuarantinedForm.decision.is_(None)), page)


def decided(page: int = 1) -> list[QuarantinedForm]:
    """Return forms that were decided, in the same order."""
    return _page(select(QuarantinedForm).where(QuarantinedForm.decision.is_not(None)), page)


def count_waiting() -> int:
    """Count the forms that wait for a decision."""
    return (
        db.session.scalar(select(func.count()).select_from(QuarantinedForm).where(QuarantinedForm.decision.is_(None)))
        or 0
    )


def count_decided() -> int:
    """Count the forms that were decided."""
    return (
        db.session.scalar(
            select(func.count()).select_from(QuarantinedForm).where(QuarantinedForm.decision.is_not(None))
        )
        or 0
    )


def quarantined_by_id(id: UUID) -> QuarantinedForm:
    """Return a form that waits or waited, without its content.

    Raises:
        NotFound: there is none.

    """
    held = db.session.scalar(select(QuarantinedForm).where(QuarantinedForm.id == id))
    if held is None:
        raise NotFound("There is no form waiting with this number.")
    return held


def count_alike(held: QuarantinedForm) -> int:
    """Count the others that wait at the same event for the same reason."""
    same = (
        QuarantinedForm.event_id == held.event_id,
        QuarantinedForm.reason == held.reason,
        QuarantinedForm.id != held.id,
        QuarantinedForm.decision.is_(None),
    )
    return db.session.scalar(select(func.count()).select_from(QuarantinedForm).where(*same)) or 0


def answers_of(held: QuarantinedForm) -> list[AnswerInWords]:
    """Return what a form says, in the words of its questionnaire where that is known; empty where it is sealed.

    Words that may say somebody is in danger are left out until a reviewer has released them.
    """
    if held.sealed and held.decision != "stored":
        return []
    released = db.session.scalar(select(Review.outcome).where(Review.held_id == held.id)) == RELEASED
    return [_line(said, released) for said in said_in(content_of(held))]


def envelope_of(held: QuarantinedForm) -> dict[str, str]:
    """Return what the envelope of a form says: survey, wave, version, day; nothing of its answers."""
    content = db.session.scalar(select(QuarantinedForm.content).where(QuarantinedForm.id == held.id)) or {}
    names = ("key",) if held.sealed else ("event", "survey", "wave", "version", "channel", "language", "opened_on")
    return {name: str(content[name])[:80] for name in names if content.get(name) is not None}


def versions_to_choose(event: Event) -> list[tuple[Wave, QuestionnaireVersion]]:
    """Return every wave that takes answers still, with every version of its survey: the event's own waves first."""
    of_survey: dict[str, list[QuestionnaireVersion]] = {}
    for row in db.session.scalars(select(QuestionnaireVersion).order_by(QuestionnaireVersion.version.desc())):
        of_survey.setdefault(row.survey, []).append(row)
    first = {wave.id for wave in event.waves}
    ordered = sorted(waves(), key=lambda wave: wave.id not in first)
    return [(wave, row) for wave in ordered if wave.frozen_at is None for row in of_survey.get(wave.survey, [])]


def _line(said: QuarantinedAnswer, released: bool) -> AnswerInWords:
    return AnswerInWords(said.label, said.lines if released or not said.reasons else held_words(), said.fits)


def _page(chosen: Select[QuarantinedForm], page: int) -> list[QuarantinedForm]:
    ordered = chosen.order_by(QuarantinedForm.event_id, QuarantinedForm.reason, QuarantinedForm.id).options(
        joinedload(QuarantinedForm.event)
    )
    return list(db.session.scalars(ordered.limit(SHOWN).offset((page - 1) * SHOWN)))
