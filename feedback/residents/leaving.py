"""Leaving at once: a link that needs no script, forgets what was not sent, and goes to a page nobody asks about."""

from __future__ import annotations

from flask import current_app, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from feedback.access import everyone
from feedback.queries.questionnaires import surveys
from feedback.residents import blueprint
from feedback.residents.drafts import COOKIE, without_cookie
from feedback.services.drafts import discard_draft


@blueprint.get("/s/<survey>/exit")
@everyone
def leave(survey: str) -> ResponseReturnValue:
    """Leave a survey: its cookie, which holds the only key, goes with the answer; the sealed draft is deleted too."""
    response = _away()
    try:
        discard_draft(request.cookies.get(COOKIE, ""))
    except Exception:  # whatever is wrong here, the person must get away; without its key the draft is unreadable
        current_app.logger.exception("a draft could not be deleted on exit")
    return without_cookie(response, survey)


@blueprint.get("/exit")
@everyone
def leave_all() -> ResponseReturnValue:
    """Leave from any other page, with the key of every survey."""
    response = _away()
    for survey in surveys():
        without_cookie(response, survey)
    return response


def _away() -> Response:
    response = redirect(current_app.config["SETTINGS"].exit_url, 303)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
