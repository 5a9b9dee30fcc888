"""The list of events: what is on today first, found by words, kind, ward, month, partner and state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback.event_kinds import KINDS
from feedback.models import Event
from feedback.officers import blueprint
from feedback.officers.addresses import short_link
from feedback.places import current_place
from feedback.queries import events as reading
from feedback.queries.events import STATES, Filter, Found
from feedback.small_counts import shown_count, smallest_shown
from feedback.staff.access import staff
from feedback.staff.forms import options
from feedback.typed_text import one_line

MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
NO_WARD = "none"


@dataclass(frozen=True)
class Card:
    """An event as officers see it; `count` as it may be shown."""

    event: Event
    ward: str
    link: str
    count: str
    state: str


@dataclass(frozen=True)
class PageLink:
    number: int
    href: str
    current: bool


@blueprint.get("/")
@staff("officer", "administrator")
def home() -> ResponseReturnValue:
    choices = _choices()
    wanted = _wanted(choices)
    found = reading.find_events(wanted)
    return render_template(
        "officers/home.html",
        cards=_cards(found),
        found=found,
        wanted=wanted,
        narrowed=any(getattr(wanted, name) for name in choices),
        choices={name: options(labels) for name, labels in choices.items()},
        states=STATES,
        pages=_pages(found, wanted),
        before=_page_link(found, wanted, -1),
        after=_page_link(found, wanted, 1),
        waves=reading.waves_to_ask(),
        smallest=smallest_shown(),
    )


def _choices() -> dict[str, dict[str, str]]:
    """What each filter offers, code to words; nothing else is looked for."""
    wards = {ward.code: ward.name for ward in current_place().wards()}
    return {
        "state": STATES,
        "kind": KINDS,
        "ward": {**wards, NO_WARD: "No single ward"},
        "month": {f"{month:%Y-%m}": f"{month:%B %Y}" for month in reading.months()},
        "partner": {partner: partner for partner in reading.partners()},
    }


def _wanted(choices: Mapping[str, Mapping[str, str]]) -> Filter:
    given = {name: request.args.get(name, "") for name in choices}
    offered = {name: value for name, value in given.items() if value in choices[name]}
    page = request.args.get("page", "1")
    words = one_line(request.args.get("words"))[: reading.LONGEST_SEARCH]
    return Filter(words=words, page=int(page) if re.fullmatch(r"[0-9]{1,6}", page) else 1, **offered)


def _cards(found: Found) -> list[Card]:
    counts, place = reading.received_by_event(found.events), current_place()
    return [
        Card(
            event,
            place.ward_name(event.ward_code) if event.ward_code else "No single ward",
            short_link(event),
            shown_count(counts.get(event.id, 0)),
            reading.event_state(event),
        )
        for event in found.events
    ]


def _pages(found: Found, wanted: Filter) -> list[PageLink]:
    """The pages around this one, the first and the last."""
    near = {1, found.pages, *range(found.page - 2, found.page + 3)}
    numbers = sorted(number for number in near if 1 <= number <= found.pages)
    return [
        PageLink(number, _address(wanted, number), number == found.page)
        for number in (numbers if found.pages > 1 else ())
    ]


def _page_link(found: Found, wanted: Filter, step: int) -> str:
    """The address of the page before or after this one; empty at the ends."""
    number = found.page + step
    return _address(wanted, number) if 1 <= number <= found.pages else ""


def _address(wanted: Filter, number: int) -> str:
    kept = {name: value for name, value in asdict(wanted).items() if value and name != "page"}
    return url_for(".home", page=number, **kept)
