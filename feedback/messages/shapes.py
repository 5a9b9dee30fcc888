"""What comes through the machine door, as types: the OpenAPI description is made of them, and they check what comes.

Members that are not named here are ignored, so that newer clients can talk to older servers. Forms are kept as they
came until they are checked one by one: what is wrong in one of them is no reason to refuse the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, get_type_hints
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from feedback.models.devices import LedgerState, Mode, Outcome

MOST_ITEMS = 50
MOST_ENTRIES = 5_000
LARGEST_NUMBER = 1_000_000
LONGEST_NAME = 60
YEARS = range(2000, 2100)  # of a clock that was ever set
REF = "#/components/schemas/{name}"

UUID_TEXT = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
ItemId = Annotated[
    str,
    Meta(
        pattern=UUID_TEXT,
        min_length=36,
        max_length=36,
        description="Made on the device when the form opens; small letters, with hyphens.",
        extra_json_schema={"format": "uuid"},
    ),
]
FormNumber = Annotated[int, Meta(ge=1, le=LARGEST_NUMBER, description="Its number in the ledger of the device.")]
AppVersion = Annotated[str, Meta(max_length=40, description="Version of the app on the device.")]
DeviceName = Annotated[str, Meta(max_length=LONGEST_NAME, description="What people call the device, such as Tablet 3.")]
DeviceTime = Annotated[datetime, Meta(tz=True, description="By the clock of the device, now; from 2000 to 2099.")]


def _base64(longest: int, description: str) -> Meta:
    encoding = {"contentEncoding": "base64url"}
    return Meta(max_length=longest, pattern="^[A-Za-z0-9_-]+$", description=description, extra_json_schema=encoding)


class NewDevice(Struct, frozen=True, kw_only=True):
    """What a device says of itself when it takes an event with it."""

    name: DeviceName
    app_version: AppVersion = ""
    mode: Annotated[Mode, Meta(description="kiosk: its pass takes answers of the channel kiosk only.")] = "officer"
    practice: Annotated[bool, Meta(description="A device for practice: nothing that it sends is ever kept.")] = False


class DeviceRequest(NewDevice, frozen=True, kw_only=True):
    """Take an event with a device."""

    event: Annotated[str, Meta(max_length=20, description="Code of the event, in any case.")]


class KioskRequest(Struct, frozen=True, kw_only=True):
    """Take an event with a kiosk."""

    link: Annotated[str, Meta(max_length=500, description="The signed part of a kiosk link.")]
    name: DeviceName
    app_version: AppVersion = ""


class Form(Struct, frozen=True, kw_only=True):
    """A form that is not sealed, or what lies inside a seal."""

    id: ItemId
    event: Annotated[str, Meta(max_length=20)]
    survey: Annotated[str, Meta(max_length=60)]
    wave: Annotated[str, Meta(max_length=60)]
    version: Annotated[int, Meta(ge=1, le=2**31 - 1, description="Version of the questionnaire that was asked.")]
    language: Annotated[str, Meta(max_length=35)]
    channel: Mode
    opened_on: Annotated[date | None, Meta(description="By the clock of the device.")] = None
    number: FormNumber | None = None
    practice: Annotated[bool, Meta(description="Practice is answered `stored` and never kept.")] = False
    answers: Annotated[
        dict[str, Any],
        Meta(
            description="By question id, as responses are stored: "
            "a code, a list of codes, codes by row, text, a number."
        ),
    ]


class SealedForm(Struct, frozen=True, kw_only=True):
    """A form that only the service can open."""

    id: ItemId
    key: Annotated[str, Meta(max_length=43, description="Name of the event's key.")]
    wrapped: Annotated[str, _base64(600, "AES-256 key, wrapped with RSA-OAEP and SHA-256.")]
    iv: Annotated[str, _base64(16, "12 bytes.")]
    sealed: Annotated[str, _base64(10_000_000, "A plain form as JSON under AES-GCM, its id as additional data.")]


Item = Annotated[
    dict[str, Any],
    Meta(extra_json_schema={"anyOf": [{"$ref": REF.format(name=one)} for one in ("SealedForm", "Form")]}),
]


class _Clocked(Struct, frozen=True, kw_only=True):
    """A message that says what the clock of the device shows."""

    device_time: DeviceTime | None = None

    def __post_init__(self) -> None:
        if self.device_time and self.device_time.year not in YEARS:
            raise ValueError("device_time")  # the member at fault


class Batch(_Clocked, frozen=True, kw_only=True):
    """Forms, sealed or plain."""

    items: Annotated[list[Item], Meta(max_length=MOST_ITEMS)]


class LedgerItem(Struct, frozen=True, kw_only=True):
    """What a device says of one of its forms. `id` is null once it has forgotten it."""

    number: FormNumber
    state: LedgerState
    id: UUID | None = None
    practice: bool = False


class Ledger(_Clocked, frozen=True, kw_only=True):
    """What a device says of itself; null where it cannot know."""

    app_version: AppVersion = ""
    storage_persisted: bool | None = None
    queued: Annotated[int, Meta(ge=0, le=LARGEST_NUMBER, description="How many items wait on the device.")] | None = (
        None
    )
    entries: Annotated[
        list[LedgerItem],
        Meta(max_length=MOST_ENTRIES, description="All or some of the ledger; what was said before stays."),
    ]


class QueueFile(Struct, frozen=True, kw_only=True):
    """What a tablet could not send, as it saves it. `items` are checked for their ids apart, as those of a batch."""

    format: Literal["safe-city-feedback queue 1"]
    items: list[Any]
    device: Annotated[str, Meta(max_length=200)] = ""
    event: Annotated[str, Meta(max_length=200)] = ""
    site: Annotated[str, Meta(max_length=200)] = ""


class Result(Struct, frozen=True):
    """What the service did with an item, for good."""

    id: UUID
    outcome: Outcome
    message: str


class _Named(Struct):
    id: ItemId


FORM_TYPES = get_type_hints(Form, include_extras=True)


def nameless(items: Sequence[Any]) -> int | None:
    """Return the place (from 1) of the first item without an id that can be read: it could never be answered."""
    return next((place for place, item in enumerate(items, 1) if not _fits(item, _Named)), None)


def form_member(content: Mapping[str, Any], name: str) -> Any:
    """Return what a form says under a name of `Form`; None where it says nothing, or nothing that fits."""
    value = content.get(name)
    return msgspec.convert(value, FORM_TYPES[name]) if _fits(value, FORM_TYPES[name]) else None


def _fits(value: Any, type: Any) -> bool:
    try:
        msgspec.convert(value, type)
    except (msgspec.ValidationError, UnicodeEncodeError):
        return False
    return True
