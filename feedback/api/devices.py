"""A tablet takes an event with it: who it is, what it asks, and the key it seals answers with."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from flask_security import current_user
from flask_wtf.csrf import generate_csrf
from msgspec import Meta, Struct, convert

from feedback.api.operations import operation
from feedback.messages.shapes import DeviceRequest, KioskRequest, NewDevice
from feedback.models import Event
from feedback.models.types import utc_now
from feedback.places import current_place
from feedback.queries.tablets.devices import surveys_to_take
from feedback.queries.waves import event_by_code
from feedback.services.tablets.devices import Pass, issue_device, renew_token
from feedback.services.tablets.event_keys import key_id, public_jwk
from feedback.services.tablets.kiosk_links import BY_LINK, read_kiosk_token
from feedback.staff.access import actor


class SessionState(Struct):
    """A token for what a session signs."""

    csrf: str
    signed_in: bool


class TakenEvent(Struct, kw_only=True):
    """The event that a device took."""

    code: str
    title: str
    place: str
    ward_code: str | None
    ward: str
    starts_at: datetime
    ends_at: datetime
    languages: list[str]


class PublicJwk(Struct):
    """RSA-OAEP-256, 3072 bits."""

    kty: str
    n: str
    e: str
    alg: str
    kid: str


class SealingKey(Struct):
    """What answers are sealed with."""

    id: Annotated[str, Meta(description="The name of the key, for `key` of a sealed item.")]
    public_jwk: PublicJwk


class TakenSurvey(Struct, kw_only=True):
    """A questionnaire that the device is to ask."""

    survey: str
    title: str
    wave: str
    version: int
    digest: str


class DevicePass(Struct, kw_only=True):
    """All that a device needs for an event."""

    device: UUID
    token: Annotated[str, Meta(description="Told once. Send it as `Authorization: Bearer …`.")]
    expires_at: datetime
    event: TakenEvent
    key: SealingKey
    surveys: list[TakenSurvey]
    server_time: datetime


@operation("/csrf", "GET", "Fetch a token for what a session signs", answer=SessionState)
def csrf() -> SessionState:
    return SessionState(csrf=generate_csrf(), signed_in=current_user.is_authenticated)


@operation(
    "/devices", "POST", "Take an event with a device", signed_by="session", body=DeviceRequest, status=201,
    answer=DevicePass, also=(404, 409),
)  # fmt: skip
def issue(body: DeviceRequest) -> DevicePass:
    return _pass(issue_device(event_by_code(body.event), body, actor=actor()))


@operation(
    "/kiosks", "POST", "Take an event with a kiosk, by its link and without signing in", body=KioskRequest, status=201,
    answer=DevicePass, also=(404, 409, 410),
)  # fmt: skip
def issue_kiosk(body: KioskRequest) -> DevicePass:
    new = NewDevice(name=body.name, app_version=body.app_version, mode="kiosk")
    return _pass(issue_device(read_kiosk_token(body.link), new, actor=BY_LINK))


@operation(
    "/devices/<uuid:id>/token", "POST", "Give a device a fresh pass; the former one ends", signed_by="session",
    answer=DevicePass, also=(404, 409),
)  # fmt: skip
def renew(id: UUID) -> DevicePass:
    return _pass(renew_token(id, actor=actor()))


def _pass(given: Pass) -> DevicePass:
    device, event = given.device, given.device.event
    return DevicePass(
        device=device.id,
        token=given.token,
        expires_at=device.token_expires_at,
        event=_event(event),
        key=SealingKey(key_id(event), PublicJwk(**public_jwk(event))),
        surveys=convert(surveys_to_take(event), list[TakenSurvey]),
        server_time=utc_now(),
    )


def _event(event: Event) -> TakenEvent:
    return TakenEvent(
        code=event.code,
        title=event.title,
        place=event.place,
        ward_code=event.ward_code,
        ward=current_place().ward_name(event.ward_code) if event.ward_code else "",
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        languages=event.languages,
    )
