"""Keying sheets in, for the first or the second time: a serial, then the numbers in the order of the sheet."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import DataRequired

from feedback.errors import Refusal
from feedback.models import PaperBatch, PaperSheet
from feedback.officers import blueprint
from feedback.queries.paper import batch_by_code, counts, waiting
from feedback.services.paper import keying
from feedback.services.paper.keying import FIRST, SECOND, Saved, form_of, words_of
from feedback.services.paper.serials import shown
from feedback.staff.access import actor, staff
from feedback.staff.forms import ConfirmForm, StaffForm
from forms.paper import Keyed, PaperForm, in_words, read_keyed

FLAG = "flag"  # the box by which staff ask for a reviewer; it stays ticked while the sheet is changed
PREFIX = "k."  # of the names of fields, so that no question can be called like a part of the form


@dataclass(frozen=True)
class FieldFault:
    """What is wrong with one field, as the frame of staff pages lists it."""

    id: str
    errors: list[str]


class SerialForm(StaffForm):
    serial = StringField(
        "Serial number",
        [DataRequired("Enter the serial number that is printed on the sheet")],
        description="Type it or scan its code, then press Enter. For example, K7M-223H",
    )


@blueprint.route("/paper/<code>/key", methods=["GET", "POST"])
@staff("officer", "administrator")
def key_paper(code: str) -> ResponseReturnValue:
    return _ask_serial(batch_by_code(code), FIRST)


@blueprint.route("/paper/<code>/again", methods=["GET", "POST"])
@staff("officer", "administrator")
def key_paper_again(code: str) -> ResponseReturnValue:
    return _ask_serial(batch_by_code(code), SECOND)


@blueprint.route("/paper/<code>/key/<serial>", methods=["GET", "POST"])
@staff("officer", "administrator")
def key_sheet(code: str, serial: str) -> ResponseReturnValue:
    return _key(batch_by_code(code), serial, FIRST)


@blueprint.route("/paper/<code>/again/<serial>", methods=["GET", "POST"])
@staff("officer", "administrator")
def key_sheet_again(code: str, serial: str) -> ResponseReturnValue:
    return _key(batch_by_code(code), serial, SECOND)


def typed_in(form: PaperForm, prefix: str = PREFIX) -> dict[str, str]:
    """Return what was typed into each field of the posted form."""
    return {found.id: request.form.get(prefix + found.id, "") for found in form.fields}


def faults_of(keyed: Keyed, prefix: str = PREFIX) -> list[FieldFault]:
    """Return the faults of a keying, in the order of the sheet."""
    return [FieldFault(prefix + key, [sentence]) for key, sentence in keyed.errors.items()]


def _ask_serial(batch: PaperBatch, turn: int) -> ResponseReturnValue:
    form = SerialForm()
    if form.validate_on_submit():
        try:
            sheet = keying.sheet_to_key(batch, form.serial.data or "", turn=turn, actor=actor())
        except Refusal as refusal:
            form.refuse("serial", refusal)
        else:
            return redirect(_address(batch, turn, sheet.serial), 303)
    left = waiting(batch, "waiting") if turn == SECOND else []
    found = counts([batch])[batch.code]
    return render_template("officers/paper/serial.html", form=form, batch=batch, turn=turn, left=left, counts=found)


def _key(batch: PaperBatch, serial: str, turn: int) -> ResponseReturnValue:
    sheet = keying.sheet_to_key(batch, serial, turn=turn, actor=actor())
    form, typed = form_of(batch), {}
    keyed = Keyed({}, {})
    if ConfirmForm().validate_on_submit():
        typed = typed_in(form)
        keyed = read_keyed(form, typed)
        if not keyed.errors and "save" in request.form:
            return _save(batch, sheet, keyed, turn)
        if not keyed.errors and "change" not in request.form:
            return _page("check", batch, sheet, turn, form, keyed)
    return _page("key", batch, sheet, turn, form, keyed, typed)


def _page(
    name: str,
    batch: PaperBatch,
    sheet: PaperSheet,
    turn: int,
    form: PaperForm,
    keyed: Keyed,
    typed: dict[str, str] | None = None,
) -> str:
    return render_template(
        f"officers/paper/{name}.html",
        batch=batch,
        sheet=sheet,
        turn=turn,
        paper=form,
        keyed=keyed,
        typed=keyed.typed or typed or {},
        form=faults_of(keyed),
        prefix=PREFIX,
        in_words=in_words,
        flag=FLAG if turn == FIRST and words_of(form, keyed) else "",
        flagged=FLAG in request.form,
    )


def _save(batch: PaperBatch, sheet: PaperSheet, keyed: Keyed, turn: int) -> ResponseReturnValue:
    if turn == FIRST:
        saved = keying.save_first(batch, sheet.serial, keyed, actor=actor(), flagged=FLAG in request.form)
    else:
        saved = keying.save_second(batch, sheet.serial, keyed, actor=actor())
    flash(f"Sheet {shown(sheet.serial)} has been saved. {_what_now(saved)}".strip())
    return redirect(_address(batch, turn), 303)


def _what_now(saved: Saved) -> str:
    if saved.comparison is not None:
        differing, compared = len(saved.comparison.differing), saved.comparison.compared
        if not differing:
            return f"Both keyings agree in all {compared} fields."
        return f"{differing} of {compared} fields differ from the first keying. Somebody must settle which is right."
    if saved.outcome == "conflict":
        return "It was keyed before with different answers. The first ones count; an administrator decides about these."
    if saved.chosen:
        return "It was chosen to be keyed a second time by somebody else: put it on the pile for second keying."
    return ""


def _address(batch: PaperBatch, turn: int, serial: str = "") -> str:
    first = turn == FIRST
    if serial:
        return url_for(".key_sheet" if first else ".key_sheet_again", code=batch.code, serial=serial)
    return url_for(".key_paper" if first else ".key_paper_again", code=batch.code)
