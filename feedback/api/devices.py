"""A tablet takes an event with it: who it is, what it asks, and the key it seals answers with."""

from __future__ import annotations

from typing import Any
from uuid import UUID as Id

from flask import Response, jsonify
from flask.typing import ResponseReturnValue
from flask_security import current_user
from flask_wtf.csrf import generate_csrf

from feedback.access import actor
from feedback.api.operations import operation
from feedback.api.shapes import FLAG, TIME, UUID, list_of, number, one_of, or_null, text, thing
from feedback.models import Event
from feedback.models.devices import MODES
from feedback.models.types import utc_now
from feedback.places import current_place
from feedback.queries.tablets.devices import surveys_to_take
from feedback.queries.waves import event_by_code
from feedback.services.tablets.devices import LONGEST_NAME, LONGEST_VERSION, NewDevice, Pass, issue_device, renew_token
from feedback.services.tablets.event_keys import key_id, public_jwk
from feedback.services.tablets.kiosk_links import read_kiosk_token
from feedback.typed_text import one_line

KIOSK = "kiosk link"  # as the audit list names who gave a kiosk its pass
NAME = text(LONGEST_NAME, "What people call the device, such as Tablet 3.")
APP_VERSION = text(LONGEST_VERSION, "Version of the app on the device.")
NEW_DEVICE = thing(
    {
        "event": text(20, "Code of the event, in any case."),
        "name": NAME,
        "app_version": APP_VERSION,
        "mode": one_of(*MODES, description="kiosk: its pass takes answers of the channel kiosk only."),
        "practice": {**FLAG, "description": "A device for practice: nothing that it sends is ever kept."},
    },
    optional=("app_version", "mode", "practice"),
)
NEW_KIOSK = thing(
    {"link": text(500, "The signed part of a kiosk link."), "name": NAME, "app_version": APP_VERSION},
    optional=("app_version",),
)
EVENT = thing(
    {
        "code": text(20),
        "title": text(200),
        "place": text(200),
        "ward_code": or_null(text(9)),
        "ward": text(100),
        "starts_at": TIME,
        "ends_at": TIME,
        "languages": list_of(text(20)),
    }
)
JWK = thing({name: text(600) for name in ("kty", "n", "e", "alg", "kid")}, description="RSA-OAEP-256, 3072 bits.")
SURVEY = thing(
    {"survey": text(60), "title": text(200), "wave": text(60), "version": number(1, 2**31), "digest": text(64)}
)
PASS = thing(
    {
        "device": UUID,
        "token": text(43, "Told once. Send it as `Authorization: Bearer …`."),
        "expires_at": TIME,
        "event": EVENT,
        "key": thing({"id": text(43, "The name of the key, for `key` of a sealed item."), "public_jwk": JWK}),
        "surveys": list_of(SURVEY),
        "server_time": TIME,
    }
)


@operation(
    "/csrf", "GET", "Fetch a token for what a session signs", answer=thing({"csrf": text(200), "signed_in": FLAG})
)
def csrf() -> ResponseReturnValue:
    return jsonify(csrf=generate_csrf(), signed_in=current_user.is_authenticated)


@operation(
    "/devices", "POST", "Take an event with a device", signed_by="session", body=NEW_DEVICE, status=201, answer=PASS,
    also=(404, 409),
)  # fmt: skip
def issue(body: Any) -> ResponseReturnValue:
    event = event_by_code(body["event"])
    return _told(issue_device(event, _new(body), actor=actor())), 201


@operation(
    "/kiosks", "POST", "Take an event with a kiosk, by its link and without signing in", body=NEW_KIOSK, status=201,
    answer=PASS, also=(404, 409, 410),
)  # fmt: skip
def issue_kiosk(body: Any) -> ResponseReturnValue:
    event = read_kiosk_token(body["link"])
    return _told(issue_device(event, _new({**body, "mode": "kiosk"}), actor=KIOSK)), 201


@operation(
    "/devices/<uuid:id>/token", "POST", "Give a device a fresh pass; the former one ends", signed_by="session",
    answer=PASS, also=(404, 409),
)  # fmt: skip
def renew(id: Id) -> ResponseReturnValue:
    return _told(renew_token(id, actor=actor()))


def _new(body: dict[str, Any]) -> NewDevice:
    return NewDevice(
        name=one_line(body["name"]),
        app_version=one_line(body.get("app_version")),
        mode=body.get("mode", "officer"),
        practice=body.get("practice", False),
    )


def _told(given: Pass) -> Response:
    device, event = given.device, given.device.event
    return jsonify(
        device=str(device.id),
        token=given.token,
        expires_at=device.token_expires_at.isoformat(),
        event=_event(event),
        key={"id": key_id(event), "public_jwk": public_jwk(event)},
        surveys=surveys_to_take(event),
        server_time=utc_now().isoformat(),
    )


def _event(event: Event) -> dict[str, Any]:
    return {
        "code": event.code,
        "title": event.title,
        "place": event.place,
        "ward_code": event.ward_code,
        "ward": current_place().ward_name(event.ward_code) if event.ward_code else "",
        "starts_at": event.starts_at.isoformat(),
        "ends_at": event.ends_at.isoformat(),
        "languages": event.languages,
    }
