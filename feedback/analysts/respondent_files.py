"""Files with a row for each person, for analysts: a reason is needed, and every download is recorded and shown."""

from __future__ import annotations

import uuid
from io import BytesIO

from flask import render_template, send_file
from flask.typing import ResponseReturnValue
from wtforms import StringField

from feedback.analysts import blueprint
from feedback.analysts.jobs import to_job
from feedback.analysts.respondent_formats import FORMATS, HINTS, TYPES
from feedback.clock import LONDON
from feedback.errors import Refusal
from feedback.models import Job, Wave
from feedback.queries.jobs import file_of, respondent_files_of
from feedback.queries.waves import wave_by_slug
from feedback.services.respondent_files import download_file, start_file
from feedback.services.snapshots import advance, refuse_without_figures
from feedback.staff.access import actor, staff
from feedback.staff.forms import RadioChoice, StaffForm, options


class FileForm(StaffForm):
    kind = RadioChoice("What do you need?", choices=options(FORMATS, HINTS), wrong="Select what you need")
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
    refuse_without_figures(wave)
    if form.validate_on_submit():
        try:
            return to_job(start_file(wave, actor(), form.kind.data, form.reason.data or ""))
        except Refusal as refusal:
            form.refuse("reason", refusal)
    return _list(wave, form)


@blueprint.get("/respondent-files/<uuid:id>/file")
@staff("analyst")
def take_respondent_file(id: uuid.UUID) -> ResponseReturnValue:
    job = file_of(id, "respondent_file")
    mimetype, ending = TYPES[job.wanted["kind"]]
    name = _file_name(job, ending)
    answer = send_file(BytesIO(download_file(job, actor())), mimetype, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _list(wave: Wave, form: FileForm) -> str:
    return render_template(
        "analysts/respondent_files.html",
        wave=wave,
        form=form,
        basis=advance(wave),
        files=respondent_files_of(wave),
        me=actor(),
    )


def _file_name(job: Job, ending: str) -> str:
    purpose = "" if job.wave.purpose == "real" else f"-{job.wave.purpose}"
    what = "comments" if job.wanted["kind"] == "comments" else "respondents"
    of_day = f"-as-of-{job.as_of}" if job.as_of else ""
    return f"{job.wave.slug}{purpose}-{what}-{job.asked_at.astimezone(LONDON):%Y-%m-%d-%H%M}{of_day}.{ending}"
