"""What administrators decide about waves: checked against the other waves, done, and recorded with who did it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy.exc import IntegrityError

from feedback.clock import today
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import Wave
from feedback.queries.waves import waves
from feedback.services.at_rest.rewriting import wipe_deleted
from feedback.services.audit import record
from feedback.services.jobs import start_command
from feedback.services.waves.freezing import lock_wave
from feedback.services.waves.lifecycle import NewWave, close_wave, create_wave, delete_test_wave, extend_wave


class Overlapping(Refusal):
    """Two waves of one survey would take answers on the same day, and nobody could say which an answer belongs to."""


def make_wave(new: NewWave, *, actor: str) -> Wave:
    """Make a wave, and commit.

    Raises:
        Overlapping: another wave of the survey is open on some of these days.
        Refusal: anything else that `create_wave` refuses.

    """
    with _undone_when_refused():
        _refuse_overlap(new.questionnaire.survey, new.purpose, new.opens_on, new.closes_on)
        days = {"opens_on": new.opens_on.isoformat(), "closes_on": new.closes_on.isoformat()}
        record(actor, "wave made", new.slug, title=new.title, purpose=new.purpose, target=new.target, **days)
        return create_wave(new)


def move_last_day(wave: Wave, closes_on: date, *, actor: str) -> None:
    """Extend a wave, and commit. Raises what `extend_wave` raises, and Overlapping."""
    with _undone_when_refused():
        lock_wave(wave)
        _refuse_overlap(wave.survey, wave.purpose, wave.opens_on, closes_on, apart_from=wave)
        before, after = wave.closes_on.isoformat(), closes_on.isoformat()
        record(actor, "wave extended", wave.slug, last_day_before=before, last_day=after)
        extend_wave(wave, closes_on)


def close(wave: Wave, *, actor: str) -> None:
    """Close a wave, commit, and start rewriting its answers in random order. Raises what `close_wave` raises.

    A wave that closes on its last day is rewritten in the night, as every night.
    """
    with _undone_when_refused():
        lock_wave(wave)
        record(actor, "wave closed", wave.slug, last_day_before=wave.closes_on.isoformat())
        close_wave(wave)
    if not wave.is_open(today()):
        start_command("privacy", "rewrite")


def delete(wave: Wave, typed: str, *, actor: str) -> int:
    """Delete a test wave and everything in it, and commit; return how many answers it had.

    Raises what `delete_test_wave` raises.
    """
    slug = wave.slug
    with _undone_when_refused():
        record(actor, "test wave deleted", slug, title=wave.title)
        gone = delete_test_wave(wave, typed)
    wipe_deleted()
    return gone


def refuse_unless_test(wave: Wave) -> None:
    """Raise Refusal for a wave whose answers are real: they are never deleted from a page."""
    if wave.purpose != "test":
        raise Refusal(f"{wave.title} is not a test wave, so it cannot be deleted. Its answers were given in earnest.")


def _refuse_overlap(survey: str, purpose: str, opens_on: date, closes_on: date, apart_from: Wave | None = None) -> None:
    if purpose == "test":
        return
    for other in waves():
        if other.survey != survey or other.purpose == "test" or other is apart_from:
            continue
        if opens_on <= other.closes_on and other.opens_on <= closes_on:
            raise Overlapping(
                f"{other.title} is a wave of the same survey and is open from {_day(other.opens_on)} to "
                f"{_day(other.closes_on)}. Choose days when it is not open, or close it first."
            )


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


@contextmanager
def _undone_when_refused() -> Iterator[None]:
    """Take the audit entry back together with what could not be done."""
    try:
        yield
    except IntegrityError as fault:
        db.session.rollback()
        raise Refusal("Another wave with this short name was made a moment ago. Choose another short name.") from fault
    except Refusal:
        db.session.rollback()
        raise
