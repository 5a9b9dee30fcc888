"""Outlines of wards that the partnership has imported."""

from __future__ import annotations

from sqlalchemy import select

from feedback.extensions import db
from feedback.models import Boundary

Rings = list[list[list[float]]]


def outlines() -> dict[str, Rings]:
    """Return the rings (longitude, latitude) of each ward by code; empty when none were imported."""
    return {row.ward_code: row.rings for row in db.session.scalars(select(Boundary))}
