"""Files with a row for each person: who asked for them, why, and who took them away."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from feedback.extensions import db
from feedback.models import RespondentDownload, RespondentFile, Wave
from feedback.models.types import utc_now
from feedback.services.respondent_files import KEPT


@dataclass(frozen=True)
class RequestedFile:
    """A file that was asked for, its downloads (newest first), and whether it can still be taken."""

    file: RespondentFile
    downloads: list[RespondentDownload]
    there: bool


def respondent_files_of(wave: Wave) -> list[RequestedFile]:
    """Return the files of a wave, newest first."""
    files = select(RespondentFile).filter_by(wave_id=wave.id).order_by(RespondentFile.asked_at.desc())
    return [asked_of(file) for file in db.session.scalars(files)]


def asked_of(file: RespondentFile) -> RequestedFile:
    """Return a file with what became of it."""
    taken = select(RespondentDownload).filter_by(file_id=file.id).order_by(RespondentDownload.taken_at.desc())
    there = file.finished_at is not None and not file.fault and file.asked_at >= utc_now() - KEPT
    return RequestedFile(file, list(db.session.scalars(taken)), there)
