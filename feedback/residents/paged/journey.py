"""A survey page by page: begin, answer, go back, change. What is not sent yet is in an encrypted draft."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback.queries.help_topics import support_beside
from feedback.queries.postcodes import postcodes_known
from feedback.residents import blueprint
from feedback.residents.paged.drafts import INTERRUPTION, Journey, begin_journey, find_journey, the_journey, with_cookie
from feedback.residents.paged.steps import after, before, first_unseen, number_of, page_by_number, step
from feedback.residents.posted_form import PostedForm, read_pages
from feedback.residents.survey_request import check_open, open_survey, posted_form
from feedback.staff.access import everyone
from forms import Page


@blueprint.get("/s/<survey>/start")
@everyone
def begin(survey: str) -> ResponseReturnValue:
    visit, journey = open_survey(survey), find_journey(survey)
    return render_template(
        "residents/begin.html",
        visit=visit,
        wave=visit.wave,
        asked=visit.asked,
        resume=next_address(journey) if journey else "",
        lost="lost" in request.args,
        touches_harm=any(page.harm for page in visit.asked.pages),
        later=visit.asked.only_sent,
    )


@blueprint.post("/s/<survey>/start")
@everyone
def begin_now(survey: str) -> ResponseReturnValue:
    visit = posted_form(survey)
    check_open(visit.wave)
    journey = begin_journey(visit, shared="shared" in request.form)
    return with_cookie(redirect(next_address(journey), 303), journey)


@blueprint.get("/s/<survey>/<int:number>")
@everyone
def page(survey: str, number: int) -> ResponseReturnValue:
    journey = the_journey(survey)
    return _question_page(journey, page_by_number(journey.asked, number), PostedForm(raw=journey.given))


@blueprint.post("/s/<survey>/<int:number>")
@everyone
def answer(survey: str, number: int) -> ResponseReturnValue:
    journey = the_journey(survey)
    answered = page_by_number(journey.asked, number)
    sheet = read_pages([answered], journey.answers)
    if "later" in request.form:  # what is wrong or not confirmed yet can be put right when they come back
        journey.with_answers(answered, sheet.answers, passed=False)
        return redirect(url_for("residents.later", survey=survey), 303)
    if not sheet.settled:
        return _question_page(journey, answered, sheet)
    return redirect(_onward(journey.with_answers(answered, sheet.answers), answered), 303)


def _question_page(journey: Journey, asked_page: Page, sheet: PostedForm) -> ResponseReturnValue:
    place = step(journey.route, asked_page)
    if place is None:  # an address typed by hand, or a page that a changed answer leads past
        return redirect(next_address(journey), 303)
    rendered = render_template(
        "residents/question_page.html",
        wave=journey.visit.wave,
        asked=journey.asked,
        step=place,
        questions=asked_page.shown(journey.answers),
        sheet=sheet,
        lookup=postcodes_known(),
        errors=sheet.errors,
        back=_back(journey, asked_page),
        **support_beside(journey.survey, [asked_page]),
        keepable=not journey.shared,
    )
    return rendered, 422 if sheet.errors else 200


def next_address(journey: Journey) -> str:
    """Return where this journey goes on: the first page not seen yet, else the check of the answers."""
    return _address(journey, first_unseen(journey.route, journey.seen))


@blueprint.route("/s/<survey>/before", methods=["GET", "POST"])
@everyone
def before_harm(survey: str) -> ResponseReturnValue:
    """Explain the way out before the first page that needs it; the questions after it can be skipped together."""
    journey = the_journey(survey)
    if request.method == "POST":
        harm = [page.id for page in journey.asked.pages if page.harm] if "skip" in request.form else []
        journey = journey.passing([INTERRUPTION, *harm])
        early_done = journey.shared and first_unseen(journey.route, journey.seen) is None
        return redirect(url_for("residents.last", survey=survey) if early_done else next_address(journey), 303)
    back = _address(journey, journey.route[0]) if journey.route else url_for("residents.begin", survey=survey)
    return render_template(
        "residents/before.html",
        wave=journey.visit.wave,
        asked=journey.asked,
        shared=journey.shared,
        back=back,
        harm=True,
    )


def _onward(journey: Journey, answered: Page) -> str:
    """After a page: the next one; after a change from the check, only the pages that it brought into the route."""
    if "change" in request.args:
        unseen = first_unseen(journey.route, journey.seen)
        return _address(journey, unseen, change=1) if unseen else _address(journey, None)
    return _address(journey, after(journey.asked, journey.route, answered))


def _back(journey: Journey, current: Page) -> str:
    if "change" in request.args:
        return _address(journey, None)
    earlier = before(journey.asked, journey.route, current)
    return _address(journey, earlier) if earlier else url_for("residents.begin", survey=journey.survey)


def _address(journey: Journey, asked_page: Page | None, *, change: int | None = None) -> str:
    """The address of a page; of the check of the answers when there is no page."""
    if asked_page is None:
        return url_for("residents.check", survey=journey.survey)
    if asked_page.harm and INTERRUPTION not in journey.seen:
        return url_for("residents.before_harm", survey=journey.survey)
    number = number_of(journey.asked, asked_page)
    return url_for("residents.page", survey=journey.survey, number=number, change=change)
