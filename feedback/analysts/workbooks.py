"""Workbooks: asked for by a button, made in the background, downloaded by those who may, each download recorded."""

from __future__ import annotations

import uuid
from io import BytesIO

from flask import abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from analysis.vocabulary import AUDIENCES
from feedback.access import actor, staff
from feedback.analysts import blueprint
from feedback.analysts.audiences import AudienceForm
from feedback.analysts.waves import wave_page
from feedback.clock import LONDON
from feedback.errors import Refusal
from feedback.models import Export, Wave
from feedback.queries.answers.counts import received
from feedback.queries.exports import wave_of
from feedback.queries.waves import wave_by_slug
from feedback.services.audit import record_download
from feedback.services.exports import DIED, export_of, is_dead, start_export

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REFRESH = 2  # seconds


@blueprint.post("/waves/<slug>/workbooks")
@staff("analyst", "administrator")
def make_workbook(slug: str) -> ResponseReturnValue:
    wave, form = wave_by_slug(slug), AudienceForm()
    if not received(wave):
        raise Refusal("There is nothing to put in a workbook until an answer has been received.")
    if not form.validate_on_submit():
        return wave_page(wave, form)
    export = start_export(wave, actor(), form.audience.data, without_suspected=bool(form.without_suspected.data))
    return redirect(url_for(".workbook", id=export.id), 303)


@blueprint.get("/workbooks/<uuid:id>")
@staff("analyst", "administrator")
def workbook(id: uuid.UUID) -> ResponseReturnValue:
    """Show how far a workbook is; without `?still` the page opens itself again until it is finished."""
    export = export_of(id)
    fault = export.fault or (DIED if is_dead(export) else "")
    running = export.finished_at is None and not fault
    refresh = REFRESH if running and "still" not in request.args else None
    page = render_template(
        "analysts/workbook.html",
        export=export,
        wave=wave_of(export),
        audiences=AUDIENCES,
        fault=fault,
        running=running,
        refresh=refresh,
    )
    return page, {"Refresh": str(refresh)} if refresh else {}


@blueprint.get("/workbooks/<uuid:id>/file")
@staff("analyst", "administrator")
def download(id: uuid.UUID) -> ResponseReturnValue:
    export = export_of(id)
    content, wave = export.content, wave_of(export)
    if content is None:
        abort(404)
    name = _file_name(wave, export)
    record_download(actor(), wave.slug, file=name, audience=export.audience)
    file = send_file(BytesIO(content), MIMETYPE, as_attachment=True, download_name=name)
    file.headers["Cache-Control"] = "no-store"
    return file


def _file_name(wave: Wave, export: Export) -> str:
    """Return a name that says which wave, for whom, when, and that the answers are invented where they are."""
    purpose = "" if wave.purpose == "real" else f"-{wave.purpose}"
    counted = "-without-suspected" if export.without_suspected else ""
    return f"{wave.slug}{purpose}-{export.audience}{counted}-{export.asked_at.astimezone(LONDON):%Y-%m-%d-%H%M}.xlsx"
