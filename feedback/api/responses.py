"""The sync door: a batch of forms, sealed or plain, and for each what the service did with it for good."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from feedback.api.operations import operation
from feedback.api.shapes import DAY, FLAG, TIME, UUID, list_of, number, one_of, read_time, text, thing
from feedback.errors import Refusal
from feedback.models import Device
from feedback.models.devices import MODES, OUTCOMES
from feedback.models.types import utc_now
from feedback.services.tablets.intake import LARGEST_NUMBER
from feedback.services.tablets.ledgers import note_clock
from feedback.services.tablets.sync import MOST_ITEMS, FormSource, sync
from feedback.strict_json import is_uuid

ANSWERS = {
    "type": "object",
    "description": "By question id, as responses are stored: a code, a list of codes, codes by row, text, a number.",
}
FORM = {
    "id": {**UUID, "description": "Made on the device when the form opens."},
    "event": text(20),
    "survey": text(60),
    "wave": text(60),
    "version": number(1, 2**31, "Version of the questionnaire that was asked."),
    "language": text(35),
    "channel": one_of(*MODES),
    "opened_on": {**DAY, "description": "By the clock of the device."},
    "number": number(1, LARGEST_NUMBER, "Its number in the ledger of the device."),
    "practice": {**FLAG, "description": "Practice is answered `stored` and never kept."},
    "answers": ANSWERS,
}
PLAIN = thing(FORM, optional=("opened_on", "number", "practice"), description="A form that is not sealed.")
SEALED = thing(
    {
        "id": UUID,
        "key": text(43, "Name of the event's key."),
        "wrapped": text(600, "AES-256 key, wrapped with RSA-OAEP and SHA-256; base64url."),
        "iv": text(16, "12 bytes, base64url."),
        "sealed": text(1_000_000, "A plain form as JSON under AES-GCM, its id as additional data; base64url."),
    },
    description="A form that only the service can open.",
)
ITEM = {"type": "object", "anyOf": [SEALED, PLAIN]}
BATCH = thing(
    {"items": list_of(ITEM, MOST_ITEMS), "device_time": {**TIME, "description": "By the clock of the device, now."}},
    optional=("device_time",),
)
RESULT = thing({"id": UUID, "outcome": one_of(*OUTCOMES), "message": text(600)})
RESULTS = thing({"results": list_of(RESULT), "server_time": TIME})


class Nameless(Refusal):
    """An item without an id could never be answered."""

    status = 422


@operation(
    "/responses", "POST", "Send answers; what is answered for an item is committed", signed_by="device", body=BATCH,
    answer=RESULTS, also=(422,),
)  # fmt: skip
def send(device: Device, body: Any) -> ResponseReturnValue:
    items = body["items"]
    for position, item in enumerate(items, 1):
        if not is_uuid(item.get("id")):
            raise Nameless(f"Item {position} has no id that is a UUID. Nothing of this batch was stored.")
    note_clock(device, read_time(body.get("device_time")))
    results = sync(FormSource(device.event, device), items)
    told = [{"id": str(one.id), "outcome": one.outcome, "message": one.message} for one in results]
    return jsonify(results=told, server_time=utc_now().isoformat())
