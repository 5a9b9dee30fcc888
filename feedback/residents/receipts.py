"""After sending: where to go, and what the person reads there."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback.clock import today
from feedback.places import current_place
from feedback.queries.answers.receipts import answers_with, wave_of_receipt, where_answered
from feedback.queries.help_topics import lines_for, shown_help_lines, told_of_harm
from feedback.queries.questionnaires import questionnaire_of
from feedback.queries.safeguarding import concerns_with_receipt
from feedback.residents import blueprint
from feedback.residents.survey_request import SurveyRequest
from feedback.services.answers.receipts import code_hidden, open_receipt, seal_receipt
from feedback.services.answers.submission import CONFLICT, Receipt
from feedback.staff.access import everyone


def receipt_page(visit: SurveyRequest, receipt: Receipt) -> ResponseReturnValue:
    """Send the person on to their receipt; or say that this form had been sent before with other answers."""
    if receipt.outcome == CONFLICT:
        return render_template("residents/sent_before.html", wave=visit.wave), 409
    if not receipt.code:
        raise code_hidden()
    survey = (request.view_args or {})["survey"]  # not the wave's, which would have to be read anew
    return redirect(url_for("residents.done", survey=survey, receipt=seal_receipt(receipt.code)), 303)


@blueprint.get("/s/<survey>/done/<receipt>")
@everyone
def done(survey: str, receipt: str) -> ResponseReturnValue:
    """Show the receipt; a question page that is opened again leads here too, and then no line tells what was asked."""
    code = open_receipt(receipt)
    wave = wave_of_receipt(code)
    questions = questionnaire_of(wave.questionnaire)
    pages = questions.route(answers_with(code))
    lines = lines_for(wave.survey, pages) or (shown_help_lines() if concerns_with_receipt(code) else [])
    ward, event = where_answered(code)
    return render_template(
        "residents/done.html",
        receipt=code,
        wave=wave,
        closed=wave.state(today()) == "closed",
        help_lines=[] if "again" in request.args else lines,
        harm=bool(lines),
        told=told_of_harm(wave.survey, pages),
        compared=questions.weighted,  # a consultation and young people's answers are set beside no earlier survey
        ward=current_place().ward(ward) if current_place().has_ward(ward) else None,
        event=event,
    )
