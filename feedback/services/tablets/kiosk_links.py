"""The link that makes a tablet a kiosk of one event: sealed by the service, good until a day after the event's end."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from uuid import UUID

from feedback.errors import Closed, NotFound
from feedback.extensions import db
from feedback.keys import Purpose, begin_secret, every_key, newest_key, secret_missing
from feedback.models import Event
from feedback.models.types import utc_now

AFTER_THE_END = timedelta(days=1)
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
        Closed: the event is cancelled, or it ended more than a day ago.

    """
    id = _event_id(token)
    event = db.session.get(Event, id) if id else None
    if event is None:
        raise BadKioskLink(KEY_MISSING if secret_missing() else INCOMPLETE)
    if event.cancelled_at:
        raise Closed("This event is cancelled, so its kiosk link takes no answers.")
    if utc_now() > event.ends_at + AFTER_THE_END:
        raise Closed(
            "This kiosk link has ended: the event was over more than a day ago. Ask for the link to another event."
        )
    return event


def _event_id(token: str) -> UUID | None:
    try:
        sealed = urlsafe_b64decode(token[: LONGEST + 1].encode("ascii") + b"==")
    except ValueError:
        return None
    opened = next((plain for key in every_key(Purpose.KIOSK_LINKS) if (plain := key.open(sealed))), None)
    return UUID(bytes=opened) if opened else None
