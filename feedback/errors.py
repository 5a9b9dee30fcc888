"""Errors that carry the sentence a person will read, and the pages that show them."""

from __future__ import annotations

from typing import NamedTuple

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_security import current_user
from flask_wtf.csrf import CSRFError
from gunicorn.http.errors import ParseException
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import BadHost, HTTPException

from feedback.extensions import db
from feedback.same_site import NotFromHere
from feedback.typed_text import one_line, seen_lines


class Refusal(Exception):
    """Something was asked for that cannot be done. `str(refusal)` is a whole sentence for the person who asked."""

    status = 400


class NotFound(Refusal):
    status = 404


class Closed(Refusal):
    """The survey or event is not open."""

    status = 410


class Unavailable(Refusal):
    """What was asked for cannot be done until somebody mends the service."""

    status = 503


class ErrorWords(NamedTuple):
    """Heading and text of an error page."""

    heading: str
    text: str


PAGES = {
    400: ErrorWords(
        lazy_gettext("Something was wrong with that request"),
        lazy_gettext("Go back, reload the page and try again."),
    ),
    403: ErrorWords(
        lazy_gettext("You cannot open this page"),
        lazy_gettext("Your account does not have the role that this page needs. Ask an administrator."),
    ),
    404: ErrorWords(
        lazy_gettext("Page not found"),
        lazy_gettext("If you typed the web address, check that it is correct."),
    ),
    405: ErrorWords(
        lazy_gettext("This page cannot be used in that way"),
        lazy_gettext("Go back to the start and try again."),
    ),
    410: ErrorWords(
        lazy_gettext("This is closed"),
        lazy_gettext("It is no longer taking answers."),
    ),
    413: ErrorWords(
        lazy_gettext("That is too much to send"),
        lazy_gettext("Nothing was saved. Go back, make your answers shorter and send them again."),
    ),
    500: ErrorWords(
        lazy_gettext("Sorry, something went wrong"),
        lazy_gettext("Try again in a few minutes. If you were sending answers, send them again: they count once."),
    ),
}
FOR_CLIENTS = {
    400: "The request cannot be read. Nothing was changed. Send it again.",
    404: "There is nothing at this address. /api/v1/openapi.json lists what there is.",
    405: "This address cannot be used in that way. /api/v1/openapi.json says how.",
    413: "That is too much to send at once: at most 1 MB. Nothing was changed.",
}
STAFF_ROOMS = frozenset({"officers", "analysts", "administrators", "reviewers"})
UNTYPED = frozenset({"csrf_token", "opened"})
EXPIRED_FORM = lazy_gettext("The form was open for too long. Go back, reload the page and try again.")


def register(app: Flask) -> None:
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(NoResultFound, _absent)
    app.register_error_handler(StaleDataError, _overtaken)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(ParseException, _garbled)
    app.register_error_handler(500, _broken)


def _refused(refusal: Refusal) -> ResponseReturnValue:
    db.session.rollback()
    return error_page(refusal.status, str(refusal))


def _absent(_fault: NoResultFound) -> ResponseReturnValue:
    return error_page(404)


def _overtaken(_fault: StaleDataError) -> ResponseReturnValue:
    """What was to be changed was deleted at the same moment."""
    db.session.rollback()
    return error_page(409, "Somebody else changed or deleted this at the same moment. Nothing was saved.")


def _http(fault: HTTPException) -> ResponseReturnValue:
    if fault.code is None or fault.code < 400:
        return fault  # a redirect that was raised
    if isinstance(fault, BadHost):  # no address can be made without a host, and so no page
        return str(gettext("This address has no name that can be read.")), 400, {"Content-Type": "text/plain"}
    page, status = error_page(fault.code, _why_unsafe(fault) if isinstance(fault, CSRFError) else "")
    kept = [(name, value) for name, value in fault.get_headers() if name in {"Allow", "Retry-After"}]
    return page, status, kept


def _why_unsafe(fault: CSRFError) -> str:
    return str(fault.description if isinstance(fault, NotFromHere) else EXPIRED_FORM)


def _garbled(_fault: ParseException) -> ResponseReturnValue:
    """A body that was sent in pieces, and broken ones: gunicorn says so when it is read. Nothing was done yet."""
    return error_page(400)


TRY_LATER = lazy_gettext("Sorry, something went wrong. Try again in a few minutes.")


def _broken(_fault: BaseException) -> ResponseReturnValue:
    """Show that something broke, never what; fall back to bare words when even the page cannot be made."""
    try:
        db.session.rollback()
        return error_page(500)
    except Exception:
        current_app.logger.exception("the error page itself could not be made")
        return str(TRY_LATER), 500, {"Content-Type": "text/plain"}


def is_for_clients() -> bool:
    """Whether the request is for the machines' room, which answers in JSON whatever happens."""
    return request.path.startswith("/api/")


def error_page(status: int, sentence: str = "") -> tuple[str | Response, int]:
    """Return the page for `status` with `sentence` in place of the usual text, and the status."""
    words = PAGES.get(status) or PAGES[500 if status >= 500 else 400]
    if is_for_clients():
        return jsonify(error=sentence or FOR_CLIENTS.get(status) or str(words.text)), status
    shown = {"heading": words.heading, "text": sentence or words.text, "typed": _typed_by_staff()}
    return render_template("errors/page.html", **shown), status


def _typed_by_staff() -> list[tuple[str, str]]:
    """What a form of the staff area held that leads to an error page: nobody types it twice. Residents' pages keep
    nothing: somebody may look at the screen next.
    """
    if request.method != "POST" or request.blueprint not in STAFF_ROOMS or not current_user.is_authenticated:
        return []
    read = vars(request._get_current_object())  # type: ignore[attr-defined] # a body that was not read yet is left alone
    said = read["form"].items(multi=True) if "form" in read else ()
    named = ((one_line(name).replace("_", " ").capitalize(), name, seen_lines(text)) for name, text in said)
    return [(label, text) for label, name, text in named if text.strip() and name not in UNTYPED]
