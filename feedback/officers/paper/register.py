"""The paper register: batches of sheets, made, seen, changed and signed off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired, NumberRange

from feedback.clock import today
from feedback.errors import Refusal
from feedback.models import PaperBatch, Wave
from feedback.officers import blueprint
from feedback.officers.paper.printing import parts_of
from feedback.places import current_place
from feedback.queries import paper as reading
from feedback.queries.questionnaires import languages_of
from feedback.queries.waves import waves
from feedback.services.paper import batches as writing
from feedback.services.paper.batches import LONGEST_GRACE, MOST_SHEETS, NewBatch
from feedback.services.paper.serials import shown
from feedback.staff.access import actor, staff
from feedback.staff.forms import ConfirmForm, RadioChoice, StaffForm, WholeNumberField, options

SIZES = {"ordinary": "Standard print", "large": "Large print"}
SIZE_HINTS = {"ordinary": "11 point", "large": "18 point or larger, on more pages"}
SHEETS_SENTENCE = f"The number of sheets must be a whole number between 1 and {MOST_SHEETS}"
SHARE_SENTENCE = "The share must be a whole number between 0 and 100"
GRACE_SENTENCE = f"The number of days must be a whole number between 0 and {LONGEST_GRACE}"
SHARE_HINT = "Keying some sheets twice shows how many errors are made. They are chosen at random."
SHEETS_SHOWN = 50  # on one page of the register
GRACE_HINT = "Sheets keyed after the last day of the survey count on its last day."


class KeyingForm(StaffForm):
    second_share = WholeNumberField(
        "What percentage of the sheets should be keyed twice?",
        [InputRequired(SHARE_SENTENCE), NumberRange(0, 100, SHARE_SENTENCE)],
        description=SHARE_HINT,
        wrong=SHARE_SENTENCE,
        default=10,
    )
    grace_days = WholeNumberField(
        "For how many days after the last day can sheets still be keyed?",
        [InputRequired(GRACE_SENTENCE), NumberRange(0, LONGEST_GRACE, GRACE_SENTENCE)],
        description=GRACE_HINT,
        wrong=GRACE_SENTENCE,
        default=14,
    )


class BatchForm(KeyingForm):
    wave = RadioChoice("Survey", wrong="Select a survey")
    language = RadioChoice("Language", wrong="Select a language", default="en")
    size = RadioChoice(
        "Size of print", choices=options(SIZES, SIZE_HINTS), wrong="Select a size of print", default="ordinary"
    )
    sheets = WholeNumberField(
        "How many sheets?",
        [InputRequired(SHEETS_SENTENCE), NumberRange(1, MOST_SHEETS, SHEETS_SENTENCE)],
        description=f"Up to {MOST_SHEETS}",
        wrong=SHEETS_SENTENCE,
    )

    def wanted(self, found: Sequence[Wave]) -> NewBatch:
        """Return the batch that this form describes; `found`: the waves it offered."""
        return NewBatch(
            wave=next(wave for wave in found if wave.slug == self.wave.data),
            sheets=self.sheets.data or 0,
            language=self.language.data,
            large_print=self.size.data == "large",
            second_share=self.second_share.data or 0,
            grace_days=self.grace_days.data or 0,
        )


blueprint.add_app_template_filter(shown, "shown_serial")


@blueprint.app_template_global()
def language_names() -> dict[str, str]:
    """Return the English names of the place's languages by code."""
    return {language.code: language.name for language in current_place().languages}


@blueprint.get("/paper")
@staff("officer", "administrator")
def paper() -> ResponseReturnValue:
    found = reading.batches()
    return render_template(
        "officers/paper/register.html", batches=found, counts=reading.counts(found), last_day=reading.last_day_to_key
    )


@blueprint.route("/paper/make", methods=["GET", "POST"])
@staff("officer", "administrator")
def make_paper() -> ResponseReturnValue:
    found, form = waves_to_print(), BatchForm()
    form.wave.choices = options({wave.slug: wave.title for wave in found})
    form.language.choices = options(_languages(found))
    if form.validate_on_submit():
        try:
            batch = writing.make_batch(form.wanted(found), actor=actor())
        except Refusal as refusal:
            form.refuse("language", refusal)
        else:
            return _done(batch, f"Batch {batch.code} has been made. Print its sheets now.")
    return render_template("officers/paper/make.html", form=form)


@blueprint.get("/paper/<code>")
@staff("officer", "administrator")
def paper_batch(code: str) -> ResponseReturnValue:
    batch = reading.batch_by_code(code)
    return render_template(
        "officers/paper/batch.html",
        batch=batch,
        counts=reading.counts([batch])[batch.code],
        check=reading.keying_check_of(batch),
        last_day=reading.last_day_to_key(batch),
        parts=parts_of(batch),
        **_listed(batch),
    )


@blueprint.route("/paper/<code>/change", methods=["GET", "POST"])
@staff("officer", "administrator")
def change_paper(code: str) -> ResponseReturnValue:
    batch = reading.batch_by_code(code)
    form = KeyingForm(obj=batch)
    if form.validate_on_submit():
        changed = {"second_share": form.second_share.data or 0, "grace_days": form.grace_days.data or 0}
        writing.change_batch(batch, **changed, actor=actor())
        return _done(batch, f"Batch {batch.code} has been changed.")
    return render_template("officers/paper/change.html", form=form, batch=batch)


@blueprint.route("/paper/<code>/sign-off", methods=["GET", "POST"])
@staff("officer", "administrator")
def sign_off_paper(code: str) -> ResponseReturnValue:
    batch = reading.batch_by_code(code)
    form = ConfirmForm(about=batch)
    if form.validate_on_submit():
        writing.sign_off(batch, actor=actor())
        return _done(batch, f"Batch {batch.code} has been signed off.")
    left = reading.counts([batch])[batch.code].states["printed"]
    return render_template("officers/paper/sign_off.html", form=form, batch=batch, left=left)


def waves_to_print() -> list[Wave]:
    """Return the waves that sheets can be made for: open or to come, and not published."""
    return [wave for wave in waves() if wave.state(today()) != "closed" and wave.frozen_at is None]


def _languages(found: Sequence[Wave]) -> dict[str, str]:
    spoken = {language.code: language.name for wave in found for language in languages_of(wave.questionnaire)}
    return spoken or {"en": "English"}


def _listed(batch: PaperBatch) -> dict[str, Any]:
    """Return the sheets in a state that was asked for, a page at a time; all states unless one is named."""
    state, page = request.args.get("state", ""), max(1, request.args.get("page", 1, type=int))
    found = [sheet for sheet in reading.sheets(batch) if not state or state in (sheet.state, sheet.checking)]
    first = (page - 1) * SHEETS_SHOWN
    return {
        "sheets": found[first : first + SHEETS_SHOWN],
        "state": state,
        "page": page,
        "pages": max(1, -(-len(found) // SHEETS_SHOWN)),
    }


def _done(batch: PaperBatch, sentence: str) -> Response:
    flash(sentence)
    return redirect(url_for(".paper_batch", code=batch.code), 303)
