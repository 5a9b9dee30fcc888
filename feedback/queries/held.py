"""Forms that could not be stored and wait for a decision of staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from feedback.errors import NotFound
from feedback.extensions import db
from feedback.models import Event, Held, Questionnaire, Review, Wave
from feedback.queries.held_texts import Said, content_of, said_in
from feedback.queries.reviews import RELEASED, held_words
from feedback.queries.waves import waves

SHOWN = 50  # a page


@dataclass(frozen=True)
class Line:
    """A question of a form in words, with its answer in words (one line each), or as it came where it fits nothing."""

    label: str
    answer: Sequence[str]
    fits: bool = True


def waiting(page: int = 1) -> list[Held]:
    """Return forms that wait, those of one event and reason together, at most `SHOWN` a page."""
    return _page(select(Held).where(Held.decision.is_(None)), page)


def decided(page: int = 1) -> list[Held]:
    """Return forms that were decided, in the same order."""
    return _page(select(Held).where(Held.decision.is_not(None)), page)


def count_waiting() -> int:
    """Count the forms that wait for a decision."""
    return db.session.scalar(select(func.count()).select_from(Held).where(Held.decision.is_(None))) or 0


def count_decided() -> int:
    """Count the forms that were decided."""
    return db.session.scalar(select(func.count()).select_from(Held).where(Held.decision.is_not(None))) or 0


def held_by_id(id: UUID) -> Held:
    """Return a form that waits or waited, without its content.

    Raises:
        NotFound: there is none.

    """
    held = db.session.scalar(select(Held).where(Held.id == id))
    if held is None:
        raise NotFound("No form waits under this number.")
    return held


def count_alike(held: Held) -> int:
    """Count the others that wait at the same event for the same reason."""
    same = (Held.event_id == held.event_id, Held.reason == held.reason, Held.id != held.id, Held.decision.is_(None))
    return db.session.scalar(select(func.count()).select_from(Held).where(*same)) or 0


def answers_of(held: Held) -> list[Line]:
    """Return what a form says, in the words of its questionnaire where that is known; empty where it is sealed.

    Words that may say somebody is in danger are left out until a reviewer has released them.
    """
    if held.sealed and held.decision != "stored":
        return []
    released = db.session.scalar(select(Review.outcome).where(Review.held_id == held.id)) == RELEASED
    return [_line(said, released) for said in said_in(content_of(held))]


def envelope_of(held: Held) -> dict[str, str]:
    """Return what the envelope of a form says: survey, wave, version, day; nothing of its answers."""
    content = db.session.scalar(select(Held.content).where(Held.id == held.id)) or {}
    names = ("key",) if held.sealed else ("event", "survey", "wave", "version", "channel", "language", "opened_on")
    return {name: str(content[name])[:80] for name in names if content.get(name) is not None}


def versions_to_choose(event: Event) -> list[tuple[Wave, Questionnaire]]:
    """Return every wave that takes answers still, with every version of its survey: the event's own waves first."""
    of_survey: dict[str, list[Questionnaire]] = {}
    for row in db.session.scalars(select(Questionnaire).order_by(Questionnaire.version.desc())):
        of_survey.setdefault(row.survey, []).append(row)
    first = {wave.id for wave in event.waves}
    ordered = sorted(waves(), key=lambda wave: wave.id not in first)
    return [(wave, row) for wave in ordered if wave.frozen_at is None for row in of_survey.get(wave.survey, [])]


def _line(said: Said, released: bool) -> Line:
    return Line(said.label, said.lines if released or not said.reasons else held_words(), said.fits)


def _page(chosen: Select[Held], page: int) -> list[Held]:
    ordered = chosen.order_by(Held.event_id, Held.reason, Held.id).options(joinedload(Held.event))
    return list(db.session.scalars(ordered.limit(SHOWN).offset((page - 1) * SHOWN)))
