"""Files of answers that were brought in, and taking one back as a whole."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.administrators import blueprint
from feedback.queries.imports import answer_import, imports
from feedback.services.importing.remembering import undo_import
from feedback.staff.access import actor, staff
from feedback.staff.forms import ConfirmForm


@blueprint.get("/imports")
@staff("administrator")
def answer_imports() -> ResponseReturnValue:
    return render_template("administrators/imports.html", imports=imports())


@blueprint.route("/imports/<uuid:id>/undo", methods=["GET", "POST"])
@staff("administrator")
def undo_answer_import(id: UUID) -> ResponseReturnValue:
    known, form = answer_import(id), ConfirmForm()
    if not form.validate_on_submit():
        return render_template("administrators/undo_import.html", form=form, known=known)
    count = undo_import(id, actor())
    flash(f"Removed {count:,} answer{'' if count == 1 else 's'} that came with {known.file}.")
    return redirect(url_for(".answer_imports"), 303)
