"""Taking back answers: who holds the receipt may have the answers removed, and nobody learns what they were."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select

from feedback.errors import NotFound, Refusal
from feedback.extensions import db
from feedback.keys import FormerKeyMissing, secret_missing
from feedback.models import Conflict, Job, Response, Tally, Wave
from feedback.receipt_codes import receipt_hashes
from feedback.services.at_rest.rewriting import wipe_deleted
from feedback.services.audit import record
from feedback.services.jobs import erase_made
from feedback.services.paper.keying import forget_keyings
from feedback.services.waves.freezing import refuse_when_frozen

STALE = "Answers in this file were removed after it was asked for, so the file was erased. Ask for it again."
UNKNOWN = (
    "No answers have this receipt code. Check every letter with the person who asked; "
    "answers that were removed before have no code any more, and the codes of a survey are erased when its figures "
    "are published."
)
CHUNK = 500
UNSYNCHRONISED = {"synchronize_session": False}


def wave_to_withdraw_from(code: str) -> str:
    """Return the title of the wave that the answers with this receipt belong to.

    Raises:
        NotFound: no answers have this receipt.
        FormerKeyMissing: none is found, but it may have been given out under a key that is missing.

    """
    of_wave = select(Wave.title).join(Response, Response.wave_id == Wave.id)
    title = db.session.scalar(of_wave.where(Response.receipt_hash.in_(receipt_hashes(code))))
    if title is None:
        raise _unknown()
    return title


def withdraw_response(code: str, actor: str) -> str:
    """Delete the answers with this receipt and what was kept beside them or keyed from a sheet; return the wave's slug.

    Files for analysts that hold them are erased.
    The tally by day stays as it came: it has no key to a response, so nobody knows which day to take one from. The
    audit entry names the wave and holds no code. What the bytes may still hold goes with the next rewriting.

    Raises:
        NotFound, FormerKeyMissing: no answers have this receipt, as above.
        Frozen: the wave's figures are published.

    """
    with_code = select(Response).where(Response.receipt_hash.in_(receipt_hashes(code)))
    found = db.session.scalar(with_code)
    if found is None:
        raise _unknown()
    refuse_when_frozen(found.wave)
    slug, wave_id = found.wave.slug, found.wave_id
    forget_keyings(found)  # the sheet first, as who settles it does, so that neither waits for the other
    if db.session.scalar(with_code.with_for_update()) is None:
        db.session.rollback()
        raise _unknown()
    db.session.execute(delete(Conflict).where(Conflict.response_id == found.id))
    db.session.execute(delete(Response).where(Response.id == found.id))
    erase_files(wave_id)
    record(actor, "answers withdrawn", slug)
    db.session.commit()
    wipe_deleted()
    return slug


def erase_files(wave_id: int) -> None:
    """Files with a row for each person, or with people's own words, hold the answers too."""
    tells = or_(Job.kind == "respondent_file", Job.has_comments)
    erase_made(STALE, Job.wave_id == wave_id, tells)


def remove_responses(keys: Sequence[UUID]) -> None:
    """Delete many responses and what was kept beside them, in the caller's transaction, which holds their wave.

    Words of theirs that are held for a reviewer go with them, as when one person's answers are withdrawn.
    """
    for start in range(0, len(keys), CHUNK):
        chosen = keys[start : start + CHUNK]
        db.session.execute(delete(Conflict).where(Conflict.response_id.in_(chosen)), execution_options=UNSYNCHRONISED)
        db.session.execute(delete(Response).where(Response.id.in_(chosen)), execution_options=UNSYNCHRONISED)
    db.session.expire_all()


def take_from_tally(wave_id: int, month: date, channel: str, count: int) -> None:
    """Count so many fewer in a month: nobody knows on which days they came, so the fullest days give first."""
    of_month = select(Tally).where(
        Tally.wave_id == wave_id,
        Tally.channel == channel,
        Tally.day >= month,
        Tally.day < (month + timedelta(days=32)).replace(day=1),
    )
    for day in db.session.scalars(of_month.order_by(Tally.count.desc(), Tally.day).with_for_update()):
        taken = min(day.count, count)
        day.count -= taken
        count -= taken


def _unknown() -> Refusal:
    if secret_missing():
        return FormerKeyMissing("The list of receipts that were given out before")
    return NotFound(UNKNOWN)
