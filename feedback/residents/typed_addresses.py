"""Public addresses as people type, dictate, paste and print them lead on to the page that was meant.

Only where nothing answers: an address that has a page is never touched. What an address leads on to is made from the
table of addresses of this service, so it never leads anywhere else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from flask import Response, current_app, redirect, request, url_for
from werkzeug.routing import IntegerConverter, Rule

from feedback.errors import NotFound
from feedback.event_kinds import AROUND, folded_code
from feedback.places import current_place
from feedback.queries.questionnaires import surveys
from feedback.queries.waves import event_by_code, waves
from feedback.residents import blueprint

ROOMS = frozenset({"residents", "public", "tablet", "staff", "security"})
LONGEST = 400  # characters of an address that is looked at
SLASHES = re.compile(r"[\\/\u2044\u2215\u29f8]")
KEPT = ("e", "wave", "lang")  # what a query may say; everything else goes no further
CODES = frozenset({"event", "did_at_event"})


@blueprint.after_app_request
def lead_on(answer: Response) -> Response:
    """Lead on from an address that nothing answers at, if it can be read as one that something does."""
    if answer.status_code != 404 or request.method not in {"GET", "HEAD"} or len(request.path) > LONGEST:
        return answer
    meant = meant_by(request.path, request.args.items())
    if meant is None or _is_here(meant):
        return answer
    return redirect(meant, 302)  # type: ignore[return-value]


def _is_here(meant: str) -> bool:
    to = urlsplit(meant)
    wave = dict(parse_qsl(to.query)).get("wave")
    return unquote(to.path) == request.path and wave in (None, request.args.get("wave"))


def meant_by(path: str, query: Iterable[tuple[str, str]] = ()) -> str | None:
    """Return the address of this service that somebody meant who typed `path`; None where it can be none."""
    typed, _mark, more = _plain(path).partition("?")
    said = {name.casefold(): value for name, value in (*query, *parse_qsl(more))}
    pieces = SLASHES.split(typed)
    if ".." in pieces:  # nobody types that who means a page
        return None
    parts = _without_host([part for piece in pieces if (part := piece.strip(AROUND))])
    asked: dict[str, Any] = {name: said[name] for name in KEPT if said.get(name)}
    if "wave" in asked:
        asked["wave"] = _like(asked["wave"], (wave.slug for wave in waves())) or asked["wave"]
    for rule in _rules():
        values = _values(rule, parts)
        if values is not None:
            return url_for(
                rule.endpoint, **values, **{name: text for name, text in asked.items() if name not in values}
            )
    return _by_name("".join(parts)) if len(parts) == 1 else None


def _plain(path: str) -> str:
    """The address without what was encoded twice, what nobody sees, and forms of letters that mean the same."""
    for _ in range(3):
        path = unquote(path)
    usual = unicodedata.normalize("NFKC", path[:LONGEST])
    seen = (sign for sign in usual if unicodedata.category(sign) not in {"Cc", "Cf", "Cs"})
    return "".join(seen)


def _without_host(parts: list[str]) -> list[str]:
    """The parts without a scheme and our own name before them: a whole address was pasted behind another."""
    ours = {request.host, current_app.config["SETTINGS"].site_url.partition("://")[2].partition("/")[0]}
    names = {name.partition(":")[0].casefold().removeprefix("www.") for name in ours if name}
    if parts and parts[0].casefold() in {"http", "https"}:
        parts = parts[1:]
    named = parts and parts[0].partition(":")[0].casefold().removeprefix("www.") in names
    return parts[1:] if named else parts


def _rules() -> Iterator[Rule]:
    """The addresses that residents and staff type, those without anything to fill in first."""
    rules = sorted(current_app.url_map.iter_rules(), key=lambda rule: (len(rule.arguments), rule.rule))
    for rule in rules:
        if rule.endpoint.partition(".")[0] in ROOMS and "GET" in (rule.methods or ()):
            yield rule


def _values(rule: Rule, parts: list[str]) -> dict[str, Any] | None:
    """What `parts` say of a rule: each word that stands in it, and a value that can be for each blank."""
    wanted = [part for part in rule.rule.split("/") if part]
    if len(wanted) != len(parts):
        return None
    values: dict[str, Any] = {}
    for word, part in zip(wanted, parts, strict=True):
        if not word.startswith("<"):
            if _folded(word) != _folded(part):
                return None
            continue
        name = word.strip("<>").rpartition(":")[2]
        value = _value(rule, name, part)
        if value is None:
            return None
        values[name] = value
    return values


def _value(rule: Rule, name: str, part: str) -> Any:
    if isinstance(rule._converters.get(name), IntegerConverter):
        return int(part) if part.isascii() and part.isdigit() else None
    known = KNOWN.get(name)
    if name == "code" and rule.endpoint.rpartition(".")[2] in CODES:
        return _event_code(part)
    return part if known is None else _like(part, known())


KNOWN: dict[str, Callable[[], Iterable[str]]] = {
    "survey": surveys,
    "slug": lambda: [wave.slug for wave in waves()],
    "ward": lambda: [ward.code for ward in current_place().wards()],
    "code": lambda: [ward.code for ward in current_place().wards()],
}


def _by_name(word: str) -> str | None:
    """The page that one word names by itself: a survey, or the code of an event, with or without its first letter."""
    for start in (0, 1):
        rest = word[start:].strip(AROUND)
        if start and word[0].casefold() not in "es":
            return None
        if survey := _like(rest, surveys()):
            return url_for("residents.survey", survey=survey)
        if len(rest) > 3 and (code := _event_code(rest)):
            return url_for("residents.event", code=code)
    return None


def _event_code(typed: str) -> str | None:
    try:
        return event_by_code(typed).code
    except NotFound:
        return None


def _like(typed: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `typed` looks like; None where that is none, or more than one."""
    found = [name for name in known if _folded(name) == _folded(typed)]
    return found[0] if len(found) == 1 else None


def _folded(text: str) -> str:
    return folded_code("".join(sign for sign in text.upper() if sign.isalnum()))
