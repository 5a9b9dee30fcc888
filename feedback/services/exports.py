"""Workbooks that staff ask for: made by a process of their own, so that no page waits and no click is lost."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from feedback.errors import NotFound, Refusal
from feedback.extensions import db
from feedback.models import Export, Wave
from feedback.models.staff import AUDIENCES
from feedback.models.types import utc_now
from feedback.services.audit import record
from feedback.services.jobs import finish, is_dead, start_process, working

__all__ = ["DIED", "export_of", "is_dead", "run_export", "start_export"]

DIED = "The work stopped before the workbook was finished. Ask for it again."
FAULT = "The workbook could not be made because of a fault in the program. Tell whoever looks after this service."


def start_export(wave: Wave, actor: str, audience: str, *, without_suspected: bool = False) -> Export:
    """Start making the workbook of `wave` that `audience` may read; return the one that is running, if one is.

    Raises:
        Refusal: there is no such audience.

    """
    if audience not in AUDIENCES:
        raise Refusal(f"{audience[:20]!r} is not an audience. Use one of: {', '.join(AUDIENCES)}.")
    db.session.execute(select(Wave.id).where(Wave.id == wave.id).with_for_update())
    running = _running(wave.id, audience, without_suspected)
    if running is not None:
        db.session.commit()
        return running
    export = Export(wave_id=wave.id, audience=audience, asked_by=actor, without_suspected=without_suspected)
    db.session.add(export)
    record(actor, "workbook asked for", wave.slug, audience=audience, without_suspected=without_suspected)
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
    with working(Export, id, FAULT) as tell:
        counted = not export.without_suspected
        workbook = make_workbook(wave, audience=export.audience, suspected=counted, progress=tell)
        finish_export(id, workbook.content)


def finish_export(id: uuid.UUID, content: bytes) -> None:
    """Keep a finished workbook, and commit."""
    export = export_of(id)
    export.content = content
    finish(export)
    db.session.commit()


def _running(wave_id: int, audience: str, without_suspected: bool) -> Export | None:
    wanted = select(Export).filter_by(
        wave_id=wave_id, audience=audience, without_suspected=without_suspected, finished_at=None
    )
    unfinished = db.session.scalars(wanted.order_by(Export.asked_at)).all()
    for export in unfinished:
        if not is_dead(export):
            return export
        export.fault, export.finished_at = DIED, utc_now()
    return None


def _start_process(id: uuid.UUID) -> None:
    start_process(id, "summary", "export")
