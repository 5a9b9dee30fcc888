"""What a stranger's JSON may hold."""

from __future__ import annotations

import pytest

from feedback.api.shapes import FLAG, TIME, UUID, Malformed, check_shape, list_of, number, or_null, text, thing
from feedback.strict_json import DEEPEST, BadJson, is_uuid, read_json


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
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(wrong: bytes) -> None:
    with pytest.raises(BadJson) as refused:
        read_json(wrong)
    assert str(refused.value).endswith(".")


def test_what_can_be_read_is_returned() -> None:
    assert read_json(b'{"a": [1, 2.5, null, true, "\\u0000"]}') == {"a": [1, 2.5, None, True, "\0"]}
    deepest = b"[" * DEEPEST + b"]" * DEEPEST
    assert read_json(deepest)


@pytest.mark.parametrize(
    ("id", "is_one"),
    [
        ("6f1d9b1e-3c55-4e0a-9d2b-0c4b7f0f3a11", True),
        ("6F1D9B1E-3C55-4E0A-9D2B-0C4B7F0F3A11", False),
        ("6f1d9b1e3c554e0a9d2b0c4b7f0f3a11", False),
        ("{6f1d9b1e-3c55-4e0a-9d2b-0c4b7f0f3a11}", False),
        ("6f1d9b1e-3c55-4e0a-9d2b-0c4b7f0f3a11\n", False),
        ("", False),
        (7, False),
        (None, False),
    ],
)
def test_an_id_has_one_spelling(id: object, is_one: bool) -> None:
    assert is_uuid(id) == is_one


SHAPE = thing(
    {"n": number(1, 5), "t": text(3), "l": list_of(FLAG, 2), "u": or_null(UUID), "w": TIME}, optional=("l", "u", "w")
)


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ([], "The body must be an object"),
        ({"n": 1}, "lacks 't'"),
        ({"n": 0, "t": ""}, "'n' in the body must be from 1 to 5"),
        ({"n": True, "t": ""}, "must be a whole number"),
        ({"n": 1.0, "t": ""}, "must be a whole number"),
        ({"n": 1, "t": "long"}, "3 characters or fewer"),
        ({"n": 1, "t": None}, "must be text"),
        ({"n": 1, "t": "", "l": [True, 1]}, "Entry 2 of 'l' in the body must be true or false"),
        ({"n": 1, "t": "", "u": "x"}, "must be a UUID"),
        ({"n": 1, "t": "", "u": 1}, "must be text or null"),
        ({"n": 1, "t": "", "w": "2026-11-21"}, "a time with its zone"),
    ],
)
def test_a_wrong_shape_is_named_with_its_place(value: object, place: str) -> None:
    with pytest.raises(Malformed, match=place):
        check_shape(SHAPE, value)


def test_a_right_shape_passes_with_more_in_it_than_we_know() -> None:
    check_shape(SHAPE, {"n": 5, "t": "abc", "l": [True], "u": None, "w": "2026-11-21T14:00:00Z", "new": {}})
