"""Settling what two people keyed differently from one sheet, question by question."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback.models import PaperBatch
from feedback.officers import blueprint
from feedback.officers.paper.keying import FieldFault
from feedback.queries.paper import batch_by_code
from feedback.queries.safeguarding import held_words
from feedback.services.paper import keying
from feedback.services.paper.serials import read_serial, shown
from feedback.staff.access import actor, staff
from feedback.staff.forms import ConfirmForm
from forms.paper import Field, Keyed, in_words, read_one

SOURCES = ("first", "second", "other")
NAME, OTHER = "r.", "o."  # of the choice for a field, and of what is typed instead


@dataclass(frozen=True)
class Open:
    """A field on which two keyings differ: what each says, and what was chosen on this page so far."""

    field: Field
    first: str
    second: str
    chosen: str
    typed: str


@blueprint.route("/paper/<code>/settle/<serial>", methods=["GET", "POST"])
@staff("officer", "administrator")
def settle_paper(code: str, serial: str) -> ResponseReturnValue:
    batch = batch_by_code(code)
    pair, comparison = keying.differences(batch, serial)
    faults: list[FieldFault] = []
    if ConfirmForm().validate_on_submit():
        right, faults = _chosen(comparison.differing, pair)
        if not faults:
            return _settled(batch, read_serial(serial), right)
    found = [_open(field, pair) for field in comparison.differing]
    return render_template(
        "officers/paper/settle.html", batch=batch, serial=read_serial(serial), found=found, form=faults
    )


def _settled(batch: PaperBatch, serial: str, right: dict[str, Keyed]) -> ResponseReturnValue:
    stored = keying.settle(batch, serial, right, actor=actor())
    flash(
        f"Sheet {shown(serial)} has been settled."
        + ("" if stored else " Its answers are no longer here, so nothing was stored.")
    )
    return redirect(url_for(".paper_batch", code=batch.code, state="differs", _anchor="sheets"), 303)


def _chosen(differing: tuple[Field, ...], pair: tuple[Keyed, Keyed]) -> tuple[dict[str, Keyed], list[FieldFault]]:
    """Return the keying to take for each field, and what is still missing or wrong."""
    sources = dict(zip(SOURCES, pair, strict=False))
    right: dict[str, Keyed] = {}
    faults: list[FieldFault] = []
    for field in differing:
        choice = request.form.get(NAME + field.id, "")
        if choice in sources:
            right[field.id] = sources[choice]
        elif choice == "other":
            typed = read_one(field, request.form.get(OTHER + field.id, ""))
            right[field.id] = typed
            faults += [FieldFault(OTHER + field.id, [typed.errors[field.id]])] if field.id in typed.errors else []
        else:
            faults.append(FieldFault(NAME + field.id, [f"Choose what the sheet says at question {field.number}."]))
    return right, faults


def _open(field: Field, pair: tuple[Keyed, Keyed]) -> Open:
    first, second = (_shown(field, keyed) for keyed in pair)
    return Open(field, first, second, request.form.get(NAME + field.id, ""), request.form.get(OTHER + field.id, ""))


def _shown(field: Field, keyed: Keyed) -> str:
    """What a keying says; who settles has the sheet, and words for reviewers alone stay off the page."""
    if keying.screening_terms(field, keyed):
        return held_words()[0]
    return in_words(field, keyed) or "Nothing"
