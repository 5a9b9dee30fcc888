"""Privacy, cookies, accessibility, help and staying safe online."""

from __future__ import annotations

from datetime import date

from flask import render_template
from flask.typing import ResponseReturnValue

from feedback.access import everyone
from feedback.public import blueprint
from feedback.residents.support import shown_help_lines

STATEMENT_PREPARED_ON = date(2026, 11, 21)


@blueprint.get("/privacy")
@everyone
def privacy() -> ResponseReturnValue:
    return render_template("public/privacy.html")


@blueprint.get("/cookies")
@everyone
def cookies() -> ResponseReturnValue:
    return render_template("public/cookies.html")


@blueprint.get("/accessibility")
@everyone
def accessibility() -> ResponseReturnValue:
    return render_template("public/accessibility.html", prepared_on=STATEMENT_PREPARED_ON)


@blueprint.get("/help", endpoint="help")
@everyone
def help_page() -> ResponseReturnValue:
    return render_template("public/help.html", help_lines=shown_help_lines())


@blueprint.get("/safety")
@everyone
def safety() -> ResponseReturnValue:
    return render_template("public/safety.html")
