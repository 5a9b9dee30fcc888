"""Work that takes longer than a page may: done by a process of its own, which tells a row how far it is."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import timedelta
from functools import partial
from typing import Any

from flask import current_app

from feedback.config import ROOT, Settings
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models.jobs import Job
from feedback.models.types import utc_now

PATIENCE = timedelta(minutes=3)
ReportProgress = Callable[[str, int, int], None]  # what is being done, how many steps are done, of how many


def is_dead(job: Job) -> bool:
    """Whether unfinished work has not moved for so long that its process cannot be alive."""
    return job.finished_at is None and job.progress_at < utc_now() - PATIENCE


@contextmanager
def working(model: type[Any], id: uuid.UUID, fault: str) -> Iterator[ReportProgress]:
    """Work on the row `id` of `model`: yields what tells it how far the work is; what goes wrong ends in the row.

    A refusal ends there in its own words, anything else as `fault`; both are raised again.
    """
    try:
        yield partial(report_progress, model, id)
    except Refusal as refusal:
        end(model, id, str(refusal))
        raise
    except BaseException:
        end(model, id, fault)
        raise


def both(first: ReportProgress, second: ReportProgress | None) -> ReportProgress:
    """Tell two at once; the second may be nobody."""

    def tell_both(step: str, done: int, total: int) -> None:
        first(step, done, total)
        if second:
            second(step, done, total)

    return tell_both


def report_progress(model: type[Any], id: uuid.UUID, step: str, done: int, total: int) -> None:
    """Say how far the work is, and commit."""
    job: Job = db.session.get_one(model, id)
    job.step, job.done, job.total, job.progress_at = step, done, total, utc_now()
    db.session.commit()


def end(model: type[Any], id: uuid.UUID, sentence: str) -> None:
    """Record why work could not be done, in the words that the person who asked will read, and commit."""
    db.session.rollback()
    job: Job = db.session.get_one(model, id)
    job.fault, job.finished_at, job.progress_at = sentence, utc_now(), utc_now()
    db.session.commit()


def finish(job: Job) -> None:
    """Mark work as done; the caller commits it together with what was made."""
    job.fault, job.step, job.done = None, "Finished", job.total
    job.finished_at = job.progress_at = utc_now()


def start_process(id: uuid.UUID, *words: str) -> None:
    """Run a command of our command line apart from this process, on the same database; a thread waits for its end."""
    settings: Settings = current_app.config["SETTINGS"]
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words, "--job", str(id)]
    process = subprocess.Popen(  # noqa: S603 - our own command line
        command,
        cwd=ROOT,
        env={**os.environ, **{field.metadata["env"]: getattr(settings, field.name) for field in fields(settings)}},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=None,  # what goes wrong stands in the server's log
        start_new_session=True,
    )
    threading.Thread(target=process.wait, name=f"job {id}", daemon=True).start()
