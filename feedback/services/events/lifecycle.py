"""Cancelling an event, taking that back, and deleting one that nobody ever answered at."""

from __future__ import annotations

from sqlalchemy import exists, select

from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import Device, Event, PaperBatch, QuarantinedForm
from feedback.models.types import utc_now
from feedback.services.audit import record
from feedback.services.events.creation import has_answers


def cancel_event(event: Event, *, actor: str) -> None:
    """Say that an event does not take place, and commit. Its link then leads people to other surveys.

    Raises:
        Refusal: it is cancelled already, or over.

    """
    if event.cancelled_at:
        raise Refusal(f"{event.title} is cancelled already.")
    if event.ends_at < utc_now():
        raise Refusal(f"{event.title} is over, so it cannot be cancelled. Its answers stay.")
    event.cancelled_at = utc_now()
    record(actor, "event cancelled", event.title, code=event.code)
    db.session.commit()


def restore_event(event: Event, *, actor: str) -> None:
    """Take a cancellation back, and commit.

    Raises:
        Refusal: it is not cancelled.

    """
    if not event.cancelled_at:
        raise Refusal(f"{event.title} is not cancelled.")
    event.cancelled_at = None
    record(actor, "event restored", event.title, code=event.code)
    db.session.commit()


def why_not_deletable(event: Event) -> str:
    """Return why an event cannot be deleted; empty when it can. A tablet may hold answers still to come."""
    if has_answers(event):
        return f"Answers were given at {event.title}, so it cannot be deleted. The answers stay with it."
    belong = {
        "Tablets": Device.event_id,
        "Answers waiting for a decision": QuarantinedForm.event_id,
        "Paper sheets": PaperBatch.event_id,
    }
    for called, column in belong.items():
        if db.session.scalar(select(exists().where(column == event.id))):
            return f"{called} belong to {event.title}, so it cannot be deleted. Cancel it instead."
    return ""


def delete_event(event: Event, *, actor: str) -> None:
    """Delete an event that was made by mistake, and commit.

    Raises:
        Refusal: answers, devices or paper belong to it.

    """
    if why := why_not_deletable(event):
        raise Refusal(why)
    title, code = event.title, event.code
    db.session.delete(event)
    record(actor, "event deleted", title, code=code)
    db.session.commit()
