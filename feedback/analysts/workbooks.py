"""Workbooks: asked for by a button, made in the background, downloaded by those who may, each download recorded."""

from __future__ import annotations

import uuid
from io import BytesIO

from flask import abort, send_file
from flask.typing import ResponseReturnValue

from feedback.analysts import blueprint
from feedback.analysts.audiences import AudienceForm
from feedback.analysts.jobs import to_job
from feedback.analysts.waves import margins_to_choose, wave_page
from feedback.clock import LONDON
from feedback.models import Job
from feedback.queries.jobs import file_of
from feedback.queries.waves import wave_by_slug
from feedback.services.audit import record_download
from feedback.services.exports import start_export
from feedback.services.snapshots import refuse_without_figures
from feedback.staff.access import actor, staff

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.post("/waves/<slug>/workbooks")
@staff("analyst", "administrator")
def make_workbook(slug: str) -> ResponseReturnValue:
    wave = wave_by_slug(slug)
    form = AudienceForm().offer_margins(margins_to_choose(wave))
    refuse_without_figures(wave)
    if not form.validate_on_submit():
        return wave_page(wave, form)
    started = start_export(
        wave,
        actor(),
        form.audience.data,
        without_suspected=bool(form.without_suspected.data),
        without=form.excluded(),
        not_weighted_by=form.left_out,
    )
    return to_job(started)


@blueprint.get("/workbooks/<uuid:id>/file")
@staff("analyst", "administrator")
def download(id: uuid.UUID) -> ResponseReturnValue:
    job = file_of(id, "workbook")
    content, slug, name = job.content, job.wave.slug, _file_name(job)
    if content is None:
        abort(404)
    record_download(actor(), slug, file=name, audience=job.wanted["audience"])
    file = send_file(BytesIO(content), MIMETYPE, as_attachment=True, download_name=name)
    file.headers["Cache-Control"] = "no-store"
    return file


def _file_name(job: Job) -> str:
    """Return a name that says which wave, for whom, when, and that the answers are invented where they are."""
    wave, wanted = job.wave, job.wanted
    purpose = "" if wave.purpose == "real" else f"-{wave.purpose}"
    counted = "-without-suspected" if wanted["without_suspected"] or wanted.get("without") else ""
    asked_at, of_day = job.asked_at.astimezone(LONDON), f"-as-of-{job.as_of}" if job.as_of else ""
    return f"{wave.slug}{purpose}-{wanted['audience']}{counted}-{asked_at:%Y-%m-%d-%H%M}{of_day}.xlsx"
