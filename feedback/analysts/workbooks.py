"""Workbooks: asked for by a button, made in the background, downloaded by those who may, each download recorded."""

from __future__ import annotations

import uuid
from datetime import datetime
from io import BytesIO

from flask import abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from feedback.access import actor, staff
from feedback.analysts import blueprint
from feedback.clock import LONDON
from feedback.models import Wave
from feedback.queries.exports import wave_of
from feedback.queries.waves import wave_by_slug
from feedback.services.audit import record_download
from feedback.services.exports import DIED, export_of, is_dead, start_export
from feedback.staff_forms import ConfirmForm

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REFRESH = 2  # seconds


@blueprint.post("/waves/<slug>/workbooks")
@staff("analyst", "administrator")
def make_workbook(slug: str) -> ResponseReturnValue:
    wave = wave_by_slug(slug)
    if not ConfirmForm().validate_on_submit():
        abort(400)
    export = start_export(wave, actor())
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
        "analysts/workbook.html", export=export, wave=wave_of(export), fault=fault, running=running, refresh=refresh
    )
    return page, {"Refresh": str(refresh)} if refresh else {}


@blueprint.get("/workbooks/<uuid:id>/file")
@staff("analyst", "administrator")
def download(id: uuid.UUID) -> ResponseReturnValue:
    export = export_of(id)
    content, wave = export.content, wave_of(export)
    if content is None:
        abort(404)
    name = _file_name(wave, export.asked_at)
    record_download(actor(), wave.slug, file=name)
    file = send_file(BytesIO(content), MIMETYPE, as_attachment=True, download_name=name)
    file.headers["Cache-Control"] = "no-store"
    return file


def _file_name(wave: Wave, asked_at: datetime) -> str:
    """Return a name that says which wave, when, and that the answers are invented where they are."""
    purpose = "" if wave.purpose == "real" else f"-{wave.purpose}"
    return f"{wave.slug}{purpose}-{asked_at.astimezone(LONDON):%Y-%m-%d-%H%M}.xlsx"
