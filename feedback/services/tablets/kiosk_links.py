"""The link that makes a tablet a kiosk of one event: signed by the service, good until a day after the event's end."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from feedback.errors import Closed, NotFound
from feedback.extensions import db
from feedback.models import Event
from feedback.models.types import utc_now

AFTER_THE_END = timedelta(days=1)
LONGEST = 200  # characters; a token of ours has about 80


class BadKioskLink(NotFound):
    """Somebody else wrote this link, or it was cut short on its way."""


def make_kiosk_token(event: Event) -> str:
    """Return the token of an event's kiosk link; the same whenever it is asked for. It names the event, no person."""
    return str(_signer().dumps(event.id.hex))


def read_kiosk_token(token: str) -> Event:
    """Return the event whose kiosk link this is.

    Raises:
        BadKioskLink: this service did not write it, or the event is gone.
        Closed: the event is cancelled, or it ended more than a day ago.

    """
    try:
        event = db.session.get(Event, UUID(_signer().loads(token[: LONGEST + 1])))
    except (BadSignature, ValueError, TypeError, AttributeError):
        event = None
    if event is None:
        raise BadKioskLink("This kiosk link is not complete. Open it again from the page of the event.")
    if event.cancelled_at:
        raise Closed("This event is cancelled, so its kiosk link takes no answers.")
    if utc_now() > event.ends_at + AFTER_THE_END:
        raise Closed(
            "This kiosk link has ended: the event was over more than a day ago. Ask for the link to another event."
        )
    return event


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SETTINGS"].secret_key, salt="kiosk link")
