"""The start page: what is open, for whom, how long it takes, until when and in which languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from flask import render_template
from flask.typing import ResponseReturnValue

from feedback.models import Wave
from feedback.places import Language
from feedback.queries.questionnaires import languages_of, questionnaire_in
from feedback.queries.waves import open_waves
from feedback.residents import blueprint
from feedback.staff.access import everyone
from feedback.translation.languages import language
from forms import Questionnaire


class Listed(NamedTuple):
    """A survey that can be answered now, what it asks in the language of the page, and the languages it is in."""

    wave: Wave
    asked: Questionnaire
    languages: list[Language]


@blueprint.get("/")
@everyone
def start() -> ResponseReturnValue:
    return render_template("residents/start.html", surveys=open_surveys())


def open_surveys() -> list[Listed]:
    """Return every survey that anybody may answer today, the shortest first; of two open waves of one, the newer."""
    return listed({wave.survey: wave for wave in reversed(open_waves())}.values())


def listed(waves: Iterable[Wave]) -> list[Listed]:
    """Return these waves with what they ask, in the language of the page, the shortest first."""
    found = [
        Listed(wave, questionnaire_in(wave.questionnaire, language().code), languages_of(wave.questionnaire))
        for wave in waves
    ]
    return sorted(found, key=lambda survey: survey.asked.minutes)
