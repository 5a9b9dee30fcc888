"""Work that takes longer than a page may: done by a process of its own, which tells a row how far it is."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import IntegrityError

from feedback.ceilings import ceiling
from feedback.config import ROOT, Settings
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import Job, Wave
from feedback.models.jobs import DIED
from feedback.models.types import utc_now
from feedback.services.audit import record

FAULT = "This could not be made because of a fault in the program. Tell whoever looks after this service."
ASKED_FOR = {  # as the audit list calls it
    "workbook": "workbook asked for",
    "preview": "release preview asked for",
    "respondent_file": "respondent file asked for",
}
ReportProgress = Callable[[str, int, int], None]  # what is being done, how many steps are done, of how many


class Started(NamedTuple):
    """The work that runs now. `is_new` False: the same person had asked for some of the kind before."""

    job: Job
    is_new: bool


@dataclass(frozen=True)
class JobResult:
    """What work has made: a file, if it is one, and what is to be said of it."""

    content: bytes | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def start_job(kind: str, wave: Wave, actor: str, wanted: Mapping[str, Any], *, has_comments: bool = False) -> Started:
    """Start work on what is `wanted`, and commit; where the same person has work of this kind running, return that.

    Raises:
        Refusal: the person has asked for as much in the last hour as the settings let anybody ask for.

    """
    if running := _running(kind, actor):
        db.session.commit()
        return Started(running, False)
    _refuse_past_ceiling(actor)
    job = Job(kind=kind, wave_id=wave.id, asked_by=actor, wanted=dict(wanted), has_comments=has_comments)
    db.session.add(job)
    record(actor, ASKED_FOR[kind], wave.slug, **wanted)
    try:
        db.session.commit()
    except IntegrityError:  # two clicks at once
        db.session.rollback()
        if running := _running(kind, actor):
            return Started(running, False)
        raise
    start_process(job.id)
    return Started(job, True)


@contextmanager
def working(id: uuid.UUID) -> Iterator[ReportProgress]:
    """Work on a job: yields what tells it how far the work is; what goes wrong ends in its row.

    A refusal ends there in its own words, anything else as a fault; both are raised again.
    """
    try:
        yield partial(_report_progress, id)
    except Refusal as refusal:
        _fail(id, str(refusal))
        raise
    except BaseException:
        _fail(id, FAULT)
        raise


def finish(id: uuid.UUID, result: JobResult) -> None:
    """Keep what was made, and commit it together with what the caller has written.

    What was erased while it was being made stays erased.
    """
    job = db.session.get_one(Job, id, with_for_update=True, populate_existing=True)
    if job.fault in (None, DIED):
        job.content, job.fault = result.content, None
    job.result, job.step, job.done = dict(result.facts), "Finished", job.total
    job.finished_at = job.progress_at = utc_now()
    db.session.commit()


def erase_made(why: str, *which: Any) -> None:
    """Erase files that some jobs have made, or will have made of what they read before; the caller commits."""
    made = or_(Job.content.is_not(None), Job.finished_at.is_(None))
    db.session.execute(update(Job).where(made, *which).values(content=None, fault=why))


def _refuse_past_ceiling(actor: str) -> None:
    """Every file is kept in the database: a script, or a button that sticks, must not fill it."""
    last_hour = select(func.count()).select_from(Job).where(Job.asked_by == actor)
    asked = db.session.scalar(last_hour.where(Job.asked_at > utc_now() - timedelta(hours=1))) or 0
    if asked >= ceiling("jobs_an_hour"):
        raise Refusal(
            f"You have asked for {asked:,} files or previews in the last hour, which is the most that one person may. "
            "Those that were made are still here. Try again in an hour."
        )


def _running(kind: str, actor: str) -> Job | None:
    """The work of a person that is alive; what has died is ended here."""
    job = db.session.scalar(select(Job).filter_by(kind=kind, asked_by=actor, finished_at=None))
    if job is None or job.is_running:
        return job
    job.fault, job.finished_at = job.why_not, utc_now()
    db.session.flush()
    return None


def _report_progress(id: uuid.UUID, step: str, done: int, total: int) -> None:
    """Written before anything is read: SQLite refuses to turn a read into a write when somebody wrote in between."""
    db.session.commit()
    said = {"step": step, "done": done, "total": total, "progress_at": utc_now()}
    db.session.execute(update(Job).where(Job.id == id).values(**said))
    db.session.commit()


def _fail(id: uuid.UUID, sentence: str) -> None:
    db.session.rollback()
    job = db.session.get_one(Job, id)
    job.fault, job.finished_at, job.progress_at = sentence, utc_now(), utc_now()
    db.session.commit()


def start_process(id: uuid.UUID) -> None:
    """Do a job apart from this process, on the same database."""
    start_command("jobs", "run", "--job", str(id))


def start_command(*words: str) -> None:
    """Run a command of ours apart from this process, on the same database; a thread waits for its end."""
    settings: Settings = current_app.config["SETTINGS"]
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    process = subprocess.Popen(  # noqa: S603 - our own command line
        command,
        cwd=ROOT,
        env={**os.environ, **{field.metadata["env"]: getattr(settings, field.name) for field in fields(settings)}},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=None,  # what goes wrong stands in the server's log
        start_new_session=True,
    )
    threading.Thread(target=process.wait, name=f"job {' '.join(words)}", daemon=True).start()
