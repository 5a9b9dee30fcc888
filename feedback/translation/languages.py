"""Which language a page is in: what its link says, then what the browser asks for. No cookie remembers it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Flask, current_app, g, has_app_context, has_request_context, request
from flask_babel import refresh
from werkzeug.wrappers import Response

from feedback.places import Language, current_place
from feedback.places.support import WRITTEN_IN

ROOMS = frozenset({"residents", "public"})  # staff work in English
REGION_SCRIPTS = {"zh": "zh-Hans", "zh-cn": "zh-Hans", "zh-sg": "zh-Hans", "zh-tw": "zh-Hant", "zh-hk": "zh-Hant",
                  "zh-mo": "zh-Hant"}  # fmt: skip
LONGEST_CODE, MOST_WISHES = 35, 20  # what is longer or further down was not written by a browser


def register(app: Flask) -> None:
    app.url_defaults(_keep_language)
    app.after_request(_vary)


def english() -> Language:
    """The language that everything is written in."""
    known = {language.code: language for language in current_place().languages}
    return known.get(WRITTEN_IN) or Language(WRITTEN_IN, "English", "English", "ltr", None, "checked")


def languages_on() -> list[Language]:
    """The languages that residents can choose: English, those a person has checked and, outside real use, drafts."""
    states = {"checked"} if current_app.config["SETTINGS"].mode == "live" else {"checked", "draft"}
    others = [language for language in current_place().languages if language.code != WRITTEN_IN]
    return [english(), *(language for language in others if language.state in states)]


def language_called(code: str) -> Language | None:
    """The language that is on under this code, whatever its case and region; None when there is none."""
    wanted = code.strip()[:LONGEST_CODE].replace("_", "-").lower()
    on = {language.code.lower(): language for language in languages_on()}
    parts = wanted.split("-")
    for tried in ("-".join(parts[:length]) for length in range(len(parts), 0, -1)):
        found = on.get(tried) or on.get(REGION_SCRIPTS.get(tried, "").lower())
        if found:
            return found
    return None


def language() -> Language:
    """The language of the page that is being made: English for staff and outside a request."""
    if not has_app_context():
        return Language(WRITTEN_IN, "English", "English", "ltr", None, "checked")
    if "language" not in g:
        g.language = _wanted() if has_request_context() and _for_residents() else english()
    found: Language = g.language
    return found


def chosen() -> Language | None:
    """The language that the link names; None when it names none that is on."""
    if "chosen_language" not in g:
        g.chosen_language = language_called(request.args.get("lang", ""))
    found: Language | None = g.chosen_language
    return found


def unknown_language() -> bool:
    """Whether the link names a language that is not on: the page says so, beside those that are.

    A page that answers a posted form offers none, and says nothing of them.
    """
    return _may_choose() and "lang" in request.args and chosen() is None


def keep_to(codes: Collection[str]) -> None:
    """Make this page in English when its own language is not among `codes`, and offer those only."""
    g.languages_here = [language for language in languages_on() if language.code in codes]
    if language().code not in codes:
        g.language, g.language_missed = english(), language()
        refresh()


def languages_here() -> list[Language]:
    """The languages that the page can be read in."""
    here: list[Language] = g.get("languages_here") or languages_on()
    return here


def language_missed() -> Language | None:
    """The language that was asked for, when what is asked on this page is not in it."""
    missed: Language | None = g.get("language_missed")
    return missed


class LanguageLink(NamedTuple):
    """A link to this very page in another language."""

    language: Language
    address: str
    current: bool


def language_links() -> list[LanguageLink]:
    """The languages that this page can be read in, each with its address; none where there is no choice.

    A page that answers a posted form has none: following one would lose what the person has filled in.
    """
    if not _may_choose():
        return []
    here, current = languages_here(), language()
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    links = [LanguageLink(one, f"?{urlencode([*kept, ('lang', one.code)])}", one == current) for one in here]
    return links if len(links) > 1 else []


@contextmanager
def speaking(code: str) -> Iterator[Language]:
    """Make what follows in another language: paper and posters, which staff print from English pages.

    A language that is not on gives English.
    """
    before = g.get("language")
    g.language = language_called(code) or english()
    refresh()
    try:
        yield g.language
    finally:
        g.language = before or english()
        refresh()


def _may_choose() -> bool:
    return has_request_context() and _for_residents() and request.method in {"GET", "HEAD"}


def _for_residents() -> bool:
    """Pages of the public rooms, and the error page of an address that is nobody's."""
    return request.blueprint in ROOMS or request.endpoint is None


def _wanted() -> Language:
    asked = chosen()
    if asked:
        return asked
    wishes = islice(request.accept_languages.values(), MOST_WISHES)
    return next((found for wish in wishes if (found := language_called(wish))), english())


def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    """Put the language that was chosen by a link on every link of the page made from it."""
    if endpoint.partition(".")[0] in ROOMS and has_request_context() and _for_residents():
        asked = chosen()
        if asked:
            values.setdefault("lang", asked.code)


def _vary(response: Response) -> Response:
    if has_request_context() and request.blueprint in ROOMS:
        response.vary.add("Accept-Language")
    return response
