"""The safeguarding queue of words that may say somebody is in danger: what waits, and what nobody else may be shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from feedback.errors import NotFound
from feedback.extensions import db
from feedback.models import Event, QuarantinedForm, Response, Review, Role, User, Wave
from feedback.models.types import utc_now
from feedback.queries.questionnaires import answered_questionnaires, questionnaire_by_id, questionnaire_of
from feedback.queries.tablets.quarantined_texts import content_of, said_in
from feedback.receipt_codes import receipt_hashes
from forms import Questionnaire
from forms.questions.written import Written

RELEASED = "released"
SHOWN = 50  # a page; what was decided is listed newest first, and older ones are found in the audit
Apart = Mapping[UUID, frozenset[str]]


@dataclass(frozen=True)
class SafeguardingQueue:
    """How many texts wait for a reviewer, and how many of them are overdue."""

    waiting: int
    overdue: int


@dataclass(frozen=True)
class Passage:
    """What was asked, and what was written, in lines."""

    label: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Concern:
    """A text as a reviewer reads it, or the texts of a form that could not be stored. `survey` is where it came in."""

    review: Review
    survey: str
    passages: Sequence[Passage]

    @property
    def overdue(self) -> bool:
        return self.review.due_at is not None and self.review.due_at < utc_now()

    @property
    def event(self) -> Event | None:
        """Where it was written; in a form, as its device says."""
        source = self.review.held or self.review.response
        return source.event if source else None


def apart_in(wave: Wave) -> Apart:
    """Return the questions whose texts nobody but a reviewer may see, by response of `wave`: all but the released."""
    return _apart(wave, Review.response_id, Review.conflict_id.is_(None))


def apart_in_conflicts(wave: Wave) -> Apart:
    """Return the same by conflict, for content that came again."""
    return _apart(wave, Review.conflict_id, Review.conflict_id.is_not(None))


def _apart(wave: Wave, key: Any, kind: Any) -> Apart:
    not_released = func.coalesce(Review.outcome, "") != RELEASED
    rows = select(key.label("key"), Review.question).join(Response, Review.response_id == Response.id)
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    for row in db.session.execute(rows.where(Response.wave_id == wave.id, kind, not_released)):
        found[row.key].add(row.question)
    return {key: frozenset(questions) for key, questions in found.items()}


def shown_answers(answers: Mapping[str, Any], apart: Collection[str]) -> Mapping[str, Any]:
    """Return answers without the texts that are held; the closed answers stay."""
    return {id: answer for id, answer in answers.items() if id not in apart} if apart else answers


def held_words() -> list[str]:
    """Return what stands in the place of a text that is held."""
    return [gettext("Held for a reviewer, and not shown here")]


def safeguarding_queue() -> SafeguardingQueue:
    """Return how much waits, for the pages of staff who may not read it."""
    waiting = select(func.count()).select_from(Review).where(Review.outcome.is_(None))
    late = waiting.where(Review.due_at < utc_now())
    return SafeguardingQueue(db.session.scalar(waiting) or 0, db.session.scalar(late) or 0)


def waiting() -> list[Concern]:
    """Return what waits for an outcome in answers that are stored, the most urgent first."""
    return _waiting(Review.held_id.is_(None))


def waiting_in_forms() -> list[Concern]:
    """Return the same in forms that could not be stored."""
    return _waiting(Review.held_id.is_not(None))


def _waiting(where: ColumnElement[bool]) -> list[Concern]:
    undecided = select(Review).where(Review.outcome.is_(None), where)
    in_turn = undecided.order_by(Review.due_at, Review.raised_at, Review.id)
    return [_words(review) for review in db.session.scalars(_with_all(in_turn))]


def decided() -> list[Concern]:
    """Return what was decided, the newest first, at most `SHOWN`."""
    done = select(Review).where(Review.outcome.is_not(None)).order_by(Review.decided_on.desc(), Review.id).limit(SHOWN)
    return [_words(review) for review in db.session.scalars(_with_all(done))]


def words_of(id: UUID) -> Concern:
    """Return one text of the queue.

    Raises:
        NotFound: it is not there, or its answers were withdrawn.

    """
    review = db.session.scalar(_with_all(select(Review).where(Review.id == id)))
    if review is None:
        raise NotFound("There is no such text. Its answers may have been withdrawn.")
    return _words(review)


def subject_of(review: Review) -> str:
    """Return what the audit calls the place of a text: the slug of its wave; of a form, the code of its event."""
    if review.held_id is not None:
        codes = (
            select(Event.code)
            .join(QuarantinedForm, QuarantinedForm.event_id == Event.id)
            .where(QuarantinedForm.id == review.held_id)
        )
        return str(db.session.scalar(codes))
    return str(db.session.scalar(select(Wave.slug).join(Response).where(Response.id == review.response_id)))


def undecided_in(response_id: UUID) -> bool:
    """Whether any text of a response, or of what came again under its number, waits for a reviewer."""
    waits = select(Review.id).where(Review.response_id == response_id, Review.outcome.is_(None))
    return db.session.scalar(waits.limit(1)) is not None


def concerns_with_receipt(code: str) -> bool:
    """Whether words of the response with this receipt were held, so that its receipt page offers help."""
    held = select(Review.id).join(Response, Review.response_id == Response.id)
    return db.session.scalar(held.where(Response.receipt_hash.in_(receipt_hashes(code))).limit(1)) is not None


def reviewers() -> list[User]:
    """Return the people with an open account who may read the queue, by name."""
    named = select(User).join(User.roles).where(Role.name == "reviewer", User.active)
    return list(db.session.scalars(named.order_by(func.lower(User.name), User.id)))


def texts_that_are(wave: Wave, text: str) -> list[tuple[UUID, str]]:
    """Return where `text` is the whole of what somebody wrote in a wave: response id and question id."""
    rows = select(Response.id, Response.questionnaire_id, Response.answers).where(Response.wave_id == wave.id)
    written = {id: written_in(known) for id, known in answered_questionnaires(wave).items()}
    return [
        (row.id, question)
        for row in db.session.execute(rows.order_by(Response.id))
        for question in written[row.questionnaire_id]
        if row.answers.get(question) == text
    ]


def written_in(questionnaire: Questionnaire) -> list[str]:
    """Return the ids of the questions that are answered in a person's own words."""
    return [question.id for question in questionnaire.questions if isinstance(question, Written)]


def _with_all(query: Any) -> Any:
    of_response, of_form = joinedload(Review.response), joinedload(Review.held)
    loaded = (
        of_response.joinedload(Response.wave),
        of_response.joinedload(Response.event),
        of_form.joinedload(QuarantinedForm.event),
    )
    return query.options(*loaded, joinedload(Review.conflict))


def _words(review: Review) -> Concern:
    if review.held is not None:
        said = [Passage(one.label, one.lines) for one in said_in(content_of(review.held)) if one.reasons]
        return Concern(review, review.held.event.title, said)
    source = review.conflict or review.response
    assert source is not None and review.response is not None  # noqa: S101, PT018 - the database sees to it
    question = questionnaire_of(questionnaire_by_id(source.questionnaire_id)).question(review.question)
    passage = Passage(question.label, question.display(source.answers.get(review.question)))
    return Concern(review, review.response.wave.title, [passage])
