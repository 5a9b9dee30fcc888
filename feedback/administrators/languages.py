"""The languages residents can choose, who checked them, and what they lack."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from feedback.administrators import blueprint
from feedback.queries.languages import language_reports
from feedback.staff.access import staff


@blueprint.get("/languages")
@staff("administrator")
def languages() -> ResponseReturnValue:
    return render_template("administrators/languages.html", reports=language_reports())
