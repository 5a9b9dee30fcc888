"""The start page: what is open, for whom, and how long it takes."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from feedback.access import everyone
from feedback.queries.questionnaires import asked
from feedback.queries.waves import open_waves
from feedback.residents import blueprint


@blueprint.get("/")
@everyone
def start() -> ResponseReturnValue:
    newest = {wave.survey: wave for wave in reversed(open_waves())}  # of two open waves of a survey, the newer is asked
    surveys = [(wave, asked(wave.questionnaire)) for wave in newest.values()]
    return render_template("residents/start.html", surveys=sorted(surveys, key=lambda pair: pair[1].minutes))
