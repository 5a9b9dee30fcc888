"""Bringing in what a tablet could not send and saved as a file."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired

from feedback.errors import Refusal
from feedback.officers import blueprint
from feedback.services.tablets.queue_files import LARGEST_FILE, QueueReport, import_queue_file
from feedback.staff.access import actor, staff
from feedback.staff.forms import StaffForm

SAID = {
    "stored": "stored",
    "already_stored": "already received",
    "conflict": "kept for a decision, because different answers were received first",
    "held": "waiting for a decision",
}


class QueueFileForm(StaffForm):
    file = FileField("Choose the file", [FileRequired("Choose the file that the tablet saved")])


@blueprint.url_value_preprocessor
def let_large_file_in(endpoint: str | None, _values: Any) -> None:
    """A tablet that was away for a week saves more than a form ever holds. Said before anything reads the body."""
    if endpoint == "officers.queue_file":
        request.max_content_length = request.max_form_memory_size = LARGEST_FILE + 64 * 1024


@blueprint.route("/queue-file", methods=["GET", "POST"])
@staff("officer", "administrator")
def queue_file() -> ResponseReturnValue:
    form = QueueFileForm()
    if form.validate_on_submit():
        try:
            report = import_queue_file(form.file.data.read(LARGEST_FILE + 1), actor=actor())
        except Refusal as refusal:
            form.refuse("file", refusal)
        else:
            flash(said(report))
            return redirect(url_for(".quarantine" if report.outcomes["held"] else ".devices"), 303)
    return render_template("officers/queue_file.html", form=form)


def said(report: QueueReport) -> str:
    """Return in a sentence what became of a file."""
    count = sum(report.outcomes.values())
    parts = [f"{report.outcomes[outcome]:,} {words}" for outcome, words in SAID.items() if report.outcomes[outcome]]
    where = f"{report.event.title} ({report.event.code})"
    return f"{where}: {count:,} answers in the file. {', '.join(parts).capitalize() or 'None'}."
