"""Leaving at once: a link that needs no script, forgets what was not sent, and goes to a page nobody asks about."""

from __future__ import annotations

from functools import partial

from flask import Flask, current_app, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from feedback.places import current_place
from feedback.queries.questionnaires import surveys
from feedback.residents import blueprint
from feedback.residents.paged.drafts import COOKIE, without_cookie
from feedback.services.answers.drafts import discard_draft
from feedback.staff.access import everyone


@blueprint.get("/s/<survey>/exit")
@everyone
def leave(survey: str) -> ResponseReturnValue:
    """Leave a survey: the cookies, which hold the only keys, go with the answer; its sealed draft is deleted too."""
    response, app = _away(), current_app._get_current_object()  # type: ignore[attr-defined]
    response.call_on_close(partial(_forget, app, request.cookies.get(COOKIE, "")))
    return _without_keys(without_cookie(response, survey))


def _forget(app: Flask, key: str) -> None:
    """Delete the sealed draft after the person is away: nobody waits for a busy database here."""
    try:
        with app.app_context():
            discard_draft(key)
    except Exception:  # without its key, which is gone with the cookie, the draft is unreadable and will expire
        app.logger.exception("a draft could not be deleted on exit")


@blueprint.get("/exit")
@everyone
def leave_all() -> ResponseReturnValue:
    """Leave from any other page, with the key of every survey."""
    return _without_keys(_away())


def _without_keys(response: Response) -> Response:
    """Forget the key of every survey: of another one that was begun here, nothing may open either."""
    try:
        for survey in surveys():
            without_cookie(response, survey)
    except Exception:  # whoever leaves is let go whatever the database does
        current_app.logger.exception("the other keys could not be found on exit")
    return response


def _away() -> Response:
    response = redirect(current_app.config["SETTINGS"].exit_url or current_place().exit_url, 303)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
