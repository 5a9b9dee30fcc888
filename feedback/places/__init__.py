"""Place packs: everything particular to one partnership, as reviewed YAML and CSV."""

from __future__ import annotations

from flask import current_app

from feedback.places.loading import load_place
from feedback.places.pack import PlacePack
from feedback.places.pack_files import PlaceError
from feedback.places.records import Baseline, Language, Merge, Overlap, PackHelpLine, PopulationMargin, Ward, WardTile

FALLBACK, FAULT = "kept_place", "place_fault"  # of the app's extensions: what finds the copy, and what is wrong

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
    "FALLBACK",
    "current_place",
    "place_fault",
    "load_place",
]


def current_place() -> PlacePack:
    """Return the place pack that the app's settings name, read once for each app.

    Where it has a fault, it is the copy that was kept of it (`services/kept_pack.py`), and `place_fault` says so.

    Raises:
        PlaceError: it has a fault and there is no copy.

    """
    place = current_app.extensions.get("place")
    if place is None:
        place = current_app.extensions["place"] = _read_place()
    assert isinstance(place, PlacePack)  # noqa: S101 - for the type checker
    return place


def place_fault() -> str:
    """Return what is wrong with the place pack, and what the service goes on with; empty where nothing is."""
    current_place()
    return str(current_app.extensions.get(FAULT, ""))


def _read_place() -> PlacePack:
    try:
        return load_place(current_app.config["SETTINGS"].place)
    except PlaceError as fault:
        if FALLBACK not in current_app.extensions:
            raise
        place, told = current_app.extensions[FALLBACK](fault)
        current_app.extensions[FAULT] = told
        current_app.logger.error(told)
        assert isinstance(place, PlacePack)  # noqa: S101 - for the type checker
        return place
