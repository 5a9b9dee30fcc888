"""The demonstration's tablets: one signed off, one that has not sent everything, one for practice; and what waits."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from feedback.clock import today
from feedback.demonstration.programme import ACTOR
from feedback.extensions import db
from feedback.messages.shapes import Ledger, LedgerItem, NewDevice
from feedback.models import Device, Event, Response
from feedback.models.types import utc_now
from feedback.services.tablets.devices import issue_device
from feedback.services.tablets.ledgers import note_ledger, sign_off
from feedback.services.tablets.sync import FormSource, sync

MOST = 14  # forms a tablet
ODD_ANSWERS: dict[str, Any] = {"safe_local_day": "very_safe", "crime_change": "a_code_of_a_newer_version"}


def add_tablets() -> None:
    """Give two past events their tablets, if no tablet is there yet. What they sent is among the answers already."""
    if db.session.scalar(select(exists().where(Device.id.is_not(None)))):
        return
    events = _past_events()
    if len(events) < 2:
        return
    done = _take(events[0], "Tablet 1 (demonstration)")
    _send(done, _forms(events[0]), missing=0)
    sign_off(done, actor=ACTOR)
    late = _take(events[1], "Tablet 2 (demonstration)")
    _send(late, _forms(events[1]), missing=1)
    _hold(late)
    practice = _take(events[1], "Tablet 3 (demonstration)", practice=True)
    ledger = [LedgerItem(number=number, state="sent", id=_id(number), practice=True) for number in (1, 2)]
    note_ledger(practice, Ledger(entries=ledger, device_time=utc_now(), queued=0))


def _past_events() -> list[Event]:
    """The last events over at which officers asked enough people and a survey is still open."""
    over = select(Event).where(Event.ends_at < utc_now()).order_by(Event.ends_at.desc())
    found = [event for event in db.session.scalars(over) if event.wave.closes_on >= today()]
    return [event for event in found if len(_forms(event)) > 4][:2]


def _take(event: Event, name: str, *, practice: bool = False) -> Device:
    """Make a device that took the event with it on the morning of its day."""
    new = NewDevice(name=name, app_version="demonstration", practice=practice)
    device = issue_device(event, new, actor=ACTOR).device
    device.issued_at = event.starts_at - timedelta(hours=1)
    db.session.commit()
    return device


def _forms(event: Event) -> list[dict[str, Any]]:
    """The first answers that officers took at an event, as a tablet would send them."""
    taken = select(Response).filter_by(event_id=event.id, channel="officer").order_by(Response.id).limit(MOST)
    return [
        {
            "id": str(response.id),
            "event": event.code,
            "survey": response.wave.survey,
            "wave": response.wave.slug,
            "version": response.questionnaire.version,
            "language": response.language,
            "channel": "officer",
            "number": number,
            "answers": response.answers,
        }
        for number, response in enumerate(db.session.scalars(taken), 1)
    ]


def _send(device: Device, forms: list[dict[str, Any]], *, missing: int) -> None:
    """Say that all of them were taken and two more given up, and send all but the last `missing`."""
    sync(FormSource(device.event, device), forms[: len(forms) - missing])
    taken = [LedgerItem(number=one["number"], state="sent", id=UUID(one["id"]), practice=False) for one in forms]
    given_up = [LedgerItem(number=len(forms) + more, state="discarded", id=None, practice=False) for more in (1, 2)]
    ledger = Ledger(entries=taken + given_up, device_time=utc_now(), storage_persisted=True, queued=missing)
    note_ledger(device, ledger)


def _hold(device: Device) -> None:
    """Two forms that cannot be counted as they are: a version that is not known, an answer that is not offered."""
    form = _forms(device.event)[0] | {"opened_on": device.event.starts_at.date().isoformat()}
    first, second = str(_id(3)), str(_id(4))
    odd = [{**form, "id": first, "number": 21, "version": 99}, {**form, "id": second, "number": 22}]
    sync(FormSource(device.event, device), [odd[0], {**odd[1], "answers": ODD_ANSWERS}])
    entries = [LedgerItem(number=one["number"], state="sent", id=UUID(one["id"]), practice=False) for one in odd]
    note_ledger(device, Ledger(entries=entries, queued=1, storage_persisted=True))


def _id(number: int) -> UUID:
    """The id of an invented form, the same each time."""
    return UUID(int=random.Random(f"tablet form {number}").getrandbits(128), version=4)  # noqa: S311 - invented
