"""The short link of an event, as it stands on a poster: in any case, because a QR code is smaller in capitals."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from feedback.clock import today
from feedback.errors import NotFound
from feedback.models import Event
from feedback.queries.waves import event_by_code
from feedback.residents import blueprint
from feedback.residents.start import listed, open_surveys
from feedback.staff.access import everyone
from feedback.templating import plain_date

NOT_FOUND, GONE = 404, 410


@blueprint.get("/e/<code>")
@blueprint.get("/E/<code>")
@everyone
def event(code: str) -> ResponseReturnValue:
    """Lead straight to the one survey that is asked at the event, or let people choose; say why neither is possible."""
    try:
        found = event_by_code(code)
    except NotFound:
        return _instead(gettext("We do not know this code"), gettext("Check the code on the poster."), NOT_FOUND)
    if found.cancelled_at:
        return _instead(gettext("This event does not take place"), gettext("It was cancelled."), GONE)
    asked_now = [wave for wave in found.waves if wave.is_open(today())]
    if not asked_now:
        return _instead(*_closed(found), GONE)
    if len(asked_now) == 1:
        return redirect(url_for("residents.survey", survey=asked_now[0].survey, e=found.code))
    return render_template("residents/event.html", event=found, surveys=listed(asked_now))


def _closed(event: Event) -> tuple[str, str]:
    """Heading and sentence for an event none of whose surveys takes answers today."""
    coming = [wave.opens_on for wave in event.waves if wave.state(today()) == "coming"]
    if coming:
        day = plain_date(min(coming))
        return gettext("This survey is not open yet"), gettext("It opens on %(day)s.", day=day)
    day = plain_date(max(wave.closes_on for wave in event.waves))
    closed_on = gettext("It closed on %(day)s. Thank you for wanting to answer.", day=day)
    return gettext("This survey is closed"), closed_on


def _instead(heading: str, sentence: str, status: int) -> ResponseReturnValue:
    """A page that says why, with the surveys that can be answered instead."""
    shown = render_template("residents/no_event.html", heading=heading, sentence=sentence, surveys=open_surveys())
    return shown, status
