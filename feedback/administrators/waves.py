"""Waves: the fielding periods of surveys."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from feedback.access import staff
from feedback.administrators import blueprint
from feedback.queries import waves as reading


@blueprint.get("/waves")
@staff("administrator")
def waves() -> ResponseReturnValue:
    return render_template("administrators/waves.html", waves=reading.waves())
