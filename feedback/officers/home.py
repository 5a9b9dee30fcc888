"""The events of open waves, with the link and code that residents use."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from feedback.access import staff
from feedback.clock import LONDON, today
from feedback.models import Event, Wave
from feedback.officers import blueprint
from feedback.places import current_place
from feedback.queries.events import received_by_event
from feedback.queries.waves import events, open_waves
from feedback.small_counts import shown_count


@dataclass(frozen=True)
class Card:
    """An event as officers see it; `count` as it may be shown, `when` today, coming or past."""

    event: Event
    ward: str
    link: str
    count: str
    when: str


@blueprint.get("/")
@staff("officer", "administrator")
def home() -> ResponseReturnValue:
    waves = [(wave, _cards(wave)) for wave in open_waves()]
    return render_template("officers/home.html", waves=waves)


def _cards(wave: Wave) -> list[Card]:
    """Return the events of a wave: those of today first, then the coming ones, then the past ones, latest first."""
    counts, site = (
        received_by_event(events(wave)),
        current_app.config["SETTINGS"].site_url or request.url_root.rstrip("/"),
    )
    cards = [
        Card(event, _ward(event), f"{site}/e/{event.code}", shown_count(counts.get(event.id, 0)), _when(event))
        for event in events(wave)
    ]
    today_first = [card for card in cards if card.when == "today"]
    coming = [card for card in cards if card.when == "coming"]
    return [*today_first, *coming, *(card for card in reversed(cards) if card.when == "past")]


def _ward(event: Event) -> str:
    return current_place().ward_name(event.ward_code) if event.ward_code else "No ward"


def _when(event: Event) -> str:
    day = today()
    first, last = event.starts_at.astimezone(LONDON).date(), event.ends_at.astimezone(LONDON).date()
    if last < day:
        return "past"
    return "coming" if first > day else "today"
