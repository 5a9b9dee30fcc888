"""What the demonstration is to hold: its waves and events, with dates that fit the day of loading."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from feedback.clock import LONDON
from feedback.demonstration.content import read_content
from feedback.event_kinds import LENGTH, SIGNS
from feedback.places import PlacePack, Ward

NAMESPACE = UUID("6f1f2c1e-5a1b-5f0e-9d0a-5afec17ffeed")  # of everything invented here
MONTH = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class EventPlan:
    """An event to be; `share` weighs how many answers it brings, `local` is the share of people from its ward.

    `ages`: who comes, where not everybody does.
    """

    id: UUID
    code: str
    kind: str
    title: str
    place: str
    partner: str
    ward: str
    starts_at: datetime
    ends_at: datetime
    share: float
    local: float
    ages: tuple[str, ...]
    channels: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class WavePlan:
    """A wave to be; its answers come within `answers_for_days` of its first day."""

    slug: str
    survey: str
    title: str
    opens_on: date
    closes_on: date
    answers_for_days: int
    people: int
    target: int
    seed: int
    channels: Mapping[str, float]
    method: str = "self_selected"
    events: tuple[EventPlan, ...] = ()


def wave_plans(place: PlacePack, today: date) -> tuple[WavePlan, ...]:
    """The waves of waves.yaml: all answers lie before `today`, and open waves stay open for months after it."""
    return tuple(_wave(entry, place, today) for entry in read_content("waves.yaml")["waves"])


def _wave(entry: Mapping[str, Any], place: PlacePack, today: date) -> WavePlan:
    span = timedelta(days=entry["answers_for_days"])
    opens_on = min(entry["opens_on"], today - span - timedelta(days=1))
    closes_on = entry.get("closes_on") or today + entry["closes_months_ahead"] * MONTH
    plain = ("slug", "survey", "title", "answers_for_days", "people", "target", "seed", "channels")
    events = _events(entry, place, opens_on) if "events" in entry else ()
    return WavePlan(
        **{key: entry[key] for key in plain},
        opens_on=opens_on,
        method=entry.get("method", "self_selected"),
        closes_on=max(closes_on, opens_on + span) if "closes_on" not in entry else closes_on,
        events=events,
    )


def _events(wave: Mapping[str, Any], place: PlacePack, opens_on: date) -> tuple[EventPlan, ...]:
    content = read_content(wave["events"])
    wards = place.wards()
    return tuple(
        _event(
            entry, content["kinds"][entry["kind"]], _ward(entry, wards, number), f"{wave['slug']}/{number}", opens_on
        )
        for number, entry in enumerate(content["events"])
    )


def _ward(entry: Mapping[str, Any], wards: Sequence[Ward], number: int) -> Ward:
    """The ward that the entry names; elsewhere, where that ward does not exist, the wards in turn."""
    named = next((ward for ward in wards if ward.code == entry.get("ward")), None)
    return named or wards[number % len(wards)]


def _event(entry: Mapping[str, Any], kind: Mapping[str, Any], ward: Ward, key: str, opens_on: date) -> EventPlan:
    day = opens_on + timedelta(days=entry["day"])
    starts_at = datetime.combine(day, time(entry["at"]), tzinfo=LONDON)
    return EventPlan(
        id=uuid5(NAMESPACE, f"event/{key}"),
        code=short_code(f"event/{key}"),
        kind=entry["kind"],
        title=entry["title"].format(ward=ward.name),
        place=entry["place"],
        partner=entry["partner"],
        ward=ward.code,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=entry["hours"]),
        share=entry["share"],
        local=kind["local"],
        ages=tuple(kind.get("ages", ())),
        channels=kind["channels"],
    )


def short_code(key: str) -> str:
    """A code that can be read out and typed, always the same for the same `key`."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    signs = ""
    while len(signs) < LENGTH:
        number, rest = divmod(number, len(SIGNS))
        signs += SIGNS[rest]
    return signs
