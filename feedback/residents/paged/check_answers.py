"""The end of a paged survey: check the answers, send them."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.queries.help_topics import support_beside
from feedback.residents import blueprint
from feedback.residents.paged.drafts import Journey, the_journey
from feedback.residents.paged.steps import number_of
from feedback.residents.posted_form import PostedForm, nothing_answered
from feedback.residents.receipts import receipt_page
from feedback.services.answers.bot_signals import Busy
from feedback.services.answers.submission import submit_response
from feedback.staff.access import everyone

FIRST_CHANGE_LINK = "change"  # id of the first "Change" on the page, where an error about all answers leads


@blueprint.get("/s/<survey>/check")
@everyone
def check(survey: str) -> ResponseReturnValue:
    return _check_page(the_journey(survey), {})


@blueprint.post("/s/<survey>/check")
@everyone
def send_checked(survey: str) -> ResponseReturnValue:
    journey = the_journey(survey)
    if journey.last_route({}):
        return redirect(url_for("residents.last", survey=survey), 303)
    sheet = PostedForm(answers=journey.answers)
    nothing_answered(sheet, FIRST_CHANGE_LINK)
    if sheet.errors:
        return _check_page(journey, sheet.errors)
    try:
        receipt = submit_response(
            journey.visit.submission(journey.form_id, journey.answers, journey.opened), journey.draft
        )
    except Busy as busy:
        return _check_page(journey, {FIRST_CHANGE_LINK: str(busy)})
    return receipt_page(journey.visit, receipt)


def _back(journey: Journey) -> str:
    if not journey.route:  # a shared device, and all questions come last
        return url_for("residents.begin", survey=journey.survey)
    return url_for("residents.page", survey=journey.survey, number=number_of(journey.asked, journey.route[-1]))


def _check_page(journey: Journey, errors: Mapping[str, str]) -> ResponseReturnValue:
    route = journey.route
    rendered = render_template(
        "residents/check.html",
        wave=journey.visit.wave,
        asked=journey.asked,
        answers=journey.answers,
        route=[(number_of(journey.asked, page), page) for page in route],
        errors=errors,
        back=_back(journey),
        **support_beside(journey.survey, route),
        last=url_for("residents.last", survey=journey.survey) if journey.last_route({}) else "",
    )
    return rendered, 422 if errors else 200
