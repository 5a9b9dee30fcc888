"""Ledgers: a device says what it took, the service says what is here, and both are signed off."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from flask import url_for
from msgspec import Meta, Struct

from feedback.api.operations import operation
from feedback.messages.shapes import Ledger
from feedback.models import Device
from feedback.models.types import utc_now
from feedback.queries.tablets.devices import device_by_id
from feedback.services.tablets.ledgers import note_ledger, sign_off
from feedback.staff.access import actor


class Compared(Struct, kw_only=True):
    """The count of a device beside ours. `missing`: numbers of forms that are not here."""

    completed: int
    stored: int
    held: int
    missing: list[int]
    skew_seconds: Annotated[int | None, Meta(description="By how much the clock of the device is ahead.")]
    server_time: datetime


class SignedOff(Struct, kw_only=True):
    """Both counts; where they do not agree, nothing was changed."""

    agrees: bool
    device: int
    server: int
    held: int
    missing: list[int]
    receipt: Annotated[str, Meta(description="Address of the printable receipt, for who is signed in.")]


@operation(
    "/devices/<uuid:id>/ledger", "PUT", "Say what the device took, and learn what is missing here",
    signed_by="device", body=Ledger, answer=Compared, also=(404,),
)  # fmt: skip
def ledger(id: UUID, device: Device, body: Ledger) -> Compared:
    found = note_ledger(device, body)
    return Compared(
        completed=found.device,
        stored=found.stored,
        held=found.held,
        missing=list(found.missing),
        skew_seconds=device.skew_seconds,
        server_time=utc_now(),
    )


@operation(
    "/devices/<uuid:id>/sign-off", "POST", "Close the ledger when both counts agree", signed_by="either",
    answer=SignedOff, also=(404,),
)  # fmt: skip
def close(id: UUID, device: Device | None) -> SignedOff:
    signing, found = (device, device.issued_by) if device else (device_by_id(id), actor())
    result = sign_off(signing, actor=found)
    return SignedOff(
        agrees=result.agrees,
        device=result.device,
        server=result.server,
        held=result.held,
        missing=list(result.missing),
        receipt=url_for("officers.device_receipt", id=id, _external=True),
    )
