"""A survey on one page: open it, answer, send, done. Nothing is kept before it is sent, and there is no cookie."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask import make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.models.types import utc_now
from feedback.queries.postcodes import postcodes_known
from feedback.residents import blueprint
from feedback.residents.posted_form import PostedForm, nothing_answered, read_pages
from feedback.residents.receipts import receipt_page
from feedback.residents.survey_request import (
    SurveyRequest,
    UnknownForm,
    arriving_again,
    link_given,
    open_survey,
    opened_as_posted,
    opened_at,
    posted_form,
    response_id,
)
from feedback.services.answers.bot_signals import Busy
from feedback.services.answers.opened_forms import seal_opened
from feedback.services.answers.submission import AnswerRefused, submit_response
from feedback.staff.access import everyone


@blueprint.get("/s/<survey>")
@everyone
def survey(survey: str) -> ResponseReturnValue:
    visit = open_survey(survey)
    if visit.asked.layout == "paged":
        return redirect(url_for(".begin", survey=survey, **link_given()))
    form_id = uuid4()
    page = make_response(_form(visit, PostedForm(), form_id, seal_opened(form_id, utc_now())))
    # Back after sending must show this very form with its own number, or the same answers would count twice. A visit
    # by link or address asks the server first and gets a form of its own; the tag only lets browsers keep the page,
    # and the answers go to another address, because browsers forget the page of an address that was posted to.
    page.headers["Cache-Control"] = "private, no-cache"
    page.set_etag(form_id.hex)
    return page


@blueprint.get("/s/<survey>/send")
@everyone
def unsent(survey: str) -> ResponseReturnValue:
    """Where the address of a form with mistakes leads when it is opened anew."""
    return redirect(url_for(".survey", survey=survey, **link_given()))


@blueprint.post("/s/<survey>")
@blueprint.post("/s/<survey>/send")
@everyone
def send(survey: str) -> ResponseReturnValue:
    try:
        visit, form_id = posted_form(survey), response_id()
    except UnknownForm as unknown:
        return _made_anew(survey, str(unknown))
    sheet = read_pages(visit.asked.pages, {})
    nothing_answered(sheet, visit.asked.questions[0].html_id())
    if sheet.settled:
        try:
            receipt = submit_response(visit.submission(form_id, sheet.answers, opened_at(form_id)))
        except AnswerRefused as refused:  # what single pages cannot see
            sheet.errors.update(refused.errors)
        except Busy as busy:
            sheet.errors[visit.asked.questions[0].html_id()] = str(busy)
        else:
            return receipt_page(visit, receipt)
    return _form(visit, sheet, form_id, opened_as_posted())


def _made_anew(survey: str, sentence: str) -> ResponseReturnValue:
    """Show the form of today with the answers of one whose own fields make no sense, to be looked at and sent."""
    visit = arriving_again(survey)
    sheet = read_pages(visit.asked.pages, {})
    sheet.errors[visit.asked.questions[0].html_id()] = sentence
    form_id = uuid4()
    return _form(visit, sheet, form_id, seal_opened(form_id, utc_now()))


def _form(visit: SurveyRequest, sheet: PostedForm, form_id: UUID, opened: str) -> ResponseReturnValue:
    page = render_template(
        "residents/one_page.html",
        visit=visit,
        wave=visit.wave,
        asked=visit.asked,
        sheet=sheet,
        lookup=postcodes_known(),
        errors=sheet.errors,
        form_id=form_id,
        opened=opened,
    )
    return page, 422 if sheet.errors else 200
