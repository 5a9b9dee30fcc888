"""The workbooks that staff asked for."""

from __future__ import annotations

from sqlalchemy import select

from feedback.extensions import db
from feedback.models import Export, Wave


def exports_of(wave: Wave) -> list[Export]:
    """Return the workbooks of a wave, newest first, without their content."""
    return list(db.session.scalars(select(Export).filter_by(wave_id=wave.id).order_by(Export.asked_at.desc())))


def wave_of(export: Export) -> Wave:
    return db.session.scalars(select(Wave).filter_by(id=export.wave_id)).one()
