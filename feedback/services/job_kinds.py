"""The kinds of work that are done in the background: how each is asked for, and what makes it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from feedback.errors import NotFound
from feedback.extensions import db
from feedback.models import Job
from feedback.services.exports import make_export, start_export
from feedback.services.jobs import JobResult, ReportProgress, Started, finish, working
from feedback.services.releases.previews import make_preview, start_preview
from feedback.services.respondent_files import make_file, start_file


@dataclass(frozen=True)
class JobKind:
    """`start` takes a wave, who asks, and by name what is wanted; `make` reads it from the job."""

    start: Callable[..., Started]
    make: Callable[[Job, ReportProgress], JobResult]


KINDS = {
    "workbook": JobKind(start_export, make_export),
    "preview": JobKind(start_preview, make_preview),
    "respondent_file": JobKind(start_file, make_file),
}


def start_again(job: Job) -> Started:
    """Start the same work once more, checked as if it was asked for now. Raises what starting it raises."""
    return KINDS[job.kind].start(job.wave, job.asked_by, **job.wanted)


def run_job(id: uuid.UUID) -> None:
    """Do a job in this process, telling its row how far it is; a fault ends in the row too, and is raised.

    Raises:
        NotFound: there is no such job.
        Refusal: what was asked for cannot be made.

    """
    job = db.session.get(Job, id)
    if job is None:
        raise NotFound("There is no such job. It may have been deleted with its wave.")
    with working(id) as report_progress:
        finish(id, KINDS[job.kind].make(job, report_progress))
