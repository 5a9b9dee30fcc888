"""Work in the background that staff asked for, and the files that it made."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from feedback.errors import NotFound
from feedback.extensions import db
from feedback.models import Job, RespondentDownload, Wave


@dataclass(frozen=True)
class RequestedFile:
    """A respondent file that was asked for, and its downloads, newest first."""

    job: Job
    downloads: list[RespondentDownload]


def job_of(id: uuid.UUID, person: str) -> Job:
    """Return work that a person asked for; that of another is as if it were not there.

    Raises:
        NotFound: there is none.

    """
    job = db.session.scalar(select(Job).filter_by(id=id, asked_by=person))
    if job is None:
        raise NotFound("You have not asked for this, or it was deleted.")
    return job


def file_of(id: uuid.UUID, kind: str) -> Job:
    """Return the work of a kind that made, or makes, a file, whoever asked for it.

    Raises:
        NotFound: there is none of this kind.

    """
    job = db.session.scalar(select(Job).filter_by(id=id, kind=kind))
    if job is None:
        raise NotFound("There is no such file. It may have been deleted.")
    return job


def workbooks_of(wave: Wave) -> list[Job]:
    """Return the workbooks of a wave that were asked for, newest first, without their content."""
    return _of("workbook", wave)


def respondent_files_of(wave: Wave) -> list[RequestedFile]:
    """Return the respondent files of a wave that were asked for, newest first."""
    taken = select(RespondentDownload).order_by(RespondentDownload.taken_at.desc())
    return [
        RequestedFile(job, list(db.session.scalars(taken.filter_by(job_id=job.id))))
        for job in _of("respondent_file", wave)
    ]


def last_preview_of(wave: Wave, person: str) -> Job | None:
    """Return the work on a preview of a wave that a person asked for last."""
    asked = select(Job).filter_by(kind="preview", wave_id=wave.id, asked_by=person)
    return db.session.scalar(asked.order_by(Job.asked_at.desc()).limit(1))


def preview_asked_last(wave: Wave) -> Job | None:
    """Return the work on a preview of a wave that anybody asked for last."""
    asked = select(Job).filter_by(kind="preview", wave_id=wave.id)
    return db.session.scalar(asked.order_by(Job.asked_at.desc()).limit(1))


def _of(kind: str, wave: Wave) -> list[Job]:
    return list(db.session.scalars(select(Job).filter_by(kind=kind, wave_id=wave.id).order_by(Job.asked_at.desc())))
