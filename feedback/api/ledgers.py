"""Ledgers: a device says what it took, the service says what is here, and both are signed off."""

from __future__ import annotations

from typing import Any
from uuid import UUID as Id

from flask import jsonify, url_for
from flask.typing import ResponseReturnValue

from feedback.access import actor
from feedback.api.devices import APP_VERSION
from feedback.api.operations import operation
from feedback.api.shapes import FLAG, TIME, UUID, list_of, number, one_of, or_null, read_time, text, thing
from feedback.models import Device
from feedback.models.devices import STATES
from feedback.models.types import utc_now
from feedback.queries.tablets.devices import device_by_id
from feedback.services.tablets.intake import LARGEST_NUMBER
from feedback.services.tablets.ledgers import Ledger, LedgerItem, note_ledger, sign_off
from feedback.typed_text import one_line

MOST_ENTRIES = 5_000
COUNT = number(0, LARGEST_NUMBER)
NUMBERS = list_of(COUNT)
ENTRY = thing(
    {
        "number": number(1, LARGEST_NUMBER),
        "state": one_of(*STATES),
        "id": or_null(UUID),
        "practice": FLAG,
    },
    optional=("id", "practice"),
)
LEDGER = thing(
    {
        "device_time": {**TIME, "description": "By the clock of the device, now."},
        "app_version": APP_VERSION,
        "storage_persisted": or_null(FLAG),
        "queued": or_null(number(0, LARGEST_NUMBER, "How many items wait on the device.")),
        "entries": list_of(ENTRY, MOST_ENTRIES, "All or some of the ledger; what was said before stays."),
    },
    optional=("device_time", "app_version", "storage_persisted", "queued"),
)
COMPARED = thing(
    {
        "completed": COUNT,
        "stored": COUNT,
        "held": COUNT,
        "missing": NUMBERS,
        "skew_seconds": or_null(number(-(2**31), 2**31, "By how much the clock of the device is ahead.")),
        "server_time": TIME,
    }
)
SIGNED_OFF = thing(
    {
        "agrees": FLAG,
        "device": COUNT,
        "server": COUNT,
        "held": COUNT,
        "missing": NUMBERS,
        "receipt": text(500, "Address of the printable receipt, for who is signed in."),
    }
)


@operation(
    "/devices/<uuid:id>/ledger", "PUT", "Say what the device took, and learn what is missing here",
    signed_by="device", body=LEDGER, answer=COMPARED, also=(404,),
)  # fmt: skip
def ledger(id: Id, device: Device, body: Any) -> ResponseReturnValue:
    found = note_ledger(device, _ledger(body))
    return jsonify(
        completed=found.device,
        stored=found.stored,
        held=found.held,
        missing=found.missing,
        skew_seconds=device.skew_seconds,
        server_time=utc_now().isoformat(),
    )


@operation(
    "/devices/<uuid:id>/sign-off", "POST", "Close the ledger when both counts agree", signed_by="either",
    answer=SIGNED_OFF, also=(404,),
)  # fmt: skip
def close(id: Id, device: Device | None) -> ResponseReturnValue:
    signing, found = (device, device.issued_by) if device else (device_by_id(id), actor())
    result = sign_off(signing, actor=found)
    return jsonify(
        agrees=result.agrees,
        device=result.device,
        server=result.server,
        held=result.held,
        missing=result.missing,
        receipt=url_for("officers.device_receipt", id=id, _external=True),
    )


def _ledger(body: dict[str, Any]) -> Ledger:
    return Ledger(
        entries=[_entry(entry) for entry in body["entries"]],
        device_time=read_time(body.get("device_time")),
        app_version=one_line(body.get("app_version")),
        storage_persisted=body.get("storage_persisted"),
        queued=body.get("queued"),
    )


def _entry(entry: dict[str, Any]) -> LedgerItem:
    id = entry.get("id")
    practice = entry.get("practice", False)
    return LedgerItem(number=entry["number"], state=entry["state"], id=Id(id) if id else None, practice=practice)
