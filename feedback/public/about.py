"""Privacy, cookies, accessibility, help and staying safe online."""

from __future__ import annotations

from datetime import date

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from feedback.places import current_place
from feedback.places.keeping import Period
from feedback.public import blueprint
from feedback.queries.help_topics import shown_help_lines
from feedback.queries.questionnaires import special_category_questions
from feedback.services.retention import signed
from feedback.staff.access import everyone
from feedback.translation.languages import language

STATEMENT_PREPARED_ON = date(2026, 11, 21)


@blueprint.get("/privacy")
@everyone
def privacy() -> ResponseReturnValue:
    kept = {period.code: in_words(period) for period in current_place().retention}
    special = special_category_questions(language().code)
    return render_template("public/privacy.html", kept=kept, signed=signed(), special=special)


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


def in_words(period: Period) -> str:
    """Return how long something is kept, in the language of the page: "2 years", "18 months", "30 days"."""
    if period.days:
        return str(ngettext("%(num)d day", "%(num)d days", period.days))
    if period.months % 12:
        return str(ngettext("%(num)d month", "%(num)d months", period.months))
    return str(ngettext("%(num)d year", "%(num)d years", period.months // 12))
