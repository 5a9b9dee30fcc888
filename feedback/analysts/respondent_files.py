"""Files with a row for each person, for analysts: a reason is needed, and every download is recorded and shown."""

from __future__ import annotations

import uuid
from io import BytesIO

from flask import redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from feedback.access import actor, staff
from feedback.analysts import blueprint
from feedback.clock import LONDON
from feedback.errors import Refusal
from feedback.models import RespondentFile, Wave
from feedback.queries.answers.counts import received
from feedback.queries.respondent_files import asked_of, respondent_files_of
from feedback.queries.waves import wave_by_slug
from feedback.services.jobs import is_dead
from feedback.services.respondent_files import DIED, file_of, start_file, take
from feedback.staff_forms import RadioChoice, StaffForm, options

REFRESH = 2  # seconds
KINDS = {
    "csv": "A table of answers, with a codebook (CSV)",
    "sav": "A table of answers with labels, for SPSS or R (.sav)",
    "comments": "Comments only (CSV)",
}
HINTS = {
    "csv": "One row a person, without comments",
    "sav": "The same; questions with several answers have a column for each",
    "comments": "What people wrote, with nothing about who wrote it, and the ward only where many commented. "
    "Numbers and addresses are hidden automatically, names are not: handle with care",
}
TYPES = {
    "csv": ("application/zip", "zip"),
    "sav": ("application/x-spss-sav", "sav"),
    "comments": ("text/csv", "csv"),
}


class FileForm(StaffForm):
    kind = RadioChoice("What do you need?", choices=options(KINDS, HINTS), wrong="Select what you need")
    reason = StringField(
        "What do you need it for?",
        description="This is recorded with your name, and shown below to every analyst.",
    )


@blueprint.get("/waves/<slug>/respondent-files")
@staff("analyst")
def respondent_files(slug: str) -> ResponseReturnValue:
    return _list(wave_by_slug(slug), FileForm(formdata=None))


@blueprint.post("/waves/<slug>/respondent-files")
@staff("analyst")
def make_respondent_file(slug: str) -> ResponseReturnValue:
    wave, form = wave_by_slug(slug), FileForm()
    if not received(wave):
        raise Refusal("There is nothing to put in a file until an answer has been received.")
    if form.validate_on_submit():
        try:
            file = start_file(wave, actor(), form.kind.data, form.reason.data or "")
        except Refusal as refusal:
            form.refuse("reason", refusal)
        else:
            return redirect(url_for(".respondent_file", id=file.id), 303)
    return _list(wave, form)


@blueprint.get("/respondent-files/<uuid:id>")
@staff("analyst")
def respondent_file(id: uuid.UUID) -> ResponseReturnValue:
    """Show how far a file is; without `?still` the page opens itself again until it is finished."""
    file = file_of(id)
    fault = file.fault or (DIED if is_dead(file) else "")
    refresh = REFRESH if file.finished_at is None and not fault and "still" not in request.args else None
    page = render_template(
        "analysts/respondent_file.html",
        asked=asked_of(file),
        wave=file.wave,
        kinds=KINDS,
        fault=fault,
        running=file.finished_at is None and not fault,
        refresh=refresh,
    )
    return page, {"Refresh": str(refresh)} if refresh else {}


@blueprint.get("/respondent-files/<uuid:id>/file")
@staff("analyst")
def take_respondent_file(id: uuid.UUID) -> ResponseReturnValue:
    file = file_of(id)
    mimetype, ending = TYPES[file.kind]
    name = _file_name(file, ending)
    answer = send_file(BytesIO(take(file, actor())), mimetype, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _list(wave: Wave, form: FileForm) -> str:
    return render_template(
        "analysts/respondent_files.html",
        wave=wave,
        form=form,
        kinds=KINDS,
        received=received(wave),
        files=respondent_files_of(wave),
    )


def _file_name(file: RespondentFile, ending: str) -> str:
    purpose = "" if file.wave.purpose == "real" else f"-{file.wave.purpose}"
    what = "comments" if file.kind == "comments" else "respondents"
    return f"{file.wave.slug}{purpose}-{what}-{file.asked_at.astimezone(LONDON):%Y-%m-%d-%H%M}.{ending}"
