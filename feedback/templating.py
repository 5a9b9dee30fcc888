"""What every template can use: built assets, the place, the settings, dates in plain words."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, url_for
from flask_babel import format_date, gettext, ngettext

from feedback.clock import LONDON
from feedback.translation.languages import language, language_links, language_missed, unknown_language
from feedback.translation.wording import place_here


class AssetsMissing(RuntimeError):
    """The style sheets and scripts have not been built; the text says how to build them."""


def register(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.add_template_global(asset)
    app.add_template_filter(plain_date)
    app.add_template_filter(duration)
    app.context_processor(_frame)


def asset(name: str) -> str:
    """Return the address of a built file, which changes whenever its content does.

    Raises:
        AssetsMissing: nothing has been built, or `name` is not among what was.

    """
    files = manifest(str(current_app.static_folder))
    if name not in files:
        raise AssetsMissing(f"{name} is not among the built assets. Run `node build.mjs`.")
    return url_for("static", filename=files[name])


@cache
def manifest(folder: str) -> dict[str, str]:
    """Return the built files by the name that templates use; empty when nothing has been built."""
    path = Path(folder) / "manifest.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}


def plain_date(value: date | datetime) -> str:
    """Return a day as "21 November 2026", in Europe/London and in the language of the page."""
    day = value.astimezone(LONDON).date() if isinstance(value, datetime) else value
    return str(format_date(day, "long"))


def duration(minutes: float) -> str:
    """Return how long a survey takes: "Takes about 90 seconds", "Takes about 8 minutes"."""
    if 1 < minutes < 2:
        return str(gettext("Takes about %(seconds)d seconds", seconds=round(minutes * 60)))
    return str(ngettext("Takes about %(num)d minute", "Takes about %(num)d minutes", max(1, round(minutes))))


def _frame() -> dict[str, Any]:
    return {
        "language": language(),
        "language_links": language_links(),
        "language_missed": language_missed(),
        "unknown_language": unknown_language(),
        "place": place_here(),
        "settings": current_app.config["SETTINGS"],
    }
