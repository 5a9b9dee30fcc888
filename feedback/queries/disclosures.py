"""All that was given away of the answers of waves: published releases, and what was shared of live ones."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from feedback.extensions import db
from feedback.models import Disclosure, Release, Wave
from feedback.queries.releases import releases_of


def remembered(wave: Wave) -> list[Release | Disclosure]:
    """Return all that was given away of a wave: its published releases, oldest first, then files and pages."""
    kept = select(Disclosure).where(Disclosure.wave_id == wave.id).order_by(Disclosure.made_on, Disclosure.digest)
    return [*reversed(releases_of(wave)), *db.session.scalars(kept)]


def given_before(waves: Sequence[Wave]) -> list[str]:
    """Return the names of all that was given away of some waves, in order."""
    return sorted(one.slug for wave in waves for one in remembered(wave))
