"""Reading JSON that a stranger wrote: nothing that a database or a person could not read again comes through."""

from __future__ import annotations

import json
import math
import re
from typing import Any

DEEPEST = 32  # levels; a form has five
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class BadJson(ValueError):
    """The text is a sentence."""


def read_json(text: bytes | str) -> Any:
    """Return what the text says.

    Raises:
        BadJson: it is no JSON, not UTF-8, nested too deeply, or has a number that is none (NaN, infinity, endless).

    """
    try:
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise BadJson(f"It is nested more than {DEEPEST} levels deep.") from None
    except ValueError:
        raise BadJson("It is not JSON as RFC 8259 describes it.") from None
    if _deeper(value, DEEPEST):
        raise BadJson(f"It is nested more than {DEEPEST} levels deep.")
    return value


def is_uuid(value: Any) -> bool:
    """Whether a value is a UUID in its usual spelling: small letters, with hyphens."""
    return isinstance(value, str) and UUID_TEXT.fullmatch(value) is not None


def _deeper(value: Any, left: int) -> bool:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return left < 0 or any(_deeper(part, left - 1) for part in parts)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _refuse(name: str) -> None:
    raise ValueError(name)
