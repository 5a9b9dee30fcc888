"""Snapshots of waves: on which day which answers begin to count for figures.

A snapshot is taken when figures are asked for, at most once a day, and only where at least `snapshot_from` answers are
in no earlier snapshot as they are now. So any two snapshots of a wave differ by so many answers, whatever is withdrawn,
corrected or imported again between them. What is left over when a wave closes counts when its figures are published.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from analysis.thresholds import limits
from feedback.clock import today
from feedback.extensions import db
from feedback.keys import Purpose, every_key, newest_key, secret_missing
from feedback.models import Response, Snapshot, Wave
from feedback.queries.answers.snapshots import (
    Basis,
    basis_of,
    fingerprint,
    parts,
    placed_as,
    refuse_without,
    snapshot_of,
)
from feedback.queries.paper import keying_check
from feedback.queries.waves import waves
from feedback.services.upserts import insert_into

TABLE = Snapshot.__table__


@dataclass(frozen=True)
class _Taken:
    """The row of a snapshot, and how many answers in it were in none before."""

    row: Mapping[str, Any]
    new: int


def advance(wave: Wave) -> Basis:
    """Take the day's snapshot of a wave if one is due, and commit; return what its figures are drawn from.

    Where the database is busy with something long, the snapshot before stays: the page or file is made from that.
    """
    _take_if_due(wave)
    return basis_of(wave)


def refuse_without_figures(wave: Wave) -> None:
    """Raise NoFigures, with the sentence that says when there will be some, where none can be made now."""
    refuse_without(wave, advance(wave))


def take_snapshot(wave: Wave) -> None:
    """Take in every answer of a wave as of now, whatever there was before, and commit.

    For a wave that is loaded whole and nobody has seen figures of; otherwise `advance` decides.
    """
    _keep(_read(wave, snapshot_of(wave)))


def advance_all() -> int:
    """Take the day's snapshot of every wave where one is due; return how many were taken."""
    return sum(_take_if_due(wave) for wave in waves())


def wait_where_unreadable() -> None:
    """Take no answer of now as new for a snapshot whose key is lost for ever, in the transaction of the caller.

    Which answers it held cannot be told any more; with ten that come from now on the next is sure to differ by ten.
    """
    for wave in waves():
        snapshot = snapshot_of(wave)
        if snapshot is not None and basis_of(wave).missing:
            now = _read(wave, None).row["current"]
            snapshot.former = b"".join(sorted(parts(snapshot.former) | parts(now)))


def _take_if_due(wave: Wave) -> bool:
    if wave.frozen_at is not None or secret_missing():
        return False
    before = snapshot_of(wave)
    if before is not None and before.taken_on >= today():
        return False
    taken = _read(wave, before)
    return taken.new >= limits().snapshot_from and _keep(taken)


def _read(wave: Wave, before: Snapshot | None) -> _Taken:
    """What a snapshot of now would be. An answer that was in one before under an older key is not new."""
    newest, keys = newest_key(Purpose.SNAPSHOTS), every_key(Purpose.SNAPSHOTS)
    known = parts(before.current) | parts(before.former) if before else frozenset[bytes]()
    current, placing, new = list[bytes](), hashlib.sha256(), 0
    rows = select(Response.id, Response.payload_hash, Response.event_id).where(Response.wave_id == wave.id)
    for row in db.session.execute(rows.order_by(Response.id)):
        new += known.isdisjoint(fingerprint(key, row.id, row.payload_hash) for key in keys)
        current.append(fingerprint(newest, row.id, row.payload_hash))
        placing.update(placed_as(row.id, row.event_id))
    keying = keying_check(wave)
    kept = {
        "wave_id": wave.id,
        "number": before.number + 1 if before else 1,
        "taken_on": today(),
        "answers": len(current),
        "current": b"".join(sorted(current)),
        "former": b"".join(sorted(known - set(current))),
        "placing": placing.hexdigest(),
        "keying": asdict(keying) if keying else None,
    }
    return _Taken(kept, new)


def _keep(taken: _Taken) -> bool:
    """Write a snapshot and commit, unless another process has taken the next one meanwhile; return whether it is there.

    What was read is let go first: SQLite refuses to turn a read into a write when somebody wrote in between.
    """
    db.session.commit()
    statement = insert_into(TABLE).values(**taken.row)
    replaced = {name: statement.excluded[name] for name in taken.row if name != "wave_id"}
    next_one = TABLE.c.number == statement.excluded.number - 1
    upsert = statement.on_conflict_do_update(index_elements=["wave_id"], set_=replaced, where=next_one)
    try:
        written = db.session.scalar(upsert.returning(TABLE.c.number))
        db.session.commit()
    except OperationalError:
        db.session.rollback()
        return False
    return written is not None
