"""The page of work in the background: how far it is, then what was made or why not. For the person who asked."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from analysis.vocabulary import AUDIENCES
from feedback.analysts import blueprint
from feedback.analysts.respondent_formats import FORMATS
from feedback.errors import NotFound
from feedback.models import Job
from feedback.queries.jobs import job_of
from feedback.services.job_kinds import start_again
from feedback.services.jobs import Started
from feedback.staff.access import actor, may_open, staff

REFRESH = 2  # seconds


@dataclass(frozen=True)
class JobWords:
    """What a kind of work makes, the page that lists it and what that is called, and the address that asks for it."""

    made: str
    listed_on: str
    list_called: str
    asked_with: str


WORDS = {
    "workbook": JobWords("workbook", "analysts.wave", "the wave", "analysts.make_workbook"),
    "preview": JobWords("preview", "analysts.releases", "the releases", "analysts.make_preview"),
    "respondent_file": JobWords(
        "file", "analysts.respondent_files", "the files of this wave", "analysts.make_respondent_file"
    ),
}


@blueprint.get("/jobs/<uuid:id>")
@staff("analyst", "administrator")
def job(id: uuid.UUID) -> ResponseReturnValue:
    """Show how far work is; without `?still` the page opens itself again until it is finished."""
    found = _job(id)
    if found.kind == "preview" and found.is_there:
        return redirect(url_for(".release", slug=found.wave.slug, number=found.result["number"]), 303)
    refresh = REFRESH if found.is_running and "still" not in request.args else None
    page = render_template(
        "analysts/job.html",
        job=found,
        wave=found.wave,
        words=WORDS[found.kind],
        audiences=AUDIENCES,
        formats=FORMATS,
        refresh=refresh,
    )
    return page, {"Refresh": str(refresh)} if refresh else {}


@blueprint.post("/jobs/<uuid:id>/again")
@staff("analyst", "administrator")
def try_again(id: uuid.UUID) -> ResponseReturnValue:
    return to_job(start_again(_job(id)))


def to_job(started: Started) -> Response:
    """Lead to work that was asked for; who has asked for its like before is told so."""
    if not started.is_new:
        made = WORDS[started.job.kind].made
        said = f"You asked for a {made} before, and it is still being made. Wait for it, then ask for the next one."
        flash(said, "important")
    return redirect(url_for(".job", id=started.job.id), 303)


def _job(id: uuid.UUID) -> Job:
    """Return a person's own work, as long as they may ask for its like."""
    found = job_of(id, actor())
    if not may_open(WORDS[found.kind].asked_with):
        raise NotFound("You have not asked for this, or it was deleted.")
    return found
