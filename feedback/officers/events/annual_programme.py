"""A year's programme from a CSV file: looked at first, then added."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from feedback.errors import Refusal
from feedback.officers import blueprint
from feedback.queries.events import waves_to_ask
from feedback.services.events.annual_programme import (
    LONGEST_FILE,
    AnnualProgramme,
    add_programme,
    programme_template,
    read_programme,
)
from feedback.staff.access import actor, staff
from feedback.staff.forms import StaffForm
from feedback.typed_text import seen_lines


class ProgrammeForm(StaffForm):
    text = TextAreaField("Or paste the rows here", description="Include the row of column names")

    def given(self) -> str:
        """Return the text of the file or, without one, what was pasted."""
        file = request.files.get("file")
        content = file.read(4 * LONGEST_FILE + 1) if file and file.filename else b""
        if not content:
            return self.text.data or ""
        try:
            return seen_lines(content.decode("utf-8-sig"))
        except UnicodeDecodeError:
            pass
        raise Refusal("The file is not UTF-8. In Excel, save it as CSV UTF-8 (comma delimited) and choose it again.")


@blueprint.route("/events/programme", methods=["GET", "POST"])
@staff("officer", "administrator")
def programme() -> ResponseReturnValue:
    form, found = ProgrammeForm(), None
    if form.validate_on_submit():
        try:
            form.text.data = form.given()
            found = read_programme(form.text.data, waves_to_ask())
            if "add" in request.form:
                return _add(found)
        except Refusal as refusal:
            form.refuse("text", refusal)
    return render_template("officers/programme.html", form=form, found=found)


def _add(found: AnnualProgramme) -> ResponseReturnValue:
    count = add_programme(found, actor=actor())
    flash(
        f"{count:,} event{'' if count == 1 else 's'} added."
        if count
        else "All of these events have already been added."
    )
    return redirect(url_for(".home"), 303)


@blueprint.get("/events/programme.csv")
@staff("officer", "administrator")
def template() -> ResponseReturnValue:
    headers = {"Content-Disposition": "attachment; filename=programme.csv"}
    return Response("\ufeff" + programme_template(waves_to_ask()), mimetype="text/csv", headers=headers)
