"""What officers see of events."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select

from feedback.extensions import db
from feedback.models import Response, Wave


def received_by_event(wave: Wave) -> dict[uuid.UUID, int]:
    """Count the responses of a wave by event; an event that brought none is absent."""
    of_wave = select(Response.event_id, func.count()).where(Response.wave_id == wave.id, Response.event_id.is_not(None))
    rows = db.session.execute(of_wave.group_by(Response.event_id))
    return {event: count for event, count in rows if event is not None}
