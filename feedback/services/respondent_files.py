"""Respondent files: asked for with a reason, made in the background, each download recorded, erased after a day."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

from sqlalchemy import select, update

from feedback.errors import NotFound, Refusal
from feedback.extensions import db
from feedback.models import RespondentDownload, RespondentFile, Wave
from feedback.models.releases import KINDS
from feedback.models.types import utc_now
from feedback.queries.answers.counts import received
from feedback.services.audit import record
from feedback.services.jobs import finish, start_process, working

KEPT = timedelta(hours=24)
SHORTEST, LONGEST = 10, 500
FAULT = "The file could not be made because of a fault in the program. Tell whoever looks after this service."
DIED = "The work stopped before the file was finished. Ask for it again."
GONE = "This file is erased a day after it was made. Ask for it again."


def start_file(wave: Wave, actor: str, kind: str, reason: str) -> RespondentFile:
    """Start making a file of `kind` (csv, sav, comments) with a row for each person.

    Raises:
        Refusal: there is no such kind, the reason says nothing, or nobody answered.

    """
    if kind not in KINDS:
        raise Refusal(f"{kind[:20]!r} is not a kind of file. Use one of: {', '.join(KINDS)}.")
    said = re.sub(r"\s+", " ", "".join(sign if sign.isprintable() else " " for sign in reason)).strip()
    if not SHORTEST <= len(said) <= LONGEST:
        raise Refusal(f"Say what you need the file for, in {SHORTEST} to {LONGEST} characters.")
    if not received(wave):
        raise Refusal("There is nothing to put in a file until an answer has been received.")
    erase_old()
    file = RespondentFile(wave_id=wave.id, kind=kind, reason=said, asked_by=actor)
    db.session.add(file)
    record(actor, "respondent file asked for", wave.slug, kind=kind, reason=said)
    db.session.commit()
    _start_process(file.id)
    return file


def make_file(id: uuid.UUID) -> None:
    """Make a file in this process, telling its row how far it is; a fault ends in the row too."""
    from feedback.services.respondents.comments import comments_csv  # pandas, which no page needs
    from feedback.services.respondents.table import respondent_table
    from feedback.services.respondents.writing import as_csv, as_sav

    file = file_of(id)
    with working(RespondentFile, id, FAULT) as tell:
        tell("Reading the answers", 0, 2)
        if file.kind == "comments":
            file.content, file.row_count = comments_csv(file.wave)
        else:
            table = respondent_table(file.wave)
            db.session.commit()
            tell("Writing the file", 1, 2)
            write = {"csv": as_csv, "sav": as_sav}[file.kind]
            file.content, file.row_count = write(table, file.wave.title), len(table.rows)
        finish(file)
        db.session.commit()


def file_of(id: uuid.UUID) -> RespondentFile:
    """Return a file that was asked for.

    Raises:
        NotFound: there is none.

    """
    file = db.session.get(RespondentFile, id)
    if file is None:
        raise NotFound("There is no such file.")
    return file


def take(file: RespondentFile, actor: str) -> bytes:
    """Record that somebody takes a file away, commit, and return its content.

    Raises:
        NotFound: it is not finished, or erased already.

    """
    content = file.content
    if content is None or file.asked_at < utc_now() - KEPT:
        raise NotFound(GONE)
    name, wave, kind, reason = file.id, file.wave.slug, file.kind, file.reason
    db.session.commit()  # what was read is let go first: SQLite refuses to turn a read into a write
    db.session.add(RespondentDownload(file_id=name, taken_by=actor))
    record(actor, "respondent file downloaded", wave, kind=kind, reason=reason)
    db.session.commit()
    return content


def erase_old() -> None:
    """Erase the content of files that are older than a day; what was asked for, and by whom, stays."""
    old = select(RespondentFile.id).where(RespondentFile.asked_at < utc_now() - KEPT)
    gone = update(RespondentFile).where(RespondentFile.id.in_(old), RespondentFile.content.is_not(None))
    db.session.execute(gone.values(content=None))


def _start_process(id: uuid.UUID) -> None:
    start_process(id, "respondents", "make")
