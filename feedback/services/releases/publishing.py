"""Publishing: the preview becomes a release that cannot change, and its wave is frozen."""

from __future__ import annotations

from sqlalchemy import select, update

from feedback.clock import today
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import Release, Response, Wave
from feedback.models.types import utc_now
from feedback.queries.disclosures import given_before
from feedback.queries.waves import earlier_waves, wave_by_slug
from feedback.services.answers.floods import keep_exclusion
from feedback.services.audit import record
from feedback.services.jobs import ReportProgress
from feedback.services.paper.batches import sign_off_all
from feedback.services.releases.previews import ReleaseRequest, preview_here, refuse_unless_releasable
from feedback.services.releases.response_digest import answers_of
from feedback.services.waves.freezing import forget_imports

AGAIN = "Make the preview again and look at it before you publish."


def publish(release: Release, actor: str) -> Release:
    """Publish a preview: freeze its figures and its wave, erase the receipts; commit.

    Raises:
        Refusal: it is published already, was made on another day, or answers changed since.

    """
    try:
        _publish(release, actor)
        db.session.commit()
    except Refusal:
        db.session.rollback()
        raise
    return release


def publish_wave(
    wave: Wave, actor: str, asked: ReleaseRequest, report_progress: ReportProgress = lambda step, done, total: None
) -> Release:
    """Make the preview of a wave in this process and publish it; raises what both raise."""
    preview = preview_here(wave, actor, asked, report_progress)
    db.session.commit()
    return publish(preview, actor)


def _publish(release: Release, actor: str) -> None:
    db.session.execute(select(Wave.id).where(Wave.id == release.wave_id).with_for_update())
    db.session.refresh(release)
    wave = release.wave
    db.session.refresh(wave)
    _refuse_unless_ready(release)
    refuse_unless_releasable(wave)
    # Every row is taken before the answers are compared: who withdraws at this moment comes before or is too late.
    db.session.execute(update(Response).where(Response.wave_id == wave.id).values(receipt_hash=None))
    if answers_of(wave, whole=True).digest != release.answers_digest:
        raise Refusal(f"Answers of {wave.title} changed since the preview was made. {AGAIN}")
    for earlier in release.settings["earlier"]:
        if answers_of(wave_by_slug(earlier["wave"])).digest != earlier["digest"]:
            raise Refusal(f"Answers of {earlier['wave']}, which is used for comparison, have changed since. {AGAIN}")
    if given_before([wave, *earlier_waves(wave)]) != release.settings["already"]:
        raise Refusal(
            "Since the preview was made, figures of these answers were given out against which it must be protected. "
            f"{AGAIN}"
        )
    keep_exclusion(wave, release.settings.get("suspected", {}).get("without", ()))
    wave.frozen_at = wave.frozen_at or utc_now()
    sign_off_all(wave, actor=actor)
    forget_imports(wave)
    release.published_at, release.published_by = utc_now(), actor
    files = {file.name: file.sha256 for file in release.files}
    record(actor, "release published", release.slug, answers=release.answers_count, **{"sha256": files})


def _refuse_unless_ready(release: Release) -> None:
    if release.published_at is not None:
        raise Refusal("This release is published already.")
    if release.made_on != today():
        raise Refusal(
            f"The preview was made on {release.made_on:%-d %B %Y}, which appears on every page of it. {AGAIN}"
        )
