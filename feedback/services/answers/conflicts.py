"""Deciding between answers and those that came again with other content. The audit never says what was answered."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select

from feedback.ceilings import ceiling
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import Conflict, Response
from feedback.places import current_place
from feedback.queries.answers.conflicts import wave_of_conflict
from feedback.queries.questionnaires import questionnaire_by_id, questionnaire_of
from feedback.queries.safeguarding import undecided_in
from feedback.services.answers.validation import ward_of
from feedback.services.audit import record
from feedback.services.safeguarding.queue import move_to_response
from feedback.services.waves.freezing import share_lock_waves


class WaitsForReviewer(Refusal):
    """Deciding now would delete words that nobody trained has read."""

    status = 409


class TooManyConflicts(Refusal):
    """So many contents came under one id that no more are kept: the first counts, and staff see what is kept."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "This form was sent many times with different answers. We count the first ones. We do not keep what "
                "was sent now. Open the survey again to get a new form."
            )
        )


def refuse_another_conflict(response_id: UUID, payload_hash: str) -> None:
    """Raise TooManyConflicts where as many other contents are kept under this id as the settings let be kept."""
    kept = db.session.scalars(select(Conflict.payload_hash).where(Conflict.response_id == response_id)).all()
    if payload_hash not in kept and len(kept) >= ceiling("conflicts_an_answer"):
        raise TooManyConflicts


def keep_first(id: UUID, actor: str) -> None:
    """Delete answers that came again, and commit; the counted ones stay.

    Raises:
        NotFound: this has been decided already.
        WaitsForReviewer: words in it are held and nobody has read them yet.

    """
    conflict, _response, slug = _locked(id)
    db.session.delete(conflict)
    record(actor, "answers sent again deleted", slug, answers=1)
    db.session.commit()


def use_instead(id: UUID, actor: str) -> None:
    """Count the answers that came again in place of the first, which are gone then; commit.

    Month, channel, event and receipt stay those of the first sending, on which the tallies were counted.

    Raises:
        NotFound: this has been decided already.
        WaitsForReviewer: words in it are held and nobody has read them yet.
        Frozen: the wave's figures are published.

    """
    share_lock_waves([wave_of_conflict(id).id])
    conflict, response, slug = _locked(id)
    move_to_response(conflict, response)
    ward = ward_of(questionnaire_of(questionnaire_by_id(conflict.questionnaire_id)), conflict.answers)
    response.questionnaire_id = conflict.questionnaire_id
    response.answers, response.payload_hash = conflict.answers, conflict.payload_hash
    response.ward_code, response.ward_vintage = ward, current_place().vintage_of(ward) if ward else None
    db.session.delete(conflict)
    record(actor, "answers replaced by those sent again", slug, answers=1)
    db.session.commit()


def _locked(id: UUID) -> tuple[Conflict, Response, str]:
    """Lock the response first: two administrators then decide one after the other, and the second finds nothing."""
    responses = select(Response).join(Conflict, Conflict.response_id == Response.id).where(Conflict.id == id)
    response = db.session.scalar(responses.with_for_update(of=Response))
    slug = wave_of_conflict(id).slug
    conflict = db.session.get_one(Conflict, id)
    assert response is not None  # noqa: S101 - the wave was found through it
    if undecided_in(response.id):
        db.session.rollback()
        raise WaitsForReviewer(
            "Some words in these answers are held for a reviewer, and deciding here would delete one of the texts. "
            "Decide when the reviewer has."
        )
    return conflict, response, slug
