"""The shapes of bodies as JSON Schema: what is documented is what is checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from feedback.errors import Refusal
from feedback.strict_json import is_uuid

Shape = Mapping[str, Any]


class Malformed(Refusal):
    """A body that is not what the description says; the sentence names the place."""


class TooMuch(Refusal):
    """More entries than can be sent at once."""

    status = 413


def text(longest: int, description: str = "", **more: Any) -> Shape:
    return {"type": "string", "maxLength": longest, **({"description": description} if description else {}), **more}


def one_of(*values: str, description: str = "") -> Shape:
    return {"type": "string", "enum": list(values), **({"description": description} if description else {})}


def number(least: int, most: int, description: str = "") -> Shape:
    return {
        "type": "integer",
        "minimum": least,
        "maximum": most,
        **({"description": description} if description else {}),
    }


def list_of(items: Shape, most: int | None = None, description: str = "") -> Shape:
    limits = {} if most is None else {"maxItems": most}
    return {"type": "array", "items": items, **limits, **({"description": description} if description else {})}


def thing(properties: Mapping[str, Shape], optional: tuple[str, ...] = (), description: str = "") -> Shape:
    """An object; members that are not named are ignored, so that newer clients can talk to older servers."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
        **({"description": description} if description else {}),
    }


def or_null(shape: Shape) -> Shape:
    return {**shape, "type": [shape["type"], "null"]}


UUID = {"type": "string", "format": "uuid"}
TIME = {"type": "string", "format": "date-time"}
DAY = {"type": "string", "format": "date"}
FLAG = {"type": "boolean"}

TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}
NAMES = {
    "object": "an object",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
}


def check_shape(shape: Shape, value: Any, place: str = "The body") -> None:
    """Raise Malformed unless `value` has this shape."""
    types = shape["type"] if isinstance(shape.get("type"), list) else [shape["type"]]
    if not any(TYPES[type](value) for type in types):
        raise Malformed(f"{place} must be {' or '.join(NAMES[type] for type in types)}.")
    CHECKS.get(type(value), _nothing_more)(shape, value, place)


def read_time(value: str | None) -> datetime | None:
    """Return the moment that a text of the format date-time names, or None when it names none."""
    try:
        moment = datetime.fromisoformat(value or "")
    except ValueError:
        return None
    return moment if moment.tzinfo and 2000 <= moment.year < 2100 else None


def _check_object(shape: Shape, value: dict[str, Any], place: str) -> None:
    for name in shape.get("required", ()):
        if name not in value:
            raise Malformed(f"{place} lacks {name!r}.")
    for name, part in shape.get("properties", {}).items():
        if name in value:
            check_shape(part, value[name], f"{name!r} in {place[0].lower()}{place[1:]}")


def _check_list(shape: Shape, value: list[Any], place: str) -> None:
    if len(value) > shape.get("maxItems", len(value)):
        raise TooMuch(f"{place} has {len(value):,} entries; at most {shape['maxItems']:,} can be sent at once.")
    for position, part in enumerate(value, 1):
        check_shape(shape["items"], part, f"Entry {position} of {place[0].lower()}{place[1:]}")


def _check_text(shape: Shape, value: str, place: str) -> None:
    if len(value) > shape.get("maxLength", len(value)):
        raise Malformed(f"{place} must be {shape['maxLength']:,} characters or fewer.")
    if "enum" in shape and value not in shape["enum"]:
        raise Malformed(f"{place} must be one of: {', '.join(shape['enum'])}.")
    if shape.get("format") == "uuid" and not is_uuid(value):
        raise Malformed(f"{place} must be a UUID such as 6f1d9b1e-3c55-4e0a-9d2b-0c4b7f0f3a11.")
    if shape.get("format") == "date-time" and read_time(value) is None:
        raise Malformed(f"{place} must be a time with its zone, such as 2026-11-21T14:03:00Z.")


def _check_number(shape: Shape, value: int, place: str) -> None:
    if not shape.get("minimum", value) <= value <= shape.get("maximum", value):
        raise Malformed(f"{place} must be from {shape['minimum']:,} to {shape['maximum']:,}.")


def _nothing_more(_shape: Shape, _value: Any, _place: str) -> None:
    """A flag or null has nothing but its type."""


CHECKS: dict[type, Callable[[Shape, Any, str], None]] = {
    dict: _check_object,
    list: _check_list,
    str: _check_text,
    int: _check_number,
}
