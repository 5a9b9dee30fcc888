"""Adding events whose ids and codes are known beforehand, as in the demonstration: a second time adds none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from feedback.extensions import db
from feedback.models import Event, User, Wave


@dataclass(frozen=True, kw_only=True)
class NewEvent:
    """What is to be known about an event; `ward_code` is the ward it takes place in."""

    id: UUID
    code: str
    kind: str
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    ward_code: str | None
    lead_partner: str
    target: int | None = None
    created_by: str = ""


def add_events(
    wave: Wave, new: Iterable[NewEvent], others: Sequence[Wave] = (), officers: Sequence[User] = ()
) -> dict[UUID, Event]:
    """Add the events that are not there yet and commit; return all that were named, by id, as they stand now.

    They ask the survey of `wave` and those of `others`; `officers` work there.
    """
    found: dict[UUID, Event] = {}
    for event in new:
        known = db.session.get(Event, event.id)
        if known is None:
            known = Event(waves=[wave, *others], officers=list(officers), **asdict(event))
            db.session.add(known)
        found[event.id] = known
    db.session.commit()
    return found
