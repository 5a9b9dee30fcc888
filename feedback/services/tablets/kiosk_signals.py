"""Whether a kiosk that nobody signed in for sends more than people could have answered on it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from feedback.extensions import db
from feedback.models import Arrival
from feedback.models.types import utc_now
from feedback.services.tablets.intake import FormSource
from feedback.services.tablets.kiosk_links import BY_LINK, kiosk_hours

EACH = timedelta(seconds=5)  # one person after another: to read the shortest form, answer it and hand the tablet on


def kiosk_signals(source: FormSource, coming: int) -> frozenset[str]:
    """Return `fast` where `coming` forms, with those that came before, took less time than a kiosk has had.

    A tablet without a signal sends a day's answers at once: how fast they come says nothing, how many there are does.
    """
    device = source.device
    if device is None or not source.by_link:
        return frozenset()
    first, last = kiosk_hours(source.event)
    begun = max(first, device.issued_at)
    if device.signed_off_at and device.signed_off_by == BY_LINK:  # what it sent before is counted no more
        begun = max(begun, device.signed_off_at)
    arrived = select(func.count()).select_from(Arrival).filter_by(device_id=device.id, practice=False)
    number = (db.session.scalar(arrived) or 0) + coming
    return frozenset({"fast"}) if number * EACH > min(utc_now(), last) - begun else frozenset()
