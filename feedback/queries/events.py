"""Events as officers look for them: by words, kind, ward, month, partner and state, a page at a time."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload

from feedback.clock import LONDON, today
from feedback.errors import NotFound
from feedback.extensions import db
from feedback.models import Event, EventNote, EventWave, Response, Role, User, Wave
from feedback.models.types import utc_now
from feedback.queries.waves import event_by_code, waves

STATES = {"today": "Today", "coming": "Upcoming", "past": "Past", "cancelled": "Cancelled"}
PAGE = 20
LONGEST_SEARCH = 60
KEY_NAME = re.compile(r"[A-Za-z0-9_-]{43}")  # a thumbprint; no database looks for a text of any length


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What is looked for; empty: everything. `month` is like `2026-11`; `state` is one of STATES."""

    words: str = ""
    kind: str = ""
    ward: str = ""
    month: str = ""
    partner: str = ""
    state: str = ""
    page: int = 1


@dataclass(frozen=True)
class Found:
    """One page of events: those of today first, then the coming ones, then the past ones, latest first."""

    events: list[Event]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def find_events(wanted: Filter) -> Found:
    """Return the page of events that `wanted` asks for; a page behind the last is the last."""
    conditions = list(_conditions(wanted))
    total = db.session.scalar(select(func.count(Event.id)).where(*conditions)) or 0
    page = min(max(1, wanted.page), Found([], total, 1).pages)
    rows = _ordered(select(Event).where(*conditions)).limit(PAGE).offset((page - 1) * PAGE)
    return Found(list(db.session.scalars(rows)), total, page)


def partners() -> list[str]:
    """Return the lead partners that events have, in order."""
    named = select(Event.lead_partner).where(Event.lead_partner != "").distinct().order_by(Event.lead_partner)
    return list(db.session.scalars(named))


def months() -> list[date]:
    """Return the first day of every month that has an event, latest first."""
    first, last = db.session.execute(select(func.min(Event.starts_at), func.max(Event.starts_at))).one()
    found: list[date] = []
    month = _month(last) if last else None
    while month and month >= _month(first):
        if db.session.scalar(select(exists().where(_in_month(month)))):
            found.append(month)
        month = (month - timedelta(days=1)).replace(day=1)
    return found


def event_state(event: Event) -> str:
    """Return `cancelled`, `coming`, `today` or `past`, by the days in London."""
    if event.cancelled_at:
        return "cancelled"
    first, last = (moment.astimezone(LONDON).date() for moment in (event.starts_at, event.ends_at))
    if last < today():
        return "past"
    return "coming" if first > today() else "today"


def is_over(event: Event) -> bool:
    return event.ends_at <= utc_now()


def received_by_event(events: Sequence[Event]) -> dict[uuid.UUID, int]:
    """Count the responses of each of these events; one that brought none is absent."""
    ids = [event.id for event in events]
    counted = select(Response.event_id, func.count()).where(Response.event_id.in_(ids)).group_by(Response.event_id)
    return {event: count for event, count in db.session.execute(counted) if event is not None}


def received_at(event: Event) -> dict[tuple[int, str], int]:
    """Count the responses of an event by wave (its id) and channel."""
    counted = select(Response.wave_id, Response.channel, func.count()).where(Response.event_id == event.id)
    grouped = counted.group_by(Response.wave_id, Response.channel).order_by(Response.wave_id, Response.channel)
    return {(wave, channel): count for wave, channel, count in db.session.execute(grouped)}


def notes_of(event: Event) -> list[EventNote]:
    """Return the notes about an event, oldest first."""
    return list(db.session.scalars(select(EventNote).filter_by(event_id=event.id).order_by(EventNote.id)))


def note_of(event: Event, id: int) -> EventNote:
    """Return a note of this event.

    Raises:
        NotFound: the event has no such note.

    """
    note = db.session.scalar(select(EventNote).filter_by(event_id=event.id, id=id)) if id < 2**31 else None
    if note is None:
        raise NotFound("There is no such note. Somebody may have removed it.")
    return note


def event_of_key(kid: str) -> Event | None:
    """Return the event whose key has this name, if it is one of ours."""
    if not KEY_NAME.fullmatch(kid):
        return None
    named = Event.public_key.contains(f'"kid": "{kid}"', autoescape=True)
    return db.session.scalar(select(Event).where(named))


def field_staff() -> list[User]:
    """Return everybody who may work at an event: officers and administrators whose account is open, by name."""
    roles = User.roles.any(Role.name.in_(("officer", "administrator")))
    return list(db.session.scalars(select(User).where(roles, User.active.is_(True)).order_by(User.name, User.email)))


def waves_to_ask() -> list[Wave]:
    """Return the waves that an event can be made for: open ones and coming ones, newest first."""
    day = today()
    return [wave for wave in waves() if wave.state(day) != "closed"]


def others_that_ask(event: Event, wave: Wave) -> list[Event]:
    """Return the other events of a wave, the ones nearest in time first."""
    others = select(Event).join(EventWave).where(EventWave.wave_id == wave.id, Event.id != event.id)
    return sorted(db.session.scalars(others), key=lambda other: abs(other.starts_at - event.starts_at))


def coming_events(wave: Wave, ward_codes: Sequence[str], most: int = 3) -> dict[str, list[Event]]:
    """Return the next events of a wave in each of these wards, soonest first, at most so many a ward."""
    offered = exists().where(EventWave.event_id == Event.id, EventWave.wave_id == wave.id)
    coming = select(Event).where(Event.ward_code.in_(ward_codes), Event.cancelled_at.is_(None), offered)
    found: dict[str, list[Event]] = {code: [] for code in ward_codes}
    for event in db.session.scalars(coming.where(Event.ends_at > utc_now()).order_by(Event.starts_at, Event.code)):
        if event.ward_code and len(found[event.ward_code]) < most:
            found[event.ward_code].append(event)
    return found


def known_ids(ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Return those of `ids` that are events already."""
    return set(db.session.scalars(select(Event.id).where(Event.id.in_(ids))))


def event_with_roster(code: str) -> Event:
    """Return the event with this code, as `event_by_code` does, with its officers.

    Raises:
        NotFound: no event has this code.

    """
    found = event_by_code(code)
    wanted = select(Event).where(Event.id == found.id).options(joinedload(Event.officers))
    return db.session.scalars(wanted).unique().one()


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.words:
        columns = (Event.title, Event.place, Event.code, Event.lead_partner)
        found.append(or_(*(column.icontains(wanted.words[:LONGEST_SEARCH], autoescape=True) for column in columns)))
    if wanted.kind:
        found.append(Event.kind == wanted.kind)
    if wanted.ward:
        found.append(Event.ward_code.is_(None) if wanted.ward == "none" else Event.ward_code == wanted.ward)
    if wanted.partner:
        found.append(Event.lead_partner == wanted.partner)
    if wanted.month:
        found.append(_in_month(date.fromisoformat(f"{wanted.month}-01")))
    if wanted.state:
        found.append(_in_state(wanted.state))
    return found


def _in_month(month: date) -> ColumnElement[bool]:
    after = (month + timedelta(days=32)).replace(day=1)
    return and_(Event.starts_at >= _midnight(month), Event.starts_at < _midnight(after))


def _in_state(state: str) -> ColumnElement[bool]:
    begins, ends = _midnight(today()), _midnight(today() + timedelta(days=1))
    if state == "cancelled":
        return Event.cancelled_at.is_not(None)
    when: dict[str, Any] = {
        "past": Event.ends_at < begins,
        "coming": Event.starts_at >= ends,
        "today": and_(Event.ends_at >= begins, Event.starts_at < ends),
    }
    return and_(Event.cancelled_at.is_(None), when[state])


def _ordered(events: Select[Event]) -> Select[Event]:
    begins, ends = _midnight(today()), _midnight(today() + timedelta(days=1))
    over = Event.ends_at < begins
    group = case((over, 2), (Event.starts_at >= ends, 1), else_=0)
    soonest = case((over, None), else_=Event.starts_at)
    return events.order_by(group, soonest, Event.starts_at.desc(), Event.code)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON).astimezone(UTC)


def _month(moment: datetime) -> date:
    return moment.astimezone(LONDON).date().replace(day=1)
