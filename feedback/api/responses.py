"""The sync door: a batch of forms, sealed or plain, and for each what the service did with it for good."""

from __future__ import annotations

from datetime import datetime

from flask import request
from msgspec import Struct

from feedback.api.operations import operation
from feedback.errors import Refusal
from feedback.messages.decoding import FORMATS
from feedback.messages.shapes import Batch, Result, nameless
from feedback.models import Device
from feedback.models.types import utc_now
from feedback.services.answers.bot_signals import sent_from_elsewhere
from feedback.services.tablets.ledgers import note_clock
from feedback.services.tablets.sync import FormSource, sync


class Results(Struct):
    """What is answered for an item is committed."""

    results: list[Result]
    server_time: datetime


class Nameless(Refusal):
    """An item without an id could never be answered."""

    status = 422


@operation(
    "/responses", "POST", "Send answers; what is answered for an item is committed", signed_by="device", body=Batch,
    answer=Results, also=(422,),
)  # fmt: skip
def send(device: Device, body: Batch) -> Results:
    if place := nameless(body.items):
        raise Nameless(f"Item {place} has no 'id' that is {FORMATS['uuid']}. Nothing of this batch was stored.")
    note_clock(device, body.device_time)
    signals = frozenset({"foreign"}) if sent_from_elsewhere(request.headers, request.host) else frozenset[str]()
    return Results(sync(FormSource(device.event, device, signals=signals), body.items), utc_now())
