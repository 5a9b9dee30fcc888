"""Reading the paper registers: batches, sheets, what waits, and how many fields were keyed wrongly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from analysis.estimation.keying_error import KeyingCheck
from feedback.errors import NotFound
from feedback.extensions import db
from feedback.models import Event, PaperBatch, PaperKeying, PaperSheet, Role, User, Wave
from feedback.models.paper import SHEET_STATES

KEYERS = ("officer", "administrator")


@dataclass(frozen=True)
class SheetCounts:
    """How many sheets of a batch are in which state; `waiting` for a second keying, `differing` to be settled."""

    states: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SHEET_STATES, 0))
    waiting: int = 0
    differing: int = 0

    @property
    def total(self) -> int:
        return sum(self.states.values())


def batches(wave: Wave | None = None, event: Event | None = None) -> list[PaperBatch]:
    """Return batches, of a wave or an event where one is given, newest first."""
    wanted = _batches()
    if wave is not None:
        wanted = wanted.where(PaperBatch.wave_id == wave.id)
    if event is not None:
        wanted = wanted.where(PaperBatch.event_id == event.id)
    return list(db.session.scalars(wanted))


def batch_by_code(code: str) -> PaperBatch:
    """Return the batch whose serials begin with `code`, in any case.

    Raises:
        NotFound: there is none.

    """
    found = None if "\0" in code else db.session.scalar(_batches().where(PaperBatch.code == code.upper()))
    if found is None:
        raise NotFound("There is no batch of paper sheets with this code.")
    return found


def counts(found: Sequence[PaperBatch]) -> dict[str, SheetCounts]:
    """Count the sheets of batches by state, by code of the batch."""
    counted = {batch.code: SheetCounts() for batch in found}
    grouping = (PaperSheet.batch_code, PaperSheet.state, PaperSheet.checking)
    rows = select(*grouping, func.count()).where(PaperSheet.batch_code.in_(counted)).group_by(*grouping)
    for code, state, checking, number in db.session.execute(rows):
        before = counted[code]
        counted[code] = SheetCounts(
            {**before.states, state: before.states[state] + number},
            before.waiting + (number if checking == "waiting" else 0),
            before.differing + (number if checking == "differs" else 0),
        )
    return counted


def sheets(batch: PaperBatch, first: int = 1, last: int | None = None) -> list[PaperSheet]:
    """Return the sheets of a batch in order, from number `first` to `last`."""
    wanted = select(PaperSheet).filter_by(batch_code=batch.code).where(PaperSheet.number >= first)
    if last is not None:
        wanted = wanted.where(PaperSheet.number <= last)
    return list(db.session.scalars(wanted.order_by(PaperSheet.number)))


def sheet_by_serial(serial: str) -> PaperSheet:
    """Return a sheet by its serial as it is stored.

    Raises:
        NotFound: no sheet has it.

    """
    wanted = select(PaperSheet).filter_by(serial=serial).options(joinedload(PaperSheet.batch))
    found = None if "\0" in serial else db.session.scalar(wanted)
    if found is None:
        raise NotFound("No sheet with this serial number was ever made. Check it with the sheet.")
    return found


def last_day_to_key(batch: PaperBatch) -> date:
    """Return the last day on which sheets of a batch may be keyed."""
    return batch.wave.closes_on + timedelta(days=batch.grace_days)


def waiting(batch: PaperBatch, checking: str) -> list[PaperSheet]:
    """Return the sheets that wait for a second keying (`waiting`) or to be settled (`differs`), in order."""
    wanted = select(PaperSheet).filter_by(batch_code=batch.code, checking=checking)
    return list(db.session.scalars(wanted.order_by(PaperSheet.number)))


def keyings(sheet: PaperSheet) -> list[PaperKeying]:
    """Return what was keyed from a sheet that is keyed twice, first keying first; nothing once it is settled."""
    return list(db.session.scalars(select(PaperKeying).filter_by(serial=sheet.serial).order_by(PaperKeying.turn)))


def keyers() -> int:
    """Count the people who may key sheets."""
    able = select(func.count(User.id.distinct())).join(User.roles).where(Role.name.in_(KEYERS), User.active.is_(True))
    return db.session.scalar(able) or 0


def keying_check(wave: Wave) -> KeyingCheck | None:
    """Return how many fields differed among those keyed twice, before settling; None where no sheet was made."""
    of_wave = PaperSheet.batch_code.in_(select(PaperBatch.code).where(PaperBatch.wave_id == wave.id))
    return _check(of_wave)


def keying_check_of(batch: PaperBatch) -> KeyingCheck | None:
    """Return the same for one batch."""
    return _check(PaperSheet.batch_code == batch.code)


def _check(wanted: object) -> KeyingCheck | None:
    sums = (func.count(PaperSheet.fields), func.sum(PaperSheet.fields), func.sum(PaperSheet.differing))
    keyed = func.count(PaperSheet.serial).filter(PaperSheet.state == "keyed")
    row = db.session.execute(select(func.count(PaperSheet.serial), keyed, *sums).where(wanted)).one()  # type: ignore[arg-type]
    made, sheets_keyed, twice, fields, differing = (int(number or 0) for number in row)
    return KeyingCheck(sheets_keyed, twice, fields, differing) if made else None


def _batches() -> Select[PaperBatch]:
    loaded = (joinedload(PaperBatch.wave), joinedload(PaperBatch.event), joinedload(PaperBatch.questionnaire))
    return select(PaperBatch).options(*loaded).order_by(PaperBatch.made_at.desc(), PaperBatch.code)
