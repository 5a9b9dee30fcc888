"""Releases: figures that were published. Public pages read `document_of` and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from feedback.errors import NotFound
from feedback.extensions import db
from feedback.models import EventWave, QuarantinedForm, Release, ReleaseFile, Wave
from feedback.queries import paper
from feedback.queries.answers.counts import conflicts
from feedback.release_files import DOCUMENT, RELEASE_FILES

KEPT = 16  # documents in memory: what was published cannot change, so each is read once a process
_documents: dict[Any, Mapping[str, Any]] = {}


def published(*, replaced: bool = False) -> list[Release]:
    """Return the releases that the public may see, newest first: the last of each wave, or all with `replaced`."""
    shown = _releases().where(Release.published_at.is_not(None), Wave.purpose != "test")
    found = list(db.session.scalars(shown.order_by(Wave.opens_on.desc(), Wave.id.desc(), Release.number.desc())))
    if replaced:
        return found
    last = {release.wave_id: release for release in reversed(found)}
    return [release for release in found if last[release.wave_id] is release]


def releases_of(wave: Wave) -> list[Release]:
    """Return the published releases of a wave, newest first."""
    of_wave = _releases().where(Release.wave_id == wave.id, Release.published_at.is_not(None))
    return list(db.session.scalars(of_wave.order_by(Release.number.desc())))


def preview_of(wave: Wave) -> Release | None:
    """Return the release of a wave that is made but not published, if there is one."""
    return db.session.scalar(_releases().where(Release.wave_id == wave.id, Release.published_at.is_(None)))


def release_by_number(slug: str, number: int) -> Release:
    """Return a release of a wave, published or a preview.

    Raises:
        NotFound: the wave has no release of this number.

    """
    wanted = _releases().where(Wave.slug == slug, Release.number == number)
    found = db.session.scalar(wanted) if 0 < number < 2**31 and "\0" not in slug else None
    if found is None:
        raise NotFound(f"There is no release {number} of {slug[:80]!r}.")
    return found


def published_release(slug: str, number: int) -> Release:
    """The same for the public: a preview or the release of a test wave is as if it were not there."""
    release = release_by_number(slug, number)
    if release.published_at is None or release.wave.purpose == "test":
        raise NotFound(f"There is no release {number} of {slug[:80]!r}.")
    return release


def replaced_by(release: Release) -> int | None:
    """Return the number of the newest published release of the wave if it is a later one."""
    newest = select(func.max(Release.number)).where(
        Release.wave_id == release.wave_id, Release.published_at.is_not(None)
    )
    number = db.session.scalar(newest)
    return number if number is not None and number > release.number else None


def document_of(release: Release) -> Mapping[str, Any]:
    """Return the frozen document of a release (docs/release-format.md). It is shared: do not change it."""
    found = _documents.get(release.id)
    if found is None:
        found = json.loads(file_of(release, DOCUMENT).content)
        if release.published_at is not None:
            while len(_documents) >= KEPT:
                _documents.pop(next(iter(_documents)), None)  # another thread may have been quicker
            _documents[release.id] = found
    return found


def file_of(release: Release, name: str) -> ReleaseFile:
    """Return one of the files of a release.

    Raises:
        NotFound: the release has no such file, or is not finished.

    """
    found = db.session.get(ReleaseFile, (release.id, name)) if name in RELEASE_FILES else None
    if found is None:
        raise NotFound("This release has no such file.")
    return found


def _releases() -> Select[Release]:
    return select(Release).join(Wave, Release.wave_id == Wave.id).options(joinedload(Release.wave))


def too_late_after(wave: Wave) -> dict[str, int]:
    """Count what waits for a decision and could not be counted any more once the wave is published."""
    sheets = paper.counts(paper.batches(wave)).values()
    held = select(func.count(QuarantinedForm.id)).join(EventWave, EventWave.event_id == QuarantinedForm.event_id)
    counted = {
        "answers sent again with different content": conflicts(wave),
        "forms from tablets waiting for a decision": db.session.scalar(
            held.where(EventWave.wave_id == wave.id, QuarantinedForm.decision.is_(None))
        )
        or 0,
        "paper sheets returned but not keyed": sum(one.states.get("returned", 0) for one in sheets),
    }
    return {words: count for words, count in counted.items() if count}
