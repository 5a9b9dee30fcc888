"""The words of our own pages, of the place and of its help lines in the language of the page."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask
from flask_babel import Domain
from markupsafe import Markup

from feedback.config import ROOT
from feedback.extensions import babel
from feedback.places import Language, PlacePack, current_place
from feedback.places.support import WRITTEN_IN
from feedback.places.translations import PLACE_WORDS, place_catalogue
from feedback.translation.languages import language

CATALOGUES = ROOT / "feedback" / "translations"


def register(app: Flask) -> None:
    app.extensions["babel"].locale_selector = locale
    babel.domain_instance = Interface()
    app.add_template_filter(said)


def locale_of(spoken: Language) -> Locale:
    """How dates and numbers are written; English ones as in Britain."""
    return Locale.parse("en-GB" if spoken.tag == WRITTEN_IN else spoken.tag, sep="-")


def locale() -> Locale:
    """The locale of the page."""
    return locale_of(language())


def interface_path(code: str) -> Path:
    """Where the words of our pages are in a language such as `zh-Hans`."""
    return CATALOGUES / code.replace("-", "_") / "LC_MESSAGES" / "messages.po"


class Interface(Domain):  # type: ignore[misc]
    """The words of our own pages: `feedback/translations`, read as they are written, so that nothing goes stale."""

    def get_translations(self) -> NullTranslations:
        return _interface(language().code)


@cache
def _interface(code: str) -> NullTranslations:
    path = interface_path(code)
    if not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return Translations(compiled)


def said(english_text: str) -> str:
    """A text of the place or a help line in the language of the page; where it has none, marked as English."""
    spoken = language()
    if spoken.code == WRITTEN_IN or not english_text:
        return english_text
    found = place_catalogue(current_place(), spoken.code).get(english_text)
    if found and found != english_text:
        return found
    return (
        english_text if spoken.tag == WRITTEN_IN else Markup('<span lang="en" dir="ltr">{}</span>').format(english_text)
    )


def place_here() -> PlacePack:
    """Our place with its name and those of its partners in the language of the page."""
    place, spoken = current_place(), language()
    catalogue = {} if spoken.code == WRITTEN_IN else place_catalogue(place, spoken.code)
    words = {word: catalogue.get(getattr(place, word), getattr(place, word)) for word in PLACE_WORDS}
    return replace(place, **words) if catalogue else place
