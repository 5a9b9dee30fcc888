"""A place's own words and its help lines in other languages: `translations/LANGUAGE.po` in its folder."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from feedback.places.pack import PlacePack
from forms.catalogues import catalogue_path, list_texts, read_texts

PLACE_WORDS = ("name", "partnership", "council", "police")
LINE_WORDS = ("name", "about", "hours")


def place_texts(place: PlacePack) -> dict[str, list[str]]:
    """Every text of the pack that residents read: text -> where it stands. Wards keep their names in every language."""
    found: dict[str, list[str]] = {}
    for text, where in _texts(place):
        if text:
            found.setdefault(text, []).append(where)
    return found


def _texts(place: PlacePack) -> Iterator[tuple[str, str]]:
    for word in PLACE_WORDS:
        yield getattr(place, word), f"place.yaml:{word}"
    yield from ((text, "place.yaml:lists") for text in list_texts(place.lists))
    for line in place.help_lines:
        for word in LINE_WORDS:
            yield getattr(line, word), f"help_lines.yaml:{line.code}.{word}"


def place_catalogue(place: PlacePack, language: str) -> dict[str, str]:
    """English text -> translation, for the texts of this pack that have one; read once."""
    return _read(catalogue_path(language, place.folder / "translations"))


@cache
def _read(path: Path) -> dict[str, str]:
    return read_texts(path)
