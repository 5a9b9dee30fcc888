"""Waves: the fielding periods of surveys."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import joinedload

from feedback.clock import today
from feedback.errors import Closed, NotFound
from feedback.event_kinds import LOOKS_LIKE, folded_code, typed_code
from feedback.extensions import db
from feedback.models import Event, EventWave, QuestionnaireVersion, Wave


class NoSuchWave(NotFound):
    """No wave has this slug. The sentence names no other: residents may read it, and tests and waves to come are
    not for them.
    """


def wave_by_slug(slug: str) -> Wave:
    """Return the wave.

    Raises:
        NoSuchWave: no wave has this slug.

    """
    wave = db.session.scalar(_waves().filter_by(slug=slug))
    if wave is None:
        raise NoSuchWave(f"There is no wave {slug!r}.")
    return wave


def open_wave(survey: str) -> Wave:
    """Return the wave of a survey that the public may answer today (never a test wave); the newest, if several.

    Raises:
        NotFound: there is no such survey.
        Closed: the survey exists and is not open today.

    """
    found = [wave for wave in open_waves() if wave.survey == survey]
    if found:
        return found[0]
    if not db.session.scalar(select(exists().where(QuestionnaireVersion.survey == survey))):
        raise NotFound(gettext("There is no such survey."))
    raise Closed(gettext("This survey is closed. Thank you for wanting to answer."))


def waves() -> list[Wave]:
    """Return every wave, newest first."""
    return list(db.session.scalars(_waves()))


def open_waves() -> list[Wave]:
    """Return the waves that the public may answer today, newest first."""
    day = today()
    return [wave for wave in waves() if wave.is_open(day) and wave.purpose != "test"]


def holds_demonstration() -> bool:
    """Whether invented answers are in this database, which must then never be used for real."""
    return bool(db.session.scalar(select(exists().where(Wave.purpose == "demonstration"))))


def event_by_code(code: str) -> Event:
    """Return the event with this short code, as people type it: in any case, with spaces or hyphens.

    A sign taken for another (O for 0, I for 1) is forgiven when only one event can be meant.

    Raises:
        NotFound: no event has this code.

    """
    typed = typed_code(code)
    found = list(db.session.scalars(select(Event).filter_by(code=typed))) if typed else []
    if typed and not found:
        found = list(db.session.scalars(select(Event).where(_folded(Event.code) == folded_code(typed)).limit(2)))
    if len(found) != 1:
        raise NotFound(gettext("There is no event with this code. Check the code on the poster."))
    return found[0]


def _folded(code: Any) -> Any:
    """`folded_code` in the words of the database."""
    for sign, taken_for in LOOKS_LIKE.items():
        code = func.replace(code, sign, taken_for)
    return code


def events(wave: Wave) -> list[Event]:
    """Return the events of a wave in order of time."""
    of_wave = select(Event).join(EventWave).where(EventWave.wave_id == wave.id)
    return list(db.session.scalars(of_wave.order_by(Event.starts_at, Event.code)))


def _waves() -> Select[Wave]:
    newest_first = (Wave.opens_on.desc(), Wave.id.desc())
    return select(Wave).options(joinedload(Wave.questionnaire)).order_by(*newest_first)


def earlier_waves(wave: Wave) -> list[Wave]:
    """Return the waves of the same survey and purpose that opened before, oldest first."""
    found = [
        other
        for other in waves()
        if other.survey == wave.survey and other.purpose == wave.purpose and other.opens_on < wave.opens_on
    ]
    return sorted(found, key=lambda other: other.opens_on)
