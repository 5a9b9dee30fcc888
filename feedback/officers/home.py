"""The events of open waves, with the link and code that residents use."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from feedback.access import staff
from feedback.officers import blueprint
from feedback.queries.waves import open_waves


@blueprint.get("/")
@staff("officer", "administrator")
def home() -> ResponseReturnValue:
    return render_template("officers/home.html", waves=open_waves())
