"""The link that makes a tablet a kiosk of one event: sealed by the service, and bound to the hours of the event.

Nobody signs in for it, so that it opens little: it can be opened from a day before the event, where there is a signal,
until two hours after its end, on a few tablets at a time. Answers count that are given from two hours before the event
until two hours after it; a tablet that had no signal sends them later. What else comes waits for staff: intake.py.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from uuid import UUID

from feedback.clock import LONDON
from feedback.errors import Closed, NotFound
from feedback.extensions import db
from feedback.keys import Purpose, begin_secret, every_key, newest_key, secret_missing
from feedback.models import Event
from feedback.models.types import utc_now

BY_LINK = "kiosk link"  # as the audit list names who gave a kiosk its pass, and as its device is known
GRACE = timedelta(hours=2)  # before and after the event: people come early, and stay
MADE_READY = timedelta(days=1)
LONGEST = 200  # characters; a token of ours has 43
INCOMPLETE = "This kiosk link is not complete. Open it again from the page of the event."
KEY_MISSING = (
    "This kiosk link is not complete, or it was made under a former key of the service that is missing now. "
    "Open it again from the page of the event."
)


class BadKioskLink(NotFound):
    """Somebody else wrote this link, or it was cut short on its way."""


def make_kiosk_token(event: Event) -> str:
    """Return the token of an event's kiosk link; the same whenever it is asked for. It names the event, no person."""
    begin_secret()
    return urlsafe_b64encode(newest_key(Purpose.KIOSK_LINKS).seal(event.id.bytes)).decode().rstrip("=")


def read_kiosk_token(token: str) -> Event:
    """Return the event whose kiosk link this is.

    Raises:
        BadKioskLink: this service did not write it, or under a key that is missing, or the event is gone.
        Closed: the event is cancelled, begins more than a day from now, or ended more than two hours ago.

    """
    id = _event_id(token)
    event = db.session.get(Event, id) if id else None
    if event is None:
        raise BadKioskLink(KEY_MISSING if secret_missing() else INCOMPLETE)
    if event.cancelled_at:
        raise Closed("This event is cancelled, so its kiosk link takes no answers.")
    _refuse_outside(event, utc_now())
    return event


def kiosk_hours(event: Event) -> tuple[datetime, datetime]:
    """Return from when until when answers are given at a kiosk that was made by the link of an event."""
    return event.starts_at - GRACE, event.ends_at + GRACE


def _refuse_outside(event: Event, now: datetime) -> None:
    first, last = event.starts_at - MADE_READY, event.ends_at + GRACE
    if now > last:
        raise Closed(
            "This kiosk link has ended: the event was over more than 2 hours ago. Ask for the link to another event."
        )
    if now < first:
        from_when = first.astimezone(LONDON)
        raise Closed(
            "This kiosk link can be opened from a day before the event: "
            f"from {from_when:%-d %B %Y} at {from_when:%H:%M}. Open it then, where there is a signal."
        )


def _event_id(token: str) -> UUID | None:
    try:
        sealed = urlsafe_b64decode(token[: LONGEST + 1].encode("ascii") + b"==")
    except ValueError:
        return None
    opened = next((plain for key in every_key(Purpose.KIOSK_LINKS) if (plain := key.open(sealed))), None)
    return UUID(bytes=opened) if opened else None
