"""Workbooks that staff ask for: made by a process of their own, so that no page waits and no click is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import uuid
from dataclasses import fields
from datetime import timedelta
from functools import partial

from flask import current_app
from sqlalchemy import select

from feedback.config import ROOT, Settings
from feedback.errors import NotFound, Refusal
from feedback.extensions import db
from feedback.models import Export, Wave
from feedback.models.staff import AUDIENCES
from feedback.models.types import utc_now
from feedback.services.audit import record

PATIENCE = timedelta(minutes=3)
DIED = "The work stopped before the workbook was finished. Ask for it again."
FAULT = "The workbook could not be made because of a fault in the program. Tell whoever looks after this service."


def start_export(wave: Wave, actor: str, audience: str) -> Export:
    """Start making the workbook of `wave` that `audience` may read; return the one that is running, if one is.

    Raises:
        Refusal: there is no such audience.

    """
    if audience not in AUDIENCES:
        raise Refusal(f"{audience[:20]!r} is not an audience. Use one of: {', '.join(AUDIENCES)}.")
    db.session.execute(select(Wave.id).where(Wave.id == wave.id).with_for_update())
    running = _running(wave.id, audience)
    if running is not None:
        db.session.commit()
        return running
    export = Export(wave_id=wave.id, audience=audience, asked_by=actor)
    db.session.add(export)
    record(actor, "workbook asked for", wave.slug, audience=audience)
    db.session.commit()
    _start_process(export.id)
    return export


def export_of(id: uuid.UUID) -> Export:
    """Return an export; one whose process died without a word has a `fault` that says so.

    Raises:
        NotFound: there is no such export.

    """
    export = db.session.get(Export, id)
    if export is None:
        raise NotFound("There is no such export. It may have been deleted with its wave.")
    return export


def run_export(id: uuid.UUID) -> None:
    """Make the workbook of an export in this process, telling its row how far it is; a fault ends in the row too.

    Raises:
        Refusal: there is no such export, or the figures cannot be made.

    """
    from feedback.services.summaries import make_workbook  # pandas, which no page needs

    export = export_of(id)
    wave = db.session.get_one(Wave, export.wave_id)
    try:
        workbook = make_workbook(wave, audience=export.audience, progress=partial(progress_export, id))
        finish_export(id, workbook.content)
    except Refusal as refusal:
        fail_export(id, str(refusal))
        raise
    except BaseException:
        fail_export(id, FAULT)
        raise


def progress_export(id: uuid.UUID, step: str, done: int, total: int) -> None:
    """Say how far an export is."""
    export = export_of(id)
    export.step, export.done, export.total, export.progress_at = step, done, total, utc_now()
    db.session.commit()


def finish_export(id: uuid.UUID, content: bytes) -> None:
    export = export_of(id)
    export.content, export.fault, export.step = content, None, "Finished"
    export.done, export.finished_at, export.progress_at = export.total, utc_now(), utc_now()
    db.session.commit()


def fail_export(id: uuid.UUID, sentence: str) -> None:
    """Record why an export could not be made, in the words that the person who asked will read."""
    db.session.rollback()
    export = export_of(id)
    export.fault, export.finished_at, export.progress_at = sentence, utc_now(), utc_now()
    db.session.commit()


def _running(wave_id: int, audience: str) -> Export | None:
    wanted = select(Export).filter_by(wave_id=wave_id, audience=audience, finished_at=None)
    unfinished = db.session.scalars(wanted.order_by(Export.asked_at)).all()
    for export in unfinished:
        if not is_dead(export):
            return export
        export.fault, export.finished_at = DIED, utc_now()
    return None


def is_dead(export: Export) -> bool:
    """Whether an unfinished export has not moved for so long that its process cannot be alive."""
    return export.finished_at is None and export.progress_at < utc_now() - PATIENCE


def _start_process(id: uuid.UUID) -> None:
    """Run the command line's export apart from this process, on the same database; a thread waits for its end."""
    settings: Settings = current_app.config["SETTINGS"]
    words = [sys.executable, "-m", "flask", "--app", "wsgi", "summary", "export", "--job", str(id)]
    process = subprocess.Popen(  # noqa: S603 - our own command line
        words,
        cwd=ROOT,
        env={**os.environ, **{field.metadata["env"]: getattr(settings, field.name) for field in fields(settings)}},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=None,  # what goes wrong stands in the server's log
        start_new_session=True,
    )
    threading.Thread(target=process.wait, name=f"export {id}", daemon=True).start()
