"""Making an event, changing it, and taking one of last year as the pattern of this year's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import exists, select

from feedback.clock import LONDON, today
from feedback.errors import Refusal
from feedback.event_kinds import new_code
from feedback.extensions import db
from feedback.models import Event, Response, User, Wave
from feedback.services.audit import record
from feedback.services.events.details import EventDetails, EventRefused, check

SAME_WEEKDAY = timedelta(weeks=52)


def make_event(details: EventDetails, *, actor: str, officers: Iterable[User] = (), id: UUID | None = None) -> Event:
    """Make an event with a new code, and commit.

    Raises:
        EventRefused: the details do not fit together.

    """
    event = add_event(details, actor=actor, officers=officers, id=id)
    db.session.commit()
    return event


def add_event(details: EventDetails, *, actor: str, officers: Iterable[User] = (), id: UUID | None = None) -> Event:
    """Do what `make_event` does, inside the caller's transaction."""
    check(details)
    event = Event(id=id or uuid4(), code=_free_code(), created_by=actor, officers=list(officers), **_columns(details))
    event.waves = list(details.waves)
    db.session.add(event)
    record(actor, "event made", event.title, code=event.code, surveys=[wave.slug for wave in details.waves])
    return event


def change_event(event: Event, details: EventDetails, *, actor: str) -> Event:
    """Change an event, and commit. Its code and links stay.

    Raises:
        EventRefused: the details do not fit together, or a survey is left out to which answers were given here.

    """
    check(details, kept=list(event.waves))
    for wave in event.waves:
        if wave not in details.waves and has_answers(event, wave):
            raise EventRefused({"waves": f"{wave.title} was answered at this event, so it must stay selected"})
    before = details_of(event)
    changed = [name for name in before.__dataclass_fields__ if getattr(before, name) != getattr(details, name)]
    for name, value in _columns(details).items():
        setattr(event, name, value)
    if tuple(event.waves) != details.waves:
        event.waves = list(details.waves)
    record(actor, "event changed", event.title, code=event.code, changed=changed)
    db.session.commit()
    return event


def details_of(event: Event) -> EventDetails:
    """Return an event as its form shows it."""
    plain = ("kind", "starts_at", "ends_at", "place", "title", "ward_code", "lead_partner", "target")
    return EventDetails(
        **{name: getattr(event, name) for name in plain},
        waves=tuple(event.waves),
        languages=tuple(event.languages),
    )


def moved_to(event: Event, offered: Iterable[Wave]) -> EventDetails:
    """Return what an event would be if it were held again: on the same weekday of the next year that is not over yet,
    at the same time of day, with those of `offered` that are waves of the same surveys.
    """
    first = event.starts_at.astimezone(LONDON)
    day = first.date() + SAME_WEEKDAY
    while day < today():
        day += SAME_WEEKDAY
    starts_at = moment_on(day, first)
    surveys = {wave.survey: wave for wave in offered}
    waves = tuple(surveys[wave.survey] for wave in event.waves if wave.survey in surveys)
    return replace(
        details_of(event), starts_at=starts_at, ends_at=starts_at + (event.ends_at - event.starts_at), waves=waves
    )


def moment_on(day: date, moment: datetime) -> datetime:
    """Return `day` at the time of day of `moment`, in Europe/London."""
    return datetime.combine(day, moment.astimezone(LONDON).time(), tzinfo=LONDON)


def has_answers(event: Event, wave: Wave | None = None) -> bool:
    """Whether anybody answered at this event (to `wave`, if given)."""
    given = Response.event_id == event.id
    return bool(db.session.scalar(select(exists().where(given, *([Response.wave_id == wave.id] if wave else [])))))


def _columns(details: EventDetails) -> dict[str, object]:
    plain = ("kind", "starts_at", "ends_at", "place", "ward_code", "lead_partner", "target")
    return {
        **{name: getattr(details, name) for name in plain},
        "title": details.called,
        "languages": list(details.languages),
    }


def _free_code() -> str:
    for _ in range(20):
        code = new_code()
        if not db.session.scalar(select(exists().where(Event.code == code))):
            return code
    raise Refusal("No free code was found for this event. Try again.")
