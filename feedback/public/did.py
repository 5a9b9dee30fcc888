"""You said, we did: what happened about what people said, for everybody, by ward, and as a poster."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from feedback.access import everyone
from feedback.errors import NotFound
from feedback.models import Action
from feedback.places import current_place
from feedback.places.records import Ward
from feedback.public import blueprint
from feedback.queries.actions import by_theme, published_actions, themes

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


def _ledger(ward: Ward | None) -> ResponseReturnValue:
    found = published_actions(ward.code if ward else "")
    return render_template(
        "public/did.html",
        ward=ward,
        wards=current_place().wards(),
        groups=by_theme(found),
        themes=themes(),
        where=where,
        demo=current_app.config["SETTINGS"].is_demo,
    )


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
