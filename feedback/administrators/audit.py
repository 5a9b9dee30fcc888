"""Who did what, and when."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from feedback.administrators import blueprint
from feedback.queries.staff import audit_page
from feedback.staff.access import staff


@blueprint.get("/audit")
@staff("administrator")
def audit() -> ResponseReturnValue:
    number = request.args.get("page", 1, type=int)
    return render_template("administrators/audit.html", page=audit_page(number))
