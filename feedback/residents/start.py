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
    newest: dict[str, object] = {}
    for wave in open_waves():  # newest first: where two waves of a survey are open, the newer one is asked
        newest.setdefault(wave.survey, (wave, asked(wave.questionnaire)))
    return render_template("residents/start.html", surveys=list(newest.values()))
