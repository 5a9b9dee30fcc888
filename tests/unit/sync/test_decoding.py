"""What a stranger's JSON may hold, and how what does not fit is named."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from feedback.errors import Refusal
from feedback.messages.decoding import DEEPEST, BadJson, Malformed, TooMuch, convert, decode, read_json
from feedback.messages.shapes import (
    Batch,
    DeviceRequest,
    Form,
    KioskRequest,
    Ledger,
    QueueFile,
    SealedForm,
    form_member,
    nameless,
)

ID = "6f1d9b1e-3c55-4e0a-9d2b-0c4b7f0f3a11"


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"{",
        b"\xff",
        b"\x00",
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b"1e999",
        b'{"a": -1e999}',
        b"1" * 5_000,
        b"[" * (DEEPEST + 2) + b"]" * (DEEPEST + 2),
        b"[" * 100_000,
        b'{"a":' * 100_000,
        "\ud800".encode("utf-8", "surrogatepass"),
        '"\ud800"'.encode("utf-8", "surrogatepass"),
        "[]".encode("utf-16"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(wrong: bytes) -> None:
    with pytest.raises(BadJson) as refused:
        read_json(wrong)
    assert str(refused.value).endswith(".")
    with pytest.raises(Malformed, match=r"The body cannot be read\. It (is|has) "):
        decode(wrong, Batch, "the body")


@pytest.mark.parametrize("number", [b"NaN", b"-Infinity", b"1e999", b"9" * 5_000])
def test_a_number_that_cannot_be_kept_is_said_to_be_one(number: bytes) -> None:
    with pytest.raises(BadJson, match="a number that cannot be kept"):
        read_json(b'{"items": [' + number + b"]}")


def test_what_can_be_read_is_returned() -> None:
    assert read_json(b'{"a": [1, 2.5, null, true, "\\u0000"]}') == {"a": [1, 2.5, None, True, "\0"]}
    assert read_json(b"\xef\xbb\xbf[]") == []
    deepest = b"[" * DEEPEST + b"]" * DEEPEST
    assert read_json(deepest)


def test_half_an_emoji_spoils_no_batch_and_what_is_said_twice_counts_last() -> None:
    """Both are why the text is not read by msgspec, and what follows from it."""
    batch = decode(b'{"items": [{"a": "\\ud83d", "b": 1, "b": 2}]}', Batch, "the body")
    assert batch.items == [{"a": "\ud83d", "b": 2}]


@pytest.mark.parametrize(
    ("id", "is_one"),
    [
        (ID, True),
        (ID.upper(), False),
        (ID.replace("-", ""), False),
        (f"{{{ID}}}", False),
        (f"{ID}\n", False),
        ("", False),
        (7, False),
        (None, False),
        ([ID], False),
    ],
)
def test_an_id_has_one_spelling(id: object, is_one: bool) -> None:
    assert nameless([{"id": ID}, {"id": id}]) == (None if is_one else 2)


FORM = {
    "id": ID,
    "event": "HERE",
    "survey": "fast-feedback",
    "wave": "safety-now",
    "version": 1,
    "language": "en",
    "channel": "officer",
    "opened_on": "2026-11-21",
    "number": 3,
    "practice": False,
    "answers": {"safe_local_day": "very_safe"},
}
SEALED = {"id": ID, "key": "k", "wrapped": "AAAA", "iv": "AAAA", "sealed": "AAAA"}
ENTRY = {"number": 1, "state": "sent", "id": ID, "practice": False}
LEDGER = {"entries": [ENTRY], "device_time": "2026-11-21T14:00:00Z", "storage_persisted": None, "queued": None}
NEW = {"event": "HERE", "name": "Tablet 1", "mode": "kiosk", "practice": True, "app_version": "1"}
KIOSK = {"link": "x", "name": "Library", "app_version": "1"}
FILE = {"format": "safe-city-feedback queue 1", "items": [], "device": "x", "event": "x", "site": "x"}
RIGHT: list[tuple[Any, dict[str, Any]]] = [
    (Form, FORM),
    (SealedForm, SEALED),
    (Ledger, LEDGER),
    (DeviceRequest, NEW),
    (KioskRequest, KIOSK),
    (QueueFile, FILE),
    (Batch, {"items": [FORM, SEALED, {}], "device_time": "2026-11-21T14:00:00+01:00"}),
]


def refusal_of(type: Any, value: Any) -> str:
    """The sentence, empty where there is none."""
    try:
        convert(value, type, "the body")
    except Refusal as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize(("type", "value"), RIGHT, ids=lambda given: getattr(given, "__name__", ""))
def test_every_member_of_a_wrong_type_is_named_with_what_it_must_be(type: Any, value: dict[str, Any]) -> None:
    assert convert({**value, "newer": {}, "\ud800": 1}, type, "the body")
    for name in value:
        for wrong in (7.5, {"a": [1]}, [[]], "\ud800\0"):
            said = refusal_of(type, {**value, name: wrong})
            if not said:
                assert isinstance(wrong, {"answers": dict, "items": list}.get(name, str)), (name, wrong)
            elif not said.startswith(f"Entry 1 of '{name}' in the body "):
                assert re.fullmatch(f"'{name}' in the body must be .+\\.", said)
    for name in (field.name for field in msgspec.structs.fields(type) if field.required):
        with pytest.raises(Malformed, match=f"^The body lacks '{name}'\\.$"):
            convert({other: value[other] for other in value if other != name}, type, "the body")


@pytest.mark.parametrize(
    ("type", "value", "sentence"),
    [
        (Form, [], "The body must be an object."),
        (Form, {**FORM, "version": True}, "'version' in the body must be a whole number from 1 to 2,147,483,647."),
        (Form, {**FORM, "version": 1.0}, "'version' in the body must be a whole number from 1 to 2,147,483,647."),
        (Form, {**FORM, "number": 0}, "'number' in the body must be a whole number from 1 to 1,000,000 or null."),
        (Form, {**FORM, "number": 10**30}, "'number' in the body must be a whole number from 1 to 1,000,000 or null."),
        (Form, {**FORM, "event": None}, "'event' in the body must be text of at most 20 characters."),
        (Form, {**FORM, "wave": "x" * 61}, "'wave' in the body must be text of at most 60 characters."),
        (Form, {**FORM, "channel": "post"}, "'channel' in the body must be one of: kiosk, officer."),
        (Form, {**FORM, "opened_on": 7}, "'opened_on' in the body must be a day such as 2026-11-21 or null."),
        (Form, {**FORM, "answers": []}, "'answers' in the body must be an object."),
        (SealedForm, {**SEALED, "iv": "a b"}, "'iv' in the body must be text of at most 16 characters in base64url."),
        (Ledger, {"entries": [ENTRY, 7]}, "Entry 2 of 'entries' in the body must be an object."),
        (Ledger, {"entries": [{"number": 1}]}, "Entry 1 of 'entries' in the body lacks 'state'."),
        (
            Ledger,
            {"entries": [ENTRY, {**ENTRY, "practice": 1}]},
            "'practice' in entry 2 of 'entries' in the body must be true or false.",
        ),
        (
            Ledger,
            {"entries": [{**ENTRY, "id": "x"}]},
            "'id' in entry 1 of 'entries' in the body must be a UUID in small letters, such as "
            "6f1d9b1e-3c55-4e0a-9d2b-0c4b7f0f3a11 or null.",
        ),
        *(
            (
                Ledger,
                {**LEDGER, "device_time": wrong},
                "'device_time' in the body must be a time with its zone, from 2000 to 2099, such as "
                "2026-11-21T14:03:00Z or null.",
            )
            for wrong in ("2026-11-21", "2026-11-21T14:00:00", "0001-01-01T00:00:00Z", 1_700_000_000)
        ),
    ],
)  # fmt: skip
def test_a_refusal_says_what_is_wrong_where_and_what_it_must_be(type: Any, value: Any, sentence: str) -> None:
    with pytest.raises(Malformed) as refused:
        convert(value, type, "the body")
    assert str(refused.value) == sentence


def test_too_many_are_refused_as_too_much() -> None:
    for type, value in ((Batch, {"items": [{}] * 51}), (Ledger, {"entries": [ENTRY] * 5_001})):
        with pytest.raises(TooMuch, match="must be a list of at most") as refused:
            convert(value, type, "the body")
        assert refused.value.status == 413


def test_a_member_of_a_form_is_read_where_it_fits_and_the_rest_is_no_matter() -> None:
    form = {**FORM, "version": "x", "language": 7}
    assert str(form_member(form, "opened_on")) == "2026-11-21"
    assert form_member(form, "language") is form_member({}, "language") is None
