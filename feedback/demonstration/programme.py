"""The demonstration's events to come, so that there is something to get ready for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid5

from feedback.clock import LONDON, today
from feedback.demonstration.content import read_content
from feedback.demonstration.plans import NAMESPACE, short_code
from feedback.places import Ward, current_place
from feedback.queries.events import field_staff
from feedback.queries.waves import wave_by_slug
from feedback.services.events import NewEvent, add_events

ACTOR = "demonstration"


def add_programme() -> None:
    """Add the events of the coming weeks that are not there yet; a second time adds nothing."""
    wards = current_place().wards()
    for number, entry in enumerate(read_content("programme.yaml")["events"]):
        named = next((ward for ward in wards if ward.code == entry.get("ward")), wards[number % len(wards)])
        _add(f"programme/{number}", entry, named, today())


def _add(key: str, entry: Mapping[str, Any], ward: Ward, day: date) -> None:
    first, *others = (wave_by_slug(slug) for slug in entry["surveys"])
    starts_at = datetime.combine(day + timedelta(days=entry["ahead"]), time(entry["at"]), tzinfo=LONDON)
    event = NewEvent(
        id=uuid5(NAMESPACE, f"event/{key}"),
        code=short_code(f"event/{key}"),
        kind=entry["kind"],
        title=entry["title"].format(ward=ward.name),
        place=entry["place"],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=entry["hours"]),
        ward_code=ward.code,
        lead_partner=entry["partner"],
        target=entry["target"],
        created_by=ACTOR,
    )
    add_events(first, [event], others, officers=field_staff())
