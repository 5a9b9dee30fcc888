"""Privacy, cookies, accessibility, help and staying safe online."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from feedback.access import everyone
from feedback.public import blueprint


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
    return render_template("public/accessibility.html")


@blueprint.get("/help")
@everyone
def help() -> ResponseReturnValue:
    return render_template("public/help.html")


@blueprint.get("/safety")
@everyone
def safety() -> ResponseReturnValue:
    return render_template("public/safety.html")
