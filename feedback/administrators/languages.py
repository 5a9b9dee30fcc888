"""The languages residents can choose, who checked them, and what they lack."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from feedback.access import staff
from feedback.administrators import blueprint
from feedback.queries.languages import language_reports


@blueprint.get("/languages")
@staff("administrator")
def languages() -> ResponseReturnValue:
    return render_template("administrators/languages.html", reports=language_reports())
