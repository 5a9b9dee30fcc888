"""The start page: what is open, for whom, and how long it takes."""

from __future__ import annotations

from collections.abc import Iterable

from flask import render_template
from flask.typing import ResponseReturnValue

from feedback.access import everyone
from feedback.languages import language
from feedback.models import Wave
from feedback.queries.questionnaires import asked_in
from feedback.queries.waves import open_waves
from feedback.residents import blueprint
from forms import Questionnaire as Asked

Listed = list[tuple[Wave, Asked]]


@blueprint.get("/")
@everyone
def start() -> ResponseReturnValue:
    return render_template("residents/start.html", surveys=open_surveys())


def open_surveys() -> Listed:
    """Return every survey that anybody may answer today, the shortest first; of two open waves of one, the newer."""
    return listed({wave.survey: wave for wave in reversed(open_waves())}.values())


def listed(waves: Iterable[Wave]) -> Listed:
    """Return these waves with what they ask, in the language of the page, the shortest first."""
    found = [(wave, asked_in(wave.questionnaire, language().code)) for wave in waves]
    return sorted(found, key=lambda pair: pair[1].minutes)
