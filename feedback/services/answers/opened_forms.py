"""When a form was opened, as its page says: sealed with the form's own id, so that nobody else can say it.

No cookie is needed, and no page is refused for what it says. A page from a cache, from the way back or rendered before
it was looked at has its own id and its own seal, however old: that is no sign of anything. One that says nothing, or
something that this service did not write, is marked `unsigned`: bot_signals.py.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from feedback.keys import Purpose, ring

YEARS = range(2000, 2100)
LONGEST = 100  # characters; a seal of ours has 43: the first view of a form must stay light
SECONDS = 4  # bytes, of the seconds since 1970: enough until 2106


@dataclass(frozen=True)
class OpenedAt:
    """`moment`: when a form was opened, if that can be read. `signed`: whether this service says so."""

    moment: datetime | None
    signed: bool


def seal_opened(form_id: UUID, moment: datetime) -> str:
    """Return what the page of a form carries of the moment it was opened."""
    sealed = ring().seal(Purpose.OPENED_FORMS, int(moment.timestamp()).to_bytes(SECONDS), form_id.bytes)
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def read_opened(text: str, form_id: UUID) -> OpenedAt:
    """Return what the page of a form says. A moment that nobody sealed still tells on which day it may have been."""
    try:
        sealed = urlsafe_b64decode(text[:LONGEST].encode("ascii") + b"==")
    except ValueError:
        return OpenedAt(read_moment(text), signed=False)
    plain = ring().open(Purpose.OPENED_FORMS, sealed, form_id.bytes)
    if plain is None:
        return OpenedAt(read_moment(text), signed=False)
    return OpenedAt(datetime.fromtimestamp(int.from_bytes(plain), UTC), signed=True)


def read_moment(text: str) -> datetime | None:
    """Return a moment as it is written (midnight, where it is a day; UTC, if not said); None for what cannot be one."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.year not in YEARS:  # the first and the last have days that no other time zone can name
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
