"""Save and come back to the long survey, also on another device; and keep the answers while somebody thinks."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from feedback.errors import NotFound
from feedback.queries.waves import open_wave
from feedback.residents import blueprint
from feedback.residents.paged.drafts import journey_of_code, kept_for_later, the_journey, with_cookie
from feedback.residents.paged.journey import next_address
from feedback.services.answers.receipts import ReceiptHidden, open_receipt, seal_receipt
from feedback.staff.access import everyone
from feedback.typed_text import one_line

LONGEST_CODE = 60  # characters as typed


@blueprint.get("/s/<survey>/later")
@everyone
def later(survey: str) -> ResponseReturnValue:
    journey = the_journey(survey)
    _refuse_on_shared_device(journey.shared)
    return render_template("residents/later.html", wave=journey.visit.wave, back=next_address(journey))


@blueprint.post("/s/<survey>/later")
@everyone
def keep(survey: str) -> ResponseReturnValue:
    journey = the_journey(survey)
    _refuse_on_shared_device(journey.shared)
    code, moved = kept_for_later(journey)
    return with_cookie(redirect(url_for(".kept", survey=survey, token=seal_receipt(code)), 303), moved)


@blueprint.get("/s/<survey>/kept/<token>")
@everyone
def kept(survey: str, token: str) -> ResponseReturnValue:
    wave = open_wave(survey)
    try:
        code = open_receipt(token)
    except ReceiptHidden:
        raise ReceiptHidden(
            gettext("Your answers are kept. The page with the code is shown for about an hour only.")
        ) from None
    return render_template("residents/kept.html", wave=wave, code=code)


@blueprint.route("/s/<survey>/resume", methods=["GET", "POST"])
@everyone
def resume(survey: str) -> ResponseReturnValue:
    wave, code, errors = open_wave(survey), one_line(request.form.get("code"))[:LONGEST_CODE], {}
    if request.method == "POST":
        journey = None if _sent_by_another_site() else journey_of_code(code, survey)
        if journey is not None:
            journey = journey.on_shared_device() if "shared" in request.form else journey
            return with_cookie(redirect(next_address(journey), 303), journey)
        errors["code"] = (
            gettext("We cannot find answers with this code. Check every letter and number")
            if code
            else (gettext("Enter the code that you wrote down"))
        )
    page = render_template("residents/resume.html", wave=wave, code=code, errors=errors)
    return page, 422 if errors else 200


@blueprint.post("/s/<survey>/stay")
@everyone
def stay(survey: str) -> ResponseReturnValue:
    """Keep the answers for as long again, asked for by the script that warns before they expire."""
    the_journey(survey).stayed()
    return "", 204


def _sent_by_another_site() -> bool:
    """Whether a page of somebody else posted the code: they could let people answer into answers that they can open."""
    return request.headers.get("Sec-Fetch-Site") == "cross-site"


def _refuse_on_shared_device(shared: bool) -> None:
    if shared:
        raise NotFound(
            gettext("You said that other people use this device too, so we do not keep your answers for later.")
        )
