"""Answers that may come from a machine: marked for the analyst, never refused for what they look like, never deleted.

Nothing here knows an address or a device, so a library, a hostel or a family behind one address is never locked out.
Four bot signals can be seen when one form is sent: `trap` (the honeypot, a field that no person sees, was filled in),
`fast` (sent sooner than anybody can read the questions), `unsigned` (the page says nothing that this service sealed)
and `foreign` (the browser says that another website sent it). Two are seen among many: floods.py.
"""

from __future__ import annotations

import time
from datetime import timedelta
from math import inf
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext
from sqlalchemy import delete, select
from werkzeug.datastructures import Headers

from feedback.ceilings import ceiling
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import ArrivalRate, Wave
from feedback.models.types import utc_now
from feedback.services.answers.counted_apart import counted_apart
from feedback.services.answers.opened_forms import OpenedAt
from feedback.services.upserts import add_to_count

LEAST = timedelta(seconds=3)
LEAST_PER_ANSWER = timedelta(seconds=0.4)
KEPT_MINUTES = 10


class Busy(Refusal):
    """So much arrives that nothing more can be taken in this minute; the person keeps their answers and tries again."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "Very many answers are arriving at once. Yours are still here: wait a minute, then send them again."
            )
        )


def bot_signals(*, honeypot: str, opened: OpenedAt, answered: int, foreign: bool) -> frozenset[str]:
    """Return the signals of a form that is sent now. `answered`: how many questions have an answer."""
    seen = {"trap": bool(honeypot), "fast": _is_fast(opened, answered)}
    return frozenset(
        sign for sign, is_seen in {**seen, "unsigned": not opened.signed, "foreign": foreign}.items() if is_seen
    )


def sent_from_elsewhere(headers: Headers, host: str) -> bool:
    """Whether a browser says that a page of another website sent this to us, at `host` or the address of the settings.

    Browsers of our days say it in `Sec-Fetch-Site`, older ones name the `Origin`. One that says neither, or an origin
    of `null` (the page was opened in a reader, say), has said nothing.
    """
    site = headers.get("Sec-Fetch-Site")
    if site:
        return site == "cross-site"
    origin = headers.get("Origin", "null")
    own = {_host(f"//{host}"), _host(current_app.config["SETTINGS"].site_url)}
    return origin != "null" and _host(origin) not in own


def refuse_past_ceiling(wave: Wave) -> None:
    """Raise Busy where a wave has had as many answers in this minute as the settings let it have."""
    most = ceiling("answers_a_minute")
    if most == inf:
        return
    minute = _minute()
    written = db.session.scalar(select(ArrivalRate.count).filter_by(wave_id=wave.id, minute=minute)) or 0
    if written + counted_apart().waiting(wave.id, minute) >= most:
        raise Busy


def count_this_minute(wave_id: int) -> None:
    """Count one stored answer in this minute, where there is a ceiling, ten at a time; counts of past minutes go."""
    if ceiling("answers_a_minute") == inf:
        return
    minute = _minute()
    if many := counted_apart().add(wave_id, minute):
        add_to_count(ArrivalRate.__table__, {"wave_id": wave_id, "minute": minute}, many)
        db.session.execute(delete(ArrivalRate).where(ArrivalRate.minute < minute - KEPT_MINUTES))


def _is_fast(opened: OpenedAt, answered: int) -> bool:
    if opened.moment is None:
        return False
    return timedelta() <= utc_now() - opened.moment < max(LEAST, answered * LEAST_PER_ANSWER)


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return "?"


def _minute() -> int:
    """Minutes since 1970: only ever compared with this minute, and gone soon after."""
    return int(time.time() // 60)
