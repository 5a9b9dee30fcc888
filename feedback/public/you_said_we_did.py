"""You said, we did: what happened about what people said, for everybody, by ward, and as a poster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import segno
from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from feedback.errors import NotFound
from feedback.models import Action, Event, Release
from feedback.places import current_place
from feedback.places.records import Ward
from feedback.public import blueprint
from feedback.public.results.release_document import ReleaseDocument, percent
from feedback.queries.actions import by_theme, published_actions, themes
from feedback.queries.releases import document_of, published
from feedback.queries.waves import event_by_code
from feedback.staff.access import everyone

ON_A_POSTER = 5


@dataclass(frozen=True)
class Square:
    """A QR code as SVG needs it: its size in modules, and a path that draws the dark ones."""

    size: int
    path: str


@blueprint.get("/you-said")
@everyone
def did() -> ResponseReturnValue:
    return _ledger(None)


@blueprint.get("/you-said/<ward>")
@everyone
def did_in_ward(ward: str) -> ResponseReturnValue:
    return _ledger(_ward(ward))


@blueprint.get("/you-said/event/<code>")
@everyone
def did_at_event(code: str) -> ResponseReturnValue:
    event = event_by_code(code)
    return _ledger(current_place().ward(event.ward_code) if event.ward_code else None, event)


@blueprint.get("/you-said/<ward>/poster")
@everyone
def did_poster(ward: str) -> ResponseReturnValue:
    found = _ward(ward)
    site = current_app.config["SETTINGS"].site_url
    address = f"{site}{url_for('.did_in_ward', ward=found.code)}" if site else ""
    return render_template(
        "public/did_poster.html",
        ward=found,
        actions=published_actions(found.code)[:ON_A_POSTER],
        themes=themes(),
        where=where,
        address=address,
        square=square_of(address) if address else None,
    )


def _ledger(ward: Ward | None, event: Event | None = None) -> ResponseReturnValue:
    groups = by_theme(published_actions(ward.code if ward else ""))
    return render_template(
        "public/did.html",
        ward=ward,
        event=event,
        wards=current_place().wards(),
        groups=groups,
        said={theme: told for theme in groups if (told := what_was_said(theme, ward.code if ward else ""))},
        themes=themes(),
        where=where,
        demo=current_app.config["SETTINGS"].is_demo,
    )


class PublishedTheme(NamedTuple):
    """How many chose a theme, as published: `percent` in words, `of` whom, and the release it stands in."""

    percent: str
    of: str
    release: Release


def what_was_said(theme: str, ward: str = "") -> PublishedTheme | None:
    """Return how many chose a theme among their priorities: of a ward where that is published, else of all.

    It is taken from the newest release that has the figure; None where no release has it.
    """
    for release in published():
        findings = ReleaseDocument(document_of(release))
        chosen = findings.indicators.get(f"priority.{theme}")
        in_ward = findings.figure(chosen, "ward", ward) if chosen and ward else None
        for figure, name in ((in_ward, ward), (findings.figure(chosen) if chosen else None, "")):
            if figure and isinstance(figure["percent"], (int, float)):
                of = findings.dimensions["ward"][name] if name else findings.facts["place"]
                return PublishedTheme(percent(figure["percent"]), of, release)
    return None


def _ward(code: str) -> Ward:
    place = current_place()
    if not place.has_ward(code):
        raise NotFound(gettext("There is no such ward. Choose one from the list of all wards."))
    return place.ward(code)


def where(action: Action) -> str:
    """Return where an action is meant, in words."""
    place = current_place()
    return ", ".join(place.ward_name(code) for code in action.wards) or str(
        gettext("The whole of %(place)s", place=place.name)
    )


def square_of(text: str) -> Square:
    """Return `text` as a QR code with a quiet zone of four modules."""
    rows = [bytes(row) for row in segno.make(text, error="m").matrix_iter(border=4)]
    runs = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark]
    return Square(len(rows), "".join(runs))
