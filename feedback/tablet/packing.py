"""A questionnaire as a tablet takes it along: its pages in order, with all that decides who is asked what."""

from __future__ import annotations

from typing import Any

import msgspec

from feedback.tablet.order import for_shared_devices, private_pages
from forms import Questionnaire


def packed_pages(asked: Questionnaire) -> list[dict[str, Any]]:
    """Return the pages as plain values, private ones last and marked `private`."""
    private = private_pages(asked)
    return [
        {**msgspec.to_builtins(page), **({"private": True} if page.id in private else {})}
        for page in for_shared_devices(asked).pages
    ]
