"""The waves, each with its page of results."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from feedback.access import staff
from feedback.analysts import blueprint
from feedback.queries.counts import received
from feedback.queries.waves import waves


@blueprint.get("/")
@staff("analyst", "administrator")
def home() -> ResponseReturnValue:
    return render_template("analysts/home.html", waves=[(wave, received(wave)) for wave in waves()])
