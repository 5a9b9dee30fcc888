"""Nobody's edit is lost: a form carries what its page was opened on, and says what somebody else has stored since.

What is carried is a digest of each value and not a number that counts changes: a save asks only where the stored value
is neither what the page showed nor what is being saved, so that a form sent twice, or two people who agree, pass.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from typing import Any

from wtforms import Field

from feedback.templating import plain_date
from feedback.typed_text import seen_lines

OPENED = "opened"  # the name of the hidden field
NOTHING = "Nothing"
LENGTH = 12  # hexadecimal digits: what is told apart is one value and the one before it


@dataclass(frozen=True)
class Overtaken:
    """What somebody else stored since a page was opened, beside what the page says; `yours` None: it says nothing."""

    label: str
    now: str
    yours: str | None = None


def digest_of(value: str) -> str:
    """Return what stands for a value in a page that was opened on it."""
    return sha256(value.encode()).hexdigest()[:LENGTH]


def carried(digests: Mapping[str, str]) -> str:
    """Return the digests by name as a hidden field carries them; empty when there are none."""
    return json.dumps(digests, sort_keys=True) if digests else ""


def read_carried(text: str) -> dict[str, str]:
    """Return the digests that a page carried; none where it cannot be read: all that differs is then asked."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return {str(name): str(digest) for name, digest in found.items()} if isinstance(found, dict) else {}


def comparable(field: Field, value: Any) -> str:
    """Return the value of a field, stored or typed, so that equal values are equal texts."""
    for tidy in field.filters:
        value = tidy(value)
    if value is None:
        return ""
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Iterable) and not isinstance(value, str):
        return "\n".join(sorted(map(str, value)))
    return str(value)


def in_words(field: Field, value: Any) -> str:
    """Return the value of a field as a person reads it."""
    choices = getattr(field, "choices", None) or ()
    labels = {str(option.value): str(option.label) for option in choices if hasattr(option, "value")}
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date) and not isinstance(value, datetime):
        return plain_date(value)
    parts = [labels.get(part, seen_lines(part)) for part in comparable(field, value).split("\n") if part]
    return (", " if labels else "\n").join(parts) or NOTHING
