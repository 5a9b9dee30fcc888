"""The last pages on a shared device: what tells of harm or of the person travels in the form until it is all sent.

Nothing of them is in the draft, and no browser keeps the pages.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback.queries.help_topics import support_beside
from feedback.queries.postcodes import postcodes_known
from feedback.residents import blueprint
from feedback.residents.paged.check_answers import FIRST_CHANGE_LINK
from feedback.residents.paged.drafts import INTERRUPTION, Journey, the_journey, without_cookie
from feedback.residents.paged.steps import first_unseen, number_of, page_by_number, step
from feedback.residents.posted_form import PostedForm, nothing_answered, read_pages
from feedback.residents.receipts import receipt_page
from feedback.services.answers.bot_signals import Busy
from feedback.services.answers.submission import submit_response
from feedback.staff.access import everyone
from forms import Page

LONGEST = 50_000  # characters of what one form carries on; all answers to the last pages together have far fewer


@dataclass(frozen=True)
class Carried:
    """Answers to the last pages so far, as the form carries them, and which of those pages were passed."""

    journey: Journey
    answers: Mapping[str, Any] = field(default_factory=dict)
    passed: tuple[str, ...] = ()

    @property
    def route(self) -> tuple[Page, ...]:
        return self.journey.last_route(self.answers)

    @property
    def current(self) -> Page | None:
        """The next of the last pages, None when all have been passed."""
        return first_unseen(self.route, {*self.passed, *self.journey.seen})

    @property
    def as_text(self) -> str:
        return json.dumps({"answers": self.answers, "passed": self.passed}, separators=(",", ":"))

    def with_page(self, page: Page, answers: Mapping[str, Any]) -> Carried:
        here = {question.id for question in page.questions}
        others = {id: answer for id, answer in self.answers.items() if id not in here}
        return Carried(self.journey, {**others, **answers}, (*self.passed, page.id))


@blueprint.get("/s/<survey>/last")
@everyone
def last(survey: str) -> ResponseReturnValue:
    journey = the_journey(survey)
    carried = Carried(journey)
    if not carried.route:
        return redirect(url_for("residents.check", survey=survey), 303)
    if INTERRUPTION not in journey.seen and any(page.harm for page in carried.route):
        return redirect(url_for("residents.before_harm", survey=survey), 303)
    return _next(carried)


@blueprint.post("/s/<survey>/last")
@everyone
def answer_last(survey: str) -> ResponseReturnValue:
    journey = the_journey(survey)
    carried = read_carried(journey, request.form.get("so_far", ""))
    number = request.form.get("page", "")
    if not number.isdecimal():
        return _send(carried)
    page = page_by_number(journey.asked, int(number[:4]))
    if page not in carried.route:
        return _next(carried)
    sheet = read_pages([page], {**journey.answers, **carried.answers})
    if not sheet.settled:
        return _last_page(carried, page, sheet)
    return _next(carried.with_page(page, sheet.answers))


def read_carried(journey: Journey, text: str) -> Carried:
    """Return what a form carried on, checked like any answer; what cannot be read is not there."""
    try:
        content = json.loads(text if len(text) <= LONGEST else "")
        given, passed = content["answers"], content["passed"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return Carried(journey)
    if not isinstance(given, dict) or not isinstance(passed, list):
        return Carried(journey)
    late = {question.id for page in journey.asked.only_sent for question in page.questions}
    known = {id: answer for id, answer in given.items() if id in late}
    kept = journey.asked.clean({**journey.answers, **known}, strict=False)
    pages = tuple(page.id for page in journey.asked.only_sent if page.id in passed)
    return Carried(journey, {id: answer for id, answer in kept.items() if id in late}, pages)


def _next(carried: Carried) -> ResponseReturnValue:
    page = carried.current
    return _last_page(carried, page, PostedForm(raw=dict(carried.answers))) if page else _ready(carried, {})


def _last_page(carried: Carried, page: Page, sheet: PostedForm) -> ResponseReturnValue:
    journey = carried.journey
    rendered = render_template(
        "residents/last_page.html",
        wave=journey.visit.wave,
        asked=journey.asked,
        step=step(carried.route, page),
        number=number_of(journey.asked, page),
        questions=page.shown({**journey.answers, **carried.answers}),
        sheet=sheet,
        so_far=carried.as_text,
        lookup=postcodes_known(),
        errors=sheet.errors,
        **support_beside(journey.survey, [page]),
    )
    return rendered, 422 if sheet.errors else 200


def _ready(carried: Carried, errors: Mapping[str, str]) -> ResponseReturnValue:
    journey = carried.journey
    rendered = render_template(
        "residents/last_send.html",
        wave=journey.visit.wave,
        asked=journey.asked,
        so_far=carried.as_text,
        errors=errors,
        **support_beside(journey.survey, carried.route),
    )
    return rendered, 422 if errors else 200


def _send(carried: Carried) -> ResponseReturnValue:
    """Store everything at once; the key goes with the answer, so that the next person finds nothing of this one."""
    journey, survey = carried.journey, carried.journey.survey
    answers = {**journey.answers, **carried.answers}
    sheet = PostedForm(answers=answers)
    nothing_answered(sheet, FIRST_CHANGE_LINK)
    if sheet.errors:
        return _ready(carried, sheet.errors)
    try:
        receipt = submit_response(journey.visit.submission(journey.form_id, answers, journey.opened), journey.draft)
    except Busy as busy:
        return _ready(carried, {FIRST_CHANGE_LINK: str(busy)})
    return without_cookie(make_response(receipt_page(journey.visit, receipt)), survey)
