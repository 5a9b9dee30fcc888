"""The waves, each with its page of results."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from feedback.analysts import blueprint
from feedback.queries.answers.counts import received
from feedback.queries.releases import published
from feedback.queries.waves import waves
from feedback.staff.access import staff


@blueprint.get("/")
@staff("analyst", "administrator")
def home() -> ResponseReturnValue:
    found = [(wave, received(wave)) for wave in waves()]
    released = {release.wave_id: release for release in published()}
    return render_template("analysts/home.html", waves=found, released=released)
