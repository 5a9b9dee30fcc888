"""Devices: a tablet takes one event with it, and a pass that lets it send answers there and read nothing."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from feedback.ceilings import ceiling
from feedback.errors import NotFound, Refusal
from feedback.extensions import db
from feedback.messages.shapes import LONGEST_NAME, NewDevice
from feedback.models import Device, Event
from feedback.models.types import utc_now
from feedback.queries.tablets.devices import surveys_to_take
from feedback.services.audit import record
from feedback.services.tablets.event_keys import public_jwk
from feedback.typed_text import one_line

AFTER_EVENT = timedelta(days=7)  # a queue may wait so long for a signal
SHORTEST, LONGEST = timedelta(days=1), timedelta(days=60)
KIOSK_AFTER_EVENT = timedelta(days=1)
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class CannotTake(Refusal):
    """The event cannot be taken along: it is cancelled, over, or has kiosks enough."""

    status = 409


class NoPass(Refusal):
    """The pass of a device is unknown, expired or revoked; the sentence says which and what to do."""

    status = 401


@dataclass(frozen=True)
class Pass:
    """`token` is told once and kept by the device alone."""

    device: Device
    token: str


def issue_device(event: Event, new: NewDevice, *, actor: str) -> Pass:
    """Make a device with its first pass, and commit.

    Raises:
        Refusal: the event is cancelled, or the name says nothing.
        FormerKeyMissing: the key of the event cannot be opened.

    """
    _check(event, new)
    public_jwk(event)
    device = Device(
        event_id=event.id,
        name=one_line(new.name),
        mode=new.mode,
        practice=new.practice,
        app_version=one_line(new.app_version),
        issued_by=actor,
        issued_at=utc_now(),
    )
    db.session.add(device)
    device.event = event
    return _with_new_token(device, actor, "device issued")


def renew_token(id: UUID, *, actor: str) -> Pass:
    """Give a device a fresh pass, also one that was revoked, and commit; the former pass ends.

    Raises:
        NotFound: there is no such device.

    """
    return _with_new_token(_locked(id), actor, "device given a new pass")


def revoke_device(id: UUID, *, actor: str) -> Device:
    """End the pass of a device, and commit. What it sent stays; what it still holds waits for a new pass.

    Raises:
        NotFound: there is no such device.

    """
    device = _locked(id)
    if device.revoked_at is None:
        device.revoked_at = utc_now()
        record(actor, "device revoked", device.event.code, device=device.name)
    db.session.commit()
    return device


def device_of(token: str) -> Device:
    """Return the device that a pass belongs to.

    Raises:
        NoPass: it is unknown, has expired or was revoked.

    """
    known = select(Device).filter_by(token_hash=_hash(token)) if TOKEN.fullmatch(token) else None
    device = db.session.scalar(known) if known is not None else None
    if device is None:
        raise NoPass("This device's pass is not known. Sign in on the device and load the event again.")
    if device.revoked_at is not None:
        raise NoPass("This device's pass was revoked. An officer can sign in on it to give it a new one.")
    if device.token_expires_at <= utc_now():
        raise NoPass("This device's pass has expired. An officer can sign in on it to give it a new one.")
    return device


def expiry(device: Device) -> datetime:
    """Return when a pass given now ends: some days after the event, at least one and at most sixty from now."""
    after = KIOSK_AFTER_EVENT if device.mode == "kiosk" else AFTER_EVENT
    now = utc_now()
    return min(max(device.event.ends_at + after, now + SHORTEST), now + LONGEST)


def _with_new_token(device: Device, actor: str, action: str) -> Pass:
    token = secrets.token_urlsafe(32)
    device.token_hash, device.token_expires_at, device.revoked_at = _hash(token), expiry(device), None
    until = device.token_expires_at.date().isoformat()
    record(actor, action, device.event.code, device=device.name, mode=device.mode, until=until)
    db.session.commit()
    return Pass(device, token)


def _check(event: Event, new: NewDevice) -> None:
    if event.cancelled_at is not None:
        raise CannotTake(f"The event {event.code} was cancelled, so no device can load it.")
    if not surveys_to_take(event):
        raise CannotTake(f"No survey of the event {event.code} takes answers any more, so no device can load it.")
    if not one_line(new.name):
        raise Refusal(f"Give the device a name of 1 to {LONGEST_NAME} characters, such as Tablet 3.")
    if new.mode == "kiosk" and (kiosks := count_kiosks(event)) >= ceiling("kiosks_an_event"):
        raise CannotTake(
            f"The event {event.code} has {kiosks} kiosks already, which is the most. "
            "Staff can end those that are not in use on the page of the event."
        )


def count_kiosks(event: Event) -> int:
    """Return how many kiosks of an event have a pass now."""
    of_event = select(func.count()).select_from(Device).filter_by(event_id=event.id, mode="kiosk", revoked_at=None)
    return db.session.scalar(of_event.where(Device.token_expires_at > utc_now())) or 0


def _locked(id: UUID) -> Device:
    device = db.session.scalar(select(Device).where(Device.id == id).with_for_update())
    if device is None:
        raise NotFound("There is no device with this number.")
    return device


def _hash(token: str) -> str:
    """A pass has 256 random bits: no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
