"""Sheets that come back or are spoiled: serials typed or scanned, many at once."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from feedback.errors import Refusal
from feedback.officers import blueprint
from feedback.queries.paper import batch_by_code, sheet_by_serial
from feedback.services.paper import batches as writing
from feedback.services.paper.batches import LONGEST_REASON, Marked
from feedback.services.paper.serials import shown
from feedback.staff.access import actor, staff
from feedback.staff.forms import ConfirmForm, StaffForm

LONGEST_TYPED = 40_000
SERIALS = "Serial numbers"
SERIALS_HINT = "One on each line, such as K7M-223H. You can scan into this box."
NONE_TYPED = "Enter or scan at least one serial number"
TOO_MUCH = "Enter fewer serial numbers at a time"
REASON_SENTENCE = f"The reason must be {LONGEST_REASON} characters or fewer"


class ReturnForm(StaffForm):
    serials = TextAreaField(
        SERIALS,
        [DataRequired(NONE_TYPED), Length(max=LONGEST_TYPED, message=TOO_MUCH)],
        description=SERIALS_HINT,
    )


class VoidForm(ReturnForm):
    reason = StringField(
        "Why are they void?",
        [DataRequired("Enter why they are void"), Length(max=LONGEST_REASON, message=REASON_SENTENCE)],
        description="For example: spoiled by rain. Do not name anybody",
    )


@blueprint.route("/paper/returned", methods=["GET", "POST"])
@staff("officer", "administrator")
def return_paper() -> ResponseReturnValue:
    form, marked = ReturnForm(), Marked(0, {})
    if form.validate_on_submit():
        try:
            marked = writing.mark_returned(form.serials.data or "", actor=actor())
        except Refusal as refusal:
            form.refuse("serials", refusal)
        else:
            _report_marked(form, marked, "marked as returned")
            if not marked.refused:
                return redirect(url_for(".return_paper"), 303)
    return render_template("officers/paper/returned.html", form=form, marked=marked)


@blueprint.route("/paper/<code>/void", methods=["GET", "POST"])
@staff("officer", "administrator")
def void_paper(code: str) -> ResponseReturnValue:
    batch, marked = batch_by_code(code), Marked(0, {})
    form = VoidForm(about=batch)
    if form.validate_on_submit():
        try:
            marked = writing.void_sheets(batch, form.serials.data or "", form.reason.data or "", actor=actor())
        except Refusal as refusal:
            form.refuse("serials", refusal)
        else:
            _report_marked(form, marked, "marked as void")
            if not marked.refused:
                return redirect(url_for(".paper_batch", code=batch.code), 303)
    return render_template("officers/paper/void.html", form=form, batch=batch, marked=marked)


@blueprint.post("/paper/<code>/void/<serial>/undo")
@staff("officer", "administrator")
def undo_void_paper(code: str, serial: str) -> ResponseReturnValue:
    batch = batch_by_code(code)
    if ConfirmForm(about=sheet_by_serial(serial)).validate_on_submit():
        writing.undo_void(batch, serial, actor=actor())
        flash(f"Sheet {shown(serial)} is no longer void.")
    return redirect(url_for(".paper_batch", code=batch.code), 303)


def _report_marked(form: ReturnForm, marked: Marked, words: str) -> None:
    """Say how many were marked; leave in the box, with a sentence each, those that were not."""
    if marked.done:
        flash(f"{marked.done} {'sheet' if marked.done == 1 else 'sheets'} {words}.")
    if marked.refused:
        form.serials.data = "\n".join(marked.refused)
        many = len(marked.refused)
        form.serials.errors = [
            next(iter(marked.refused.values()))
            if many == 1
            else f"{many} serial numbers were not changed. See the reasons below, and correct them."
        ]
