"""The one door to the answers of a wave for whatever shows figures drawn from them.

While a wave takes answers, its figures are drawn from a snapshot (`services/snapshots.py` takes it): two files never
differ by fewer than `snapshot_from` answers. An answer that was removed or changed since the snapshot cannot be read
any more as it was, so then there are no figures until the next one. Once its figures are published, all answers count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from analysis.estimation.keying_error import KeyingCheck
from analysis.thresholds import limits
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.keys import FormerKeyMissing, Key, Purpose, every_key, secret_missing
from feedback.models import Event, Response, Snapshot, Wave
from feedback.queries.paper import keying_check

SIZE = 8  # bytes of an answer's fingerprint


class NoFigures(Refusal):
    """There are no figures of a wave that could be shown without giving a few people away."""

    status = 409


class Everything(Collection[Any]):
    """What every answer is in."""

    def __contains__(self, _: object) -> bool:
        return True

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0


EVERYTHING = Everything()


@dataclass(frozen=True)
class Basis:
    """What the figures of a wave are drawn from.

    `as_of`: the day of the snapshot; None where there is none yet, and where all answers count (`whole`). `answers`:
    how many it took in; `since`: how many are not in it, `missing`: how many of it were removed or changed.
    """

    as_of: date | None
    answers: int
    since: int
    missing: int
    whole: bool = False

    @property
    def needed(self) -> int:
        """How many new answers the next snapshot needs."""
        return limits().snapshot_from

    def told(self) -> dict[str, Any]:
        """Return what a job says of the file that it made."""
        return {"as_of": self.as_of.isoformat() if self.as_of else None, "answers": self.answers}

    @property
    def has_figures(self) -> bool:
        return self.whole or (self.as_of is not None and not self.missing)


def refuse_without(wave: Wave, basis: Basis) -> None:
    """Raise NoFigures, with the sentence that says when there will be some, where nothing counts yet or any more."""
    if not basis.whole and basis.as_of is None:
        raise NoFigures(
            f"Figures of {wave.title} are made from {basis.needed} answers on, so that they never tell of a few people "
            "alone. Try again when more have come, or when its figures are published."
        )
    if basis.missing and basis.as_of:
        raise _removed_since(wave, basis.as_of)


def snapshot_of(wave: Wave) -> Snapshot | None:
    """Return the last snapshot of a wave, if there is one."""
    return db.session.get(Snapshot, wave.id)


def basis_of(wave: Wave, *, whole: bool = False) -> Basis:
    """Return what the figures of a wave are drawn from now; `whole` as in `counted_rows`."""
    counted, stored, taken = _fingerprints_of(wave, whole=whole), 0, 0
    for row in db.session.execute(select(Response.id, Response.payload_hash).where(Response.wave_id == wave.id)):
        stored, taken = stored + 1, taken + counted.holds(row)
    if counted.snapshot is None:
        return Basis(None, stored if counted.whole else 0, stored - taken, 0, counted.whole)
    return Basis(counted.snapshot.taken_on, counted.snapshot.answers, stored - taken, counted.snapshot.answers - taken)


def counted_rows(wave: Wave, *columns: Any, whole: bool = False, by_event: bool = False) -> Iterator[Any]:
    """Yield `id`, `payload_hash`, `event_id` and `columns` (of responses and their events) of what counts, by id.

    Before the first snapshot nothing counts.
    `whole`: all that is stored, for a release, which freezes them. `by_event`: for figures of single events.

    Raises:
        NoFigures: answers of the snapshot were removed or changed (`by_event`: or moved) since. It is raised behind
            the last row: use nothing before.

    """
    counted, taken, placing = _fingerprints_of(wave, whole=whole), 0, hashlib.sha256()
    own = (Response.id, Response.payload_hash, Response.event_id, *columns)
    rows = select(*own).outerjoin(Event, Response.event_id == Event.id).where(Response.wave_id == wave.id)
    for row in db.session.execute(rows.order_by(Response.id)):
        if counted.holds(row):
            taken += 1
            placing.update(placed_as(row.id, row.event_id))
            yield row
    counted.refuse_unless_complete(wave, taken)
    if by_event:
        counted.refuse_when_moved(wave, placing.hexdigest())


def counts_for(wave: Wave, *, whole: bool = False) -> Callable[[Any], bool]:
    """Return what says of a row with `id` and `payload_hash` whether figures are drawn from it; see `counted_rows`."""
    return _fingerprints_of(wave, whole=whole).holds


def placed_as(response_id: UUID, event_id: UUID | None) -> bytes:
    """Return what `Snapshot.placing` is a number of: at which event an answer counts."""
    return response_id.bytes + (event_id.bytes if event_id else b"")


def keying_of(wave: Wave, *, whole: bool = False) -> KeyingCheck | None:
    """Return how well paper was keyed: on the day of the snapshot, or now where all answers count."""
    snapshot = None if whole or wave.frozen_at else snapshot_of(wave)
    if snapshot is None:
        return keying_check(wave)
    return KeyingCheck(**snapshot.keying) if snapshot.keying else None


def fingerprint(key: Key, id: UUID, payload_hash: str) -> bytes:
    """Return what a snapshot keeps of an answer: it says nothing to whoever has only the database."""
    return key.number(id.bytes + payload_hash.encode())[:SIZE]


def parts(fingerprints: bytes) -> frozenset[bytes]:
    """Return fingerprints that are kept as one text."""
    return frozenset(fingerprints[place : place + SIZE] for place in range(0, len(fingerprints), SIZE))


@dataclass(frozen=True)
class _Counted:
    """Which answers count: those with a fingerprint among `known`, or all (`whole`)."""

    snapshot: Snapshot | None
    known: Collection[bytes]
    keys: Sequence[Key]
    whole: bool

    def holds(self, row: Any) -> bool:
        return self.whole or any(fingerprint(key, row.id, row.payload_hash) in self.known for key in self.keys)

    def refuse_unless_complete(self, wave: Wave, taken: int) -> None:
        if self.snapshot is not None and taken < self.snapshot.answers:
            raise _removed_since(wave, self.snapshot.taken_on)

    def refuse_when_moved(self, wave: Wave, placing: str) -> None:
        if self.snapshot is not None and self.snapshot.placing != placing:
            raise NoFigures(
                f"Answers were moved to or from an event since {_day(self.snapshot.taken_on)}, so nothing is shown by "
                "event now: two results that differ by a few people would give them away. " + _when_next(wave)
            )


def _fingerprints_of(wave: Wave, *, whole: bool = False) -> _Counted:
    snapshot = None if whole or wave.frozen_at else snapshot_of(wave)
    if whole or wave.frozen_at:
        return _Counted(None, EVERYTHING, (), whole=True)
    if snapshot is None:
        return _Counted(None, (), (), whole=False)
    if secret_missing():
        raise FormerKeyMissing(f"The record of the answers that figures of {wave.title} are drawn from")
    return _Counted(snapshot, parts(snapshot.current), every_key(Purpose.SNAPSHOTS), whole=False)


def _removed_since(wave: Wave, taken_on: date) -> NoFigures:
    return NoFigures(
        f"Answers that the figures of {_day(taken_on)} were made from have been removed or corrected since, so nothing "
        f"is made from them now: two files that differ by a few people would give them away. {_when_next(wave)} If "
        "answers were removed, files that were made before were erased with them."
    )


def _when_next(wave: Wave) -> str:
    new = f"when {limits().snapshot_from} new answers have come"
    return f"There are new figures from the next day on {new}, or when {wave.title} is published."


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
