"""Which officers work at an event."""

from __future__ import annotations

from collections.abc import Collection

from feedback.extensions import db
from feedback.models import Event, User
from feedback.services.audit import record


def set_roster(event: Event, officers: Collection[User], *, actor: str) -> None:
    """Make `officers` those who work at an event, and commit."""
    event.officers = list(officers)
    record(actor, "roster changed", event.title, code=event.code, officers=sorted(user.email for user in officers))
    db.session.commit()
