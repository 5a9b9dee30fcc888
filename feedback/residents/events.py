"""The short link of an event, as it stands on a poster: in any case, because a QR code is smaller in capitals."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from feedback.access import everyone
from feedback.queries.waves import event_by_code
from feedback.residents import blueprint
from feedback.residents.visits import check_open


@blueprint.get("/e/<code>")
@blueprint.get("/E/<code>")
@everyone
def event(code: str) -> ResponseReturnValue:
    found = event_by_code(code)
    check_open(found.wave)
    return redirect(url_for("residents.survey", survey=found.wave.survey, e=found.code))
