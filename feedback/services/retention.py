"""Deleting what has been kept for long enough, by the periods of the place pack, and signing them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from feedback.clock import LONDON, today
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import (
    AuditEntry,
    Conflict,
    Device,
    Event,
    EventNote,
    Job,
    QuarantinedForm,
    Response,
    Review,
    SignInFailure,
    Wave,
)
from feedback.places import current_place
from feedback.places.keeping import Period
from feedback.queries.questionnaires import answered_questionnaires
from feedback.queries.safeguarding import RELEASED
from feedback.services.answers.floods import forget_hours
from feedback.services.audit import record
from feedback.services.jobs import start_command
from feedback.services.paper.batches import sign_off_all
from feedback.services.respondent_files import erase_old

SIGNED = "data protection signed"
APPLIED = "retention applied"


@dataclass(frozen=True)
class Due:
    """How much of one kind of data is due for deletion: what happened before the day `before`."""

    period: Period
    before: date
    count: int


def what_is_due() -> list[Due]:
    """Return for each kind how many rows (of comments: answers with words) are due today; changes nothing."""
    periods = current_place().retention
    return [Due(period, before := period.ends(today()), _KINDS[period.code].count(before)) for period in periods]


def apply_retention(actor: str) -> list[Due]:
    """Delete what is due, record the counts, and commit; return what was deleted. A second time deletes nothing."""
    periods = {period.code: period.ends(today()) for period in current_place().retention}
    _erase_copies(periods["comments"], actor)
    forget_hours()
    done = [due for due in what_is_due() if _KINDS[due.period.code].delete(due.before) or due.count]
    record(actor, APPLIED, current_place().slug, **{due.period.code: due.count for due in done if due.count})
    db.session.commit()
    return done


def apply_now(actor: str) -> list[Due]:
    """Do the same for somebody at a page, and start what ends it in the bytes too; the nightly command does both."""
    done = apply_retention(actor)
    start_command("privacy", "rewrite")
    return done


def _erase_copies(before: date, actor: str) -> None:
    """Answers are kept beside the responses too: keyings of sheets that were never settled, files for analysts."""
    for wave in db.session.scalars(select(Wave).where(Wave.closes_on < before)).all():
        sign_off_all(wave, actor=actor)
    erase_old()


def sign(name: str, role: str, *, actor: str) -> None:
    """Record that somebody takes responsibility for the periods as they stand now, and commit.

    Raises:
        Refusal: no name or no role is given.

    """
    if not (name.strip() and role.strip()):
        raise Refusal("Enter the name and the role of the person who signs.")
    periods = {period.code: period.length for period in current_place().retention}
    record(actor, SIGNED, current_place().slug, name=name.strip(), role=role.strip(), periods=periods)
    db.session.commit()


def last_entry(action: str) -> AuditEntry | None:
    """Return the newest audit entry with this action; None when there is none."""
    return db.session.scalar(select(AuditEntry).filter_by(action=action).order_by(AuditEntry.id.desc()).limit(1))


def signed() -> AuditEntry | None:
    """Return the signature under the periods as they stand; None when nobody signed them, or they changed since."""
    entry = last_entry(SIGNED)
    now = {period.code: period.length for period in current_place().retention}
    return entry if entry and entry.detail.get("periods") == now else None


@dataclass(frozen=True)
class Retained:
    """How to count and how to delete what happened before a day."""

    count: Callable[[date], int]
    delete: Callable[[date], int]


def _rows(model: Any, condition: Callable[[date], ColumnElement[bool]]) -> Retained:
    def count(before: date) -> int:
        return db.session.scalar(select(func.count()).select_from(model).where(condition(before))) or 0

    def remove(before: date) -> int:
        gone = db.session.execute(delete(model).where(condition(before)), execution_options=UNSYNCHRONISED)
        return int(gone.rowcount)  # type: ignore[attr-defined]

    return Retained(count, remove)


UNSYNCHRONISED = {"synchronize_session": False}


def _waves_closed(before: date) -> Any:
    return select(Wave.id).where(Wave.closes_on < before)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


def _of_closed_waves(before: date) -> ColumnElement[bool]:
    return Response.wave_id.in_(_waves_closed(before))


def _kept_apart(before: date) -> ColumnElement[bool]:
    return Conflict.response_id.in_(select(Response.id).where(_of_closed_waves(before)))


def _devices(before: date) -> ColumnElement[bool]:
    ended = select(Event.id).where(Event.ends_at < _moment(before))
    return Device.event_id.in_(ended)


def _released(before: date) -> ColumnElement[bool]:
    """Decisions that hide nothing. Words that are kept out stay hidden for as long as they are kept.

    What was decided about a form that could not be stored is kept with it: it may still be accepted.
    """
    return and_(Review.decided_on < before, Review.outcome == RELEASED, Review.held_id.is_(None))


def _forms(before: date) -> ColumnElement[bool]:
    """Forms that were decided, but none with words that wait for a reviewer."""
    unread = select(Review.id).where(Review.held_id == QuarantinedForm.id, Review.outcome.is_(None)).exists()
    return and_(QuarantinedForm.decided_at < _moment(before), ~unread)


def _workbooks(before: date) -> ColumnElement[bool]:
    """Workbooks, and what was asked for to preview releases. Who asked for respondent files, and why, stays."""
    return and_(Job.kind != "respondent_file", Job.asked_at < _moment(before))


def _texts(before: date) -> Iterator[tuple[Response, Mapping[str, Any]]]:
    """Responses of waves that closed before a day and hold words, each with its answers without them."""
    for wave in db.session.scalars(select(Wave).where(Wave.closes_on < before)):
        written = {
            key: {question.id for question in asked.questions if question.is_comment}
            for key, asked in answered_questionnaires(wave).items()
        }
        for response in db.session.scalars(select(Response).where(Response.wave_id == wave.id)):
            words = written[response.questionnaire_id] & response.answers.keys()
            if words:
                yield response, {key: value for key, value in response.answers.items() if key not in words}


def _erase_texts(before: date) -> int:
    erased = 0
    for response, without in list(_texts(before)):
        erased_words = response.answers.keys() - without.keys()
        statement = update(Response).where(Response.id == response.id).values(answers=dict(without))
        db.session.execute(statement, execution_options=UNSYNCHRONISED)
        decided = Review.response_id == response.id, Review.outcome.is_not(None), Review.question.in_(erased_words)
        db.session.execute(delete(Review).where(*decided))
        erased += 1
    db.session.expire_all()
    return erased


_KINDS: dict[str, Retained] = {
    "comments": Retained(lambda before: sum(1 for _ in _texts(before)), _erase_texts),
    "answers": _rows(Response, _of_closed_waves),
    "kept_apart": _rows(Conflict, _kept_apart),
    "held": _rows(QuarantinedForm, _forms),
    "devices": _rows(Device, _devices),
    "notes": _rows(EventNote, lambda before: EventNote.written_on < before),
    "reviews": _rows(Review, _released),
    "workbooks": _rows(Job, _workbooks),
    "sign_in_failures": _rows(SignInFailure, lambda before: SignInFailure.last_at < _moment(before)),
    "audit": _rows(AuditEntry, lambda before: AuditEntry.at < _moment(before)),
}
