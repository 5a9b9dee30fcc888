"""The start page: what is open, for whom, and how long it takes."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from feedback.access import everyone
from feedback.residents import blueprint


@blueprint.get("/")
@everyone
def start() -> ResponseReturnValue:
    return render_template("residents/start.html")
