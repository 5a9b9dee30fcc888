"""Holding words that may say somebody is in danger, and deciding about them. The audit never says what was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from feedback.clock import LONDON, today
from feedback.errors import NotFound, Refusal
from feedback.extensions import db
from feedback.keyword_screening import screen_text
from feedback.models import Conflict, Job, Response, Review, Wave
from feedback.models.reviews import OUTCOMES
from feedback.models.types import this_hour, utc_now
from feedback.queries.safeguarding import RELEASED, Concern, subject_of, texts_that_are, words_of, written_in
from feedback.services.audit import record, record_alone
from feedback.services.jobs import erase_made
from forms import Questionnaire
from forms.questions.written import tidied

WORKING_DAYS = 1  # within which a reviewer decides
SATURDAY = 5
OPENS_AT = 9  # o'clock: the clock of what comes at a weekend starts on Monday morning
LONGEST_NOTE = 1000
BY_STAFF = "staff"  # the reason where a person asked for a review, not a list of words
TABLE = Review.__table__
STALE = (
    "A comment in this file was held for a reviewer after it was asked for, so the file was erased. Ask for it again."
)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """`outcome` is one of `OUTCOMES`; `passed_to` names the service that was told, for passed_on."""

    outcome: str
    passed_to: str = ""
    note: str = ""


class NoPassedTo(Refusal):
    """It does not say who was told."""


def screen_answers(
    questionnaire: Questionnaire, answers: Mapping[str, Any], flagged: Iterable[str] = ()
) -> dict[str, list[str]]:
    """Return the questions whose texts are to be held, with the reasons; `flagged`: those that staff point out."""
    found = {id: list(screen_text(answers[id])) for id in written_in(questionnaire) if id in answers}
    for id in flagged:
        if id in found:
            found[id].append(BY_STAFF)
    return {id: reasons for id, reasons in found.items() if reasons}


def flag_for_safeguarding(
    response_id: UUID, found: Mapping[str, list[str]], conflict_id: UUID | None = None, by: str = ""
) -> None:
    """Hold texts in the transaction of the caller, who stores the answers: neither is there without the other."""
    if not found:
        return
    now = this_hour()
    row = {"response_id": response_id, "conflict_id": conflict_id, "raised_by": by, "raised_at": now}
    rest = {"due_at": due_after(now), "passed_to": "", "note": "", "decided_by": ""}
    rows = [{"id": uuid4(), "question": id, "reasons": reasons, **row, **rest} for id, reasons in found.items()]
    db.session.execute(TABLE.insert(), rows)  # type: ignore[attr-defined]


def flag_instead(response: Response, answers: Mapping[str, Any], found: Mapping[str, list[str]]) -> None:
    """Hold the texts of `answers` that are about to take the place of those of a response.

    A text that stays the same stays as held or decided as it is. What was decided about another is forgotten; where a
    person had asked for a review, whatever stands in its place is held too.
    """
    fresh = {id: list(reasons) for id, reasons in found.items()}
    known = select(Review).where(Review.response_id == response.id, Review.conflict_id.is_(None))
    for review in db.session.scalars(known).all():
        if answers.get(review.question) == response.answers.get(review.question):
            fresh.pop(review.question, None)
            continue
        if BY_STAFF in review.reasons and review.question in answers:
            fresh.setdefault(review.question, []).append(BY_STAFF)
        db.session.delete(review)
    flag_for_safeguarding(response.id, fresh)


def move_to_response(conflict: Conflict, response: Response) -> None:
    """Let what was held of content that came again be held of the response whose place it is about to take.

    What was decided about a text that is the same in both still holds.
    """
    held = set(db.session.scalars(select(Review.question).where(Review.conflict_id == conflict.id)))
    same = {id for id, answer in conflict.answers.items() if response.answers.get(id) == answer}
    of_response = Review.response_id == response.id, Review.conflict_id.is_(None)
    db.session.execute(delete(Review).where(*of_response, Review.question.not_in(same - held)))
    db.session.execute(update(Review).where(Review.conflict_id == conflict.id).values(conflict_id=None))


def flag_text(wave: Wave, text: str, actor: str) -> int:
    """Hold every answer of a wave that is exactly `text`, because a person who read it asks for it; commit.

    Files with comments of the wave that were made before are erased: the text stands in them.

    Raises:
        NotFound: no answer of the wave is this text.

    """
    found = texts_that_are(wave, tidied(text))
    if not found:
        db.session.rollback()
        raise NotFound("No answer in this wave has exactly these words. Copy the whole comment, and nothing else.")
    for response_id, question in found:
        _flag(response_id, question, actor)
    _erase_files(wave)
    record(actor, "words held for a reviewer", wave.slug, texts=len(found))
    db.session.commit()
    return len(found)


def _erase_files(wave: Wave) -> None:
    erase_made(STALE, Job.wave_id == wave.id, Job.has_comments)


def _flag(response_id: UUID, question: str, actor: str) -> None:
    """Hold a text again from now on, whatever was decided about it before."""
    known = select(Review).where(
        Review.response_id == response_id, Review.conflict_id.is_(None), Review.question == question
    )
    before = db.session.scalar(known.with_for_update())
    if before is not None and before.outcome is None:
        return
    if before is not None:
        db.session.delete(before)
        db.session.flush()
    flag_for_safeguarding(response_id, {question: [BY_STAFF]}, by=actor)


def open_words(id: UUID, actor: str) -> Concern:
    """Return one text of the queue for `actor` to read, and record that it was opened, by whom and when; commit.

    Raises:
        NotFound: it is not there, or its answers were withdrawn.

    """
    record_alone(actor, "held words opened", subject_of(words_of(id).review), review=str(id))
    return words_of(id)


def decide(id: UUID, decision: Decision, actor: str, *, replacing: bool = False) -> None:
    """Give a held text its outcome, stop and erase its clock, and commit. `replacing`: instead of another decision.

    A text that was released may be shown like any other; the others stay where only reviewers see them.

    Raises:
        NotFound: it is not there, or has an outcome already that is not to be replaced.
        Refusal: the outcome is none, or it does not say who was told.

    """
    if decision.outcome not in OUTCOMES:
        raise Refusal("Select what should happen to this comment.")
    if decision.outcome == "passed_on" and not decision.passed_to.strip():
        raise NoPassedTo("Enter who you told")
    review = db.session.scalar(select(Review).where(Review.id == id).with_for_update())
    if review is None or (review.outcome is not None and not replacing):
        db.session.rollback()
        raise NotFound(
            "There is nothing to decide here. Somebody has decided it already, or the answers were withdrawn."
        )
    late = review.due_at is not None and review.due_at < utc_now()
    if review.outcome == RELEASED and decision.outcome != RELEASED and review.response is not None:
        _erase_files(review.response.wave)
    review.outcome, review.decided_by, review.decided_on = decision.outcome, actor, today()
    review.passed_to = decision.passed_to.strip() if decision.outcome == "passed_on" else ""
    review.note, review.raised_at, review.due_at = decision.note.strip()[:LONGEST_NOTE], None, None
    replaced = {"replaced": True} if replacing else {}
    record(
        actor, "held words decided", subject_of(review), review=str(id), outcome=review.outcome, late=late, **replaced
    )
    db.session.commit()


def due_after(moment: datetime) -> datetime:
    """Return the same time one working day later (Monday to Friday); what comes at a weekend waits for Monday."""
    local = moment.astimezone(LONDON)
    day, left = local, WORKING_DAYS
    while day.weekday() >= SATURDAY:
        day = (day + timedelta(days=1)).replace(hour=OPENS_AT, minute=0, second=0, microsecond=0)
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day.astimezone(moment.tzinfo)
