"""Place packs: everything particular to one partnership, as reviewed YAML and CSV."""

from __future__ import annotations

from flask import current_app

from feedback.places.loading import load_place
from feedback.places.pack import PlacePack
from feedback.places.pack_files import PlaceError
from feedback.places.records import Baseline, Language, Merge, Overlap, PackHelpLine, PopulationMargin, Ward, WardTile

__all__ = [
    "Baseline",
    "PackHelpLine",
    "Language",
    "PopulationMargin",
    "Merge",
    "Overlap",
    "PlaceError",
    "PlacePack",
    "WardTile",
    "Ward",
    "current_place",
    "load_place",
]


def current_place() -> PlacePack:
    """Return the place pack that the app's settings name, read once for each app."""
    place = current_app.extensions.get("place")
    if place is None:
        place = current_app.extensions["place"] = load_place(current_app.config["SETTINGS"].place)
    assert isinstance(place, PlacePack)  # noqa: S101 - for the type checker
    return place
