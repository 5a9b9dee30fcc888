"""Reading what a stranger sent: JSON into the types of `messages`; what does not fit is named in a sentence.

msgspec checks the types. Beside it stays the reading of the text, by `json`: msgspec refuses half a pair of surrogates,
which a tablet writes where an emoji was cut, so that one form would spoil its batch, and a sealed one never be opened.
Refused here are numbers that are none (NaN, infinity, 1e999), which no database keeps, and more than DEEPEST levels:
what is read is kept and walked through again. A member that is said twice counts as it was said last.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import cache, reduce
from typing import Any, TypeVar

import msgspec

from feedback.errors import Refusal

DEEPEST = 32  # levels; a form has five
NO_NUMBER = "It has a number that cannot be kept: NaN, Infinity, or one without end such as 1e999."
STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
Shape = Mapping[str, Any]
T = TypeVar("T")
NAMES = {
    "object": "an object",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
}
FORMATS = {
    "uuid": "a UUID in small letters, such as 6f1d9b1e-3c55-4e0a-9d2b-0c4b7f0f3a11",
    "date-time": "a time with its zone, from 2000 to 2099, such as 2026-11-21T14:03:00Z",
    "date": "a day such as 2026-11-21",
}


class BadJson(ValueError):
    """The text is a sentence."""


class Malformed(Refusal):
    """Not what the description says; the sentence names the place. `member`: where in the whole it lies."""

    def __init__(self, sentence: str, member: str = "") -> None:
        super().__init__(sentence)
        self.member = member


class TooMuch(Malformed):
    """More entries than can be sent at once."""

    status = 413


def decode(text: bytes, type: type[T], whole: str) -> T:
    """Return what a text says as a `type`; `whole` is what a sentence calls it, such as "the body".

    Raises:
        Malformed, TooMuch: it is not JSON, or something in it does not fit.

    """
    try:
        return convert(read_json(text), type, whole)
    except BadJson as fault:
        raise Malformed(f"{_capital(whole)} cannot be read. {fault}") from fault


def convert(value: Any, type: type[T], whole: str) -> T:
    """Return what was read as a `type`. Raises Malformed and TooMuch as above."""
    try:
        return msgspec.convert(value, type)
    except msgspec.ValidationError as fault:
        raise _refusal(fault, value, type, whole) from None
    except UnicodeEncodeError:  # half a sign fits no code, day or id; with a mark in its place we learn where it lies
        return convert(json.loads(json.dumps(value, ensure_ascii=False).encode(errors="replace")), type, whole)


def read_json(text: bytes) -> Any:
    """Return what the text says.

    Raises:
        BadJson: it is no JSON, not UTF-8, nested too deeply, or has a number that is none (NaN, infinity, endless).

    """
    try:
        value = json.loads(text.decode("utf-8-sig"), parse_constant=_refuse, parse_float=_finite, parse_int=_whole)
    except BadJson:
        raise
    except RecursionError:
        raise BadJson(f"It is nested more than {DEEPEST} levels deep.") from None
    except ValueError:
        raise BadJson("It is not JSON in UTF-8, as RFC 8259 describes it.") from None
    if _deeper(value, DEEPEST):
        raise BadJson(f"It is nested more than {DEEPEST} levels deep.")
    return value


def _refusal(fault: msgspec.ValidationError, value: Any, type: Any, whole: str) -> Malformed:
    """Put into words what msgspec found: where it lies is in its text, what should be there in the description."""
    text, _, path = str(fault).partition(" - at `$")
    steps = [int(number) if number else name for name, number in STEP.findall(path)]
    if missing := re.search(r"missing required field `(\w+)`", text):
        return Malformed(f"{_capital(_place(steps, whole))} lacks {missing[1]!r}.", str((*steps, missing[1])[0]))
    steps += [str(fault.__cause__)] if fault.__cause__ else []  # a check of our own names its member
    shapes, found = _shapes_at(type, steps), reduce(lambda part, step: part[step], steps, value)
    refusal = TooMuch if isinstance(found, list) and "maxItems" in shapes[0] else Malformed
    wanted = " or ".join(map(_words, shapes))
    return refusal(f"{_capital(_place(steps, whole))} must be {wanted}.", str(steps[0]) if steps else "")


def _place(steps: Sequence[str | int], whole: str) -> str:
    """Say where something is: "'id' in entry 2 of 'items' in the body"."""
    place = whole
    for step in steps:
        place = f"entry {step + 1} of {place}" if isinstance(step, int) else f"{step!r} in {place}"
    return place


def _words(shape: Shape) -> str:
    """Say what a value must be, in the words of its JSON Schema."""
    if "enum" in shape:
        return f"one of: {', '.join(shape['enum'])}"
    words = FORMATS.get(shape.get("format", "")) or NAMES[shape["type"]]
    if "minimum" in shape:
        return f"{words} from {shape['minimum']:,} to {shape['maximum']:,}"
    if "maxItems" in shape:
        return f"{words} of at most {shape['maxItems']:,} entries"
    if words == "text":
        words = f"{words} of at most {shape['maxLength']:,} characters"
    return f"{words} in {shape['contentEncoding']}" if "contentEncoding" in shape else words


def _shapes_at(type: Any, steps: Sequence[str | int]) -> list[Shape]:
    """Return the JSON Schemas of what may stand at a place of a message."""
    root, named = _described(type)
    shapes = _choices(root, named)
    for step in steps:
        part = "items" if isinstance(step, int) else "properties"
        inner = next(shape[part] for shape in shapes if part in shape)
        shapes = _choices(inner if isinstance(step, int) else inner[step], named)
    return shapes


def _choices(shape: Shape, named: Mapping[str, Shape]) -> list[Shape]:
    if "$ref" in shape:
        return _choices(named[shape["$ref"].rpartition("/")[2]], named)
    if "anyOf" in shape and "type" not in shape:
        return [choice for inner in shape["anyOf"] for choice in _choices(inner, named)]
    return [shape]


@cache
def _described(type: Any) -> tuple[Shape, Mapping[str, Shape]]:
    (root,), named = msgspec.json.schema_components([type])
    return root, named


def _capital(place: str) -> str:
    return place[:1].upper() + place[1:]


def _deeper(value: Any, left: int) -> bool:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return left < 0 or any(_deeper(part, left - 1) for part in parts)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise BadJson(NO_NUMBER)
    return number


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:  # thousands of digits
        raise BadJson(NO_NUMBER) from None


def _refuse(_name: str) -> None:
    raise BadJson(NO_NUMBER)
