"""Answers that may come from a machine: marked for the analyst, never refused for what they look like, never deleted.

Nothing here knows an address or a device, so a library, a hostel or a family behind one address is never locked out.
Three bot signals have a name each: `trap` (the honeypot, a field that no person sees, was filled in), `fast` (sent
sooner than anybody can read the questions) and `burst` (more answers to the wave in this minute than any campaign
brought so far).
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from flask import current_app
from flask_babel import gettext
from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError

from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import ArrivalRate, Wave
from feedback.models.types import utc_now
from feedback.services.answers.counted_apart import counted_apart
from feedback.services.upserts import add_to_count

MARKED_FROM = 120  # answers to one wave in one minute
REFUSED_FROM = 6_000  # twice what one server of the size we promise can store
LEAST = timedelta(seconds=3)
LEAST_PER_ANSWER = timedelta(seconds=0.4)
KEPT_MINUTES = 10
YEARS = range(2000, 2100)


class Busy(Refusal):
    """So much arrives that nothing more can be taken in this minute; the person keeps their answers and tries again."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "Very many answers are arriving at once. Yours are still here: wait a minute, then send them again."
            )
        )


def bot_signal(wave: Wave, *, honeypot: str, opened: datetime | None, answered: int) -> str:
    """Return `trap`, `fast`, `burst` or nothing for answers that arrive now. `answered`: how many questions have one.

    Raises:
        Busy: the ceiling of this minute is reached.

    """
    arrived = _arrived(wave)
    if arrived >= REFUSED_FROM:
        raise Busy
    if honeypot:
        return "trap"
    if opened is not None and timedelta() <= utc_now() - opened < max(LEAST, answered * LEAST_PER_ANSWER):
        return "fast"
    return "burst" if arrived >= MARKED_FROM else ""


def note_arrival(wave_id: int) -> None:
    """Count one answer in this minute, after the transaction that stored it; counts of past minutes go.

    What cannot be counted is no matter to the person, whose answers are stored.
    """
    minute = _minute()
    if many := counted_apart().add(wave_id, minute):
        try:
            add_to_count(ArrivalRate.__table__, {"wave_id": wave_id, "minute": minute}, many)
            db.session.execute(delete(ArrivalRate).where(ArrivalRate.minute < minute - KEPT_MINUTES))
            db.session.commit()
        except SQLAlchemyError:
            db.session.rollback()
            current_app.logger.exception("arrivals could not be counted")


def read_opened(text: str) -> datetime | None:
    """Return the moment a page says it was opened (midnight, where it says a day); None for what cannot be one."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.year not in YEARS:  # the first and the last have days that no other time zone can name
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _arrived(wave: Wave) -> int:
    minute = _minute()
    written = db.session.scalar(select(ArrivalRate.count).filter_by(wave_id=wave.id, minute=minute)) or 0
    return written + counted_apart().waiting(wave.id, minute)


def _minute() -> int:
    """Minutes since 1970: only ever compared with this minute, and gone soon after."""
    return int(time.time() // 60)
