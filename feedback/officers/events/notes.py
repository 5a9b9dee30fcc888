"""Officers' notes about an event."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.errors import Refusal
from feedback.officers import blueprint
from feedback.officers.events.note_form import NoteForm
from feedback.officers.events.page import event_view
from feedback.queries.events import event_with_roster, note_of
from feedback.queries.waves import event_by_code
from feedback.services.events import add_note, remove_note
from feedback.staff.access import actor, staff
from feedback.staff.forms import ConfirmForm


@blueprint.post("/events/<code>/notes")
@staff("officer", "administrator")
def write_note(code: str) -> ResponseReturnValue:
    event, form = event_with_roster(code), NoteForm()
    if form.validate_on_submit():
        try:
            add_note(event, form.text.data or "", author=actor())
        except Refusal as refusal:
            form.refuse("text", refusal)
            return event_view(event, form)
        flash("The note has been saved.")
    return redirect(url_for(".event", code=event.code), 303)


@blueprint.route("/events/<code>/notes/<int:id>/remove", methods=["GET", "POST"])
@staff("officer", "administrator")
def remove(code: str, id: int) -> ResponseReturnValue:
    event = event_by_code(code)
    note = note_of(event, id)
    form = ConfirmForm(about=note)
    if form.validate_on_submit():
        remove_note(note, actor=actor())
        flash("The note has been removed.")
        return redirect(url_for(".event", code=event.code), 303)
    return render_template("officers/remove_note.html", form=form, event=event, note=note)
