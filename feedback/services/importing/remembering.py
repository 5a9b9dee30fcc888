"""Which answers came with which file, so that an import can be undone as a whole while its wave is not frozen."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from feedback.clock import today
from feedback.errors import NotFound, Refusal
from feedback.extensions import db
from feedback.models import AnswerImport, ImportedResponse, Response
from feedback.queries.waves import wave_by_slug
from feedback.services.answers.validation import CheckedSubmission
from feedback.services.answers.withdrawal import erase_files, remove_responses, take_from_tally
from feedback.services.at_rest.rewriting import wipe_deleted
from feedback.services.audit import file_name, record
from feedback.services.upserts import insert_into
from feedback.services.waves.freezing import share_lock_waves

CHUNK = 1_000
PIECE = 1 << 20


class StoredRows:
    """The ids of what an import stored, and how many in which month through which channel.

    Not on which day: a small import would tell the day of its answers.
    """

    def __init__(self) -> None:
        self.ids: list[UUID] = []
        self.tallies: Counter[tuple[date, str]] = Counter()

    def see(self, stored: Iterable[CheckedSubmission]) -> None:
        for checked in stored:
            self.ids.append(checked.row["id"])
            self.tallies[checked.row["month"], checked.row["channel"]] += 1


def remember_import(path: Path, slug: str, actor: str, counts: Mapping[str, int], stored: StoredRows) -> UUID:
    """Keep what is needed to undo an import, in the transaction that stores it; return the id of the import.

    The links are written in the order of the answers' ids, which is not that of the file.
    """
    known = AnswerImport(
        wave_id=wave_by_slug(slug).id,
        imported_on=today(),
        imported_by=actor,
        file=file_name(path),
        digest=_digest(path),
        counts=dict(counts),
        tallies=[[month.isoformat(), channel, count] for (month, channel), count in sorted(stored.tallies.items())],
    )
    db.session.add(known)
    db.session.flush()
    ids = sorted(stored.ids)
    links = insert_into(ImportedResponse.__table__)
    for start in range(0, len(ids), CHUNK):
        db.session.execute(links, [{"import_id": known.id, "response_id": key} for key in ids[start : start + CHUNK]])
    return known.id


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def undo_import(id: UUID, actor: str) -> int:
    """Remove all answers that came with an import, what was kept beside them, and their counts; commit.

    Returns how many were removed: fewer than were stored where people took theirs back. Answers that differed from
    stored ones and wait among the conflicts stay there. Comments held for a reviewer go with their answers, as they do
    when a person takes answers back.

    Raises:
        NotFound: there is no such import.
        Refusal: it was undone already.
        Frozen: the wave's figures are published.

    """
    known = db.session.scalar(select(AnswerImport).filter_by(id=id).with_for_update())
    if known is None:
        raise NotFound("There is no import with this number. `flask responses imports` lists them.")
    if known.undone_on is not None:
        raise Refusal(f"The import of {known.file} was undone on {known.undone_on:%-d %B %Y}.")
    share_lock_waves([known.wave_id])
    of_import = select(Response.id).join(ImportedResponse).where(ImportedResponse.import_id == id)
    keys = list(db.session.scalars(of_import.order_by(Response.id)))
    remove_responses(keys)
    for month, channel, count in known.tallies:
        take_from_tally(known.wave_id, date.fromisoformat(month), channel, count)
    erase_files(known.wave_id)
    known.undone_on, known.undone_by = today(), actor
    record(actor, "import of answers undone", known.wave.slug, file=known.file, removed=len(keys))
    db.session.commit()
    wipe_deleted()
    return len(keys)
