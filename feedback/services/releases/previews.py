"""A release that is made and looked at before anybody sees it. A wave has one preview at most."""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, delete, func, select

from feedback.clock import today
from feedback.errors import NotFound, Refusal
from feedback.extensions import db
from feedback.models import Release, ReleaseFile, Wave
from feedback.queries.answers.counts import received
from feedback.queries.releases import preview_of
from feedback.services.answers.validation import GRACE
from feedback.services.audit import record
from feedback.services.jobs import ReportProgress, both, finish, is_dead, start_process, working

LONGEST = 2000
FAULT = "The preview could not be made because of a fault in the program. Tell whoever looks after this service."
DIED = "The work stopped before the preview was finished. Make it again."


@dataclass(frozen=True, kw_only=True)
class ReleaseRequest:
    """What an analyst says about the next release. `what_changed` is needed by a correction.

    `suspected`: whether answers that may come from a machine are counted.
    """

    note: str = ""
    what_changed: str = ""
    suspected: bool = True


def start_preview(wave: Wave, actor: str, asked: ReleaseRequest) -> Release:
    """Start making the preview of a wave's next release; return the one that is being made, if one is.

    An older preview is thrown away.

    Raises:
        Refusal: the wave cannot be released now, or a correction does not say what changed.

    """
    release, new = _new_preview(wave, actor, asked)
    if new:
        _start_process(release.id)
    return release


def preview_here(wave: Wave, actor: str, asked: ReleaseRequest, tell: ReportProgress | None = None) -> Release:
    """The same, made in this process: for the command line. Raises what `make_preview` raises too."""
    release, new = _new_preview(wave, actor, asked)
    if not new:
        raise Refusal(f"A preview of {wave.title} is being made. Wait until it is finished.")
    make_preview(release.id, tell)
    return release


def make_preview(id: uuid.UUID, also_tell: ReportProgress | None = None) -> None:
    """Make the files of a preview in this process, telling its row how far it is; a fault ends in the row too.

    Raises:
        NotFound: there is no such preview.
        Refusal: the figures cannot be made honestly.

    """
    from feedback.services.releases.basis import code_version  # pandas, which no page needs
    from feedback.services.releases.files import make_release, wanted_release

    release = db.session.get(Release, id)
    if release is None or release.published_at is not None:
        raise NotFound("There is no such preview. It may have been discarded.")
    with working(Release, id, FAULT) as tell:
        made = make_release(wanted_release(release), both(tell, also_tell))
        release.files = [_file(name, content) for name, content in sorted(made.files.items())]
        release.answers_count, release.answers_digest = made.answers.count, made.answers.digest
        release.fingerprints, release.hidden = made.answers.fingerprints, made.hidden
        release.disclosed = made.disclosed
        release.settings, release.code_version = dict(made.settings), code_version()
        finish(release)
        db.session.commit()


def throw_away(release: Release, actor: str) -> None:
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


def _new_preview(wave: Wave, actor: str, asked: ReleaseRequest) -> tuple[Release, bool]:
    """The preview of a wave's next release, and whether it is a new one."""
    db.session.execute(select(Wave.id).where(Wave.id == wave.id).with_for_update())
    refuse_unless_releasable(wave)
    running = preview_of(wave)
    if running is not None and running.finished_at is None and not is_dead(running):
        db.session.commit()
        return running, False
    number = (db.session.scalar(_newest(wave)) or 0) + 1
    texts = {"note": _text(asked.note, "note"), "what_changed": _text(asked.what_changed, "text about what changed")}
    if number > 1 and not texts["what_changed"]:
        raise Refusal("Say what changed since the last release: people who used its figures must know.")
    if number == 1:
        texts["what_changed"] = ""
    db.session.execute(delete(Release).where(Release.wave_id == wave.id, Release.published_at.is_(None)))
    release = Release(wave_id=wave.id, number=number, made_on=today(), asked_by=actor, **texts)
    release.settings = {"counts_suspected": asked.suspected}
    db.session.add(release)
    db.session.flush()
    record(actor, "release preview asked for", f"{wave.slug}/{number}")
    db.session.commit()
    return release, True


def _newest(wave: Wave) -> Select[int]:
    return select(func.max(Release.number)).where(Release.wave_id == wave.id, Release.published_at.is_not(None))


def _file(name: str, content: bytes) -> ReleaseFile:
    return ReleaseFile(name=name, content=content, size=len(content), sha256=hashlib.sha256(content).hexdigest())


def _text(text: str, called: str) -> str:
    """Return text in one paragraph without what nobody sees.

    Raises:
        Refusal: it is too long.

    """
    plain = re.sub(r"\s+", " ", "".join(sign if sign.isprintable() else " " for sign in text)).strip()
    if len(plain) > LONGEST:
        raise Refusal(f"The {called} is longer than {LONGEST:,} characters. Make it shorter.")
    return plain


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _start_process(id: uuid.UUID) -> None:
    start_process(id, "releases", "make")
