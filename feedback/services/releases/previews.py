"""A release that is made and looked at before anybody sees it. A wave has one preview at most."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from feedback.clock import today
from feedback.errors import Refusal
from feedback.extensions import db, only_reading
from feedback.models import Job, Release, ReleaseFile, Wave
from feedback.queries.answers.counts import received
from feedback.queries.answers.suspicions import checked_choices
from feedback.queries.waves import earlier_waves
from feedback.services.answers.validation import GRACE
from feedback.services.audit import record
from feedback.services.jobs import JobResult, ReportProgress, Started, start_job
from feedback.services.snapshots import advance
from feedback.typed_text import one_line

LONGEST = 2000


@dataclass(frozen=True, kw_only=True)
class ReleaseRequest:
    """What an analyst says about the next release. `what_changed` is needed by a correction.

    `suspected`: whether answers that may come from a machine are counted; `without`: signs of those that are not.
    """

    note: str = ""
    what_changed: str = ""
    suspected: bool = True
    without: Sequence[str] = ()


def start_preview(wave: Wave, actor: str, **said: Any) -> Started:
    """Start making the preview of a wave's next release; `said` are the members of `ReleaseRequest`.

    Raises:
        Refusal: the wave cannot be released now, or a correction does not say what changed.

    """
    refuse_unless_releasable(wave)
    return start_job("preview", wave, actor, asdict(_checked(wave, ReleaseRequest(**said))))


def make_preview(job: Job, report_progress: ReportProgress) -> JobResult:
    """Make the preview that a job is about, in the transaction of the caller. Raises what `preview_here` raises."""
    release = preview_here(job.wave, job.asked_by, ReleaseRequest(**job.wanted), report_progress)
    return JobResult(facts={"number": release.number})


def preview_here(
    wave: Wave, actor: str, asked: ReleaseRequest, report_progress: ReportProgress = lambda step, done, total: None
) -> Release:
    """Make the preview of a wave's next release in this process and in the transaction of the caller.

    An older preview is discarded when this one is made.

    Raises:
        Refusal: the wave cannot be released now, or the figures cannot be made honestly.

    """
    from feedback.services.releases.basis import code_version  # pandas, which no page needs
    from feedback.services.releases.files import make_release, wanted_release

    refuse_unless_releasable(wave)
    asked, number, wave_id = _checked(wave, asked), next_number(wave), wave.id
    release = Release(wave_id=wave_id, number=number, made_on=today(), asked_by=actor)
    release.note, release.what_changed = asked.note, asked.what_changed
    for earlier in earlier_waves(wave):
        advance(earlier)
    with only_reading():
        wanted = wanted_release(wave, release, suspected=asked.suspected, without=asked.without)
        made = make_release(wanted, report_progress)
    db.session.execute(select(Wave.id).where(Wave.id == wave_id).with_for_update())
    if next_number(wave) != number:
        raise Refusal("A release was published while the preview was being made. Make the preview again.")
    db.session.execute(delete(Release).where(Release.wave_id == wave_id, Release.published_at.is_(None)))
    release.files = [_file(name, content) for name, content in sorted(made.files.items())]
    release.answers_count, release.answers_digest = made.answers.count, made.answers.digest
    release.fingerprints, release.hidden, release.disclosed = made.answers.fingerprints, made.hidden, made.disclosed
    release.settings, release.code_version = dict(made.settings), code_version()
    db.session.add(release)
    db.session.flush()
    return release


def discard(release: Release, actor: str) -> None:
    """Delete a preview, and commit.

    Raises:
        Refusal: it is published.

    """
    if release.published_at is not None:
        raise Refusal("This release is published and stays readable. Correct it with a new one.")
    record(actor, "preview discarded", release.slug)
    db.session.delete(release)
    db.session.commit()


def can_be_released_on(wave: Wave) -> date:
    """The first day on which the figures of a wave can be published: all that was begun in time has come in."""
    return wave.closes_on + GRACE + timedelta(days=1)


def refuse_unless_releasable(wave: Wave) -> None:
    """Raise Refusal, with the sentence that says when, for a wave whose figures cannot be published now."""
    first = can_be_released_on(wave)
    if wave.purpose == "test":
        raise Refusal(f"{wave.title} is a test wave. Its figures are never published.")
    if wave.state(today()) != "closed":
        raise Refusal(
            f"{wave.title} takes answers until {_day(wave.closes_on)}. Its figures can be published from {_day(first)}."
        )
    if today() < first:
        raise Refusal(
            f"{wave.title} closed yesterday, and forms that were opened in time may still be sent today. "
            f"Its figures can be published from {_day(first)}."
        )
    if not received(wave):
        raise Refusal(f"Nobody answered {wave.title}, so there is nothing to publish.")


def next_number(wave: Wave) -> int:
    """Return the number of the next release of a wave."""
    newest = select(func.max(Release.number)).where(Release.wave_id == wave.id, Release.published_at.is_not(None))
    return (db.session.scalar(newest) or 0) + 1


def _checked(wave: Wave, asked: ReleaseRequest) -> ReleaseRequest:
    note, what_changed = _text(asked.note, "note"), _text(asked.what_changed, "text about what changed")
    is_first = next_number(wave) == 1
    if not is_first and not what_changed:
        raise Refusal("Say what changed since the last release: people who used its figures must know.")
    without = checked_choices(wave, asked.without, whole=True) if asked.suspected else []
    return replace(asked, note=note, what_changed="" if is_first else what_changed, without=without)


def _file(name: str, content: bytes) -> ReleaseFile:
    return ReleaseFile(name=name, content=content, size=len(content), sha256=hashlib.sha256(content).hexdigest())


def _text(text: str, called: str) -> str:
    """Return text in one paragraph without what nobody sees.

    Raises:
        Refusal: it is too long.

    """
    plain = one_line(text)
    if len(plain) > LONGEST:
        raise Refusal(f"The {called} is longer than {LONGEST:,} characters. Make it shorter.")
    return plain


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
