"""Noting what arrived from a device, so that its ledger can be compared; forgotten when it is signed off."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import case, func, select, update

from feedback.extensions import db
from feedback.models import Arrival, Device, LedgerEntry
from feedback.services.tablets.intake import Arrived
from feedback.services.upserts import insert_into

TABLE = Arrival.__table__


def note_arrivals(device: Device | None, arrived: Sequence[Arrived], outcomes: Sequence[str]) -> None:
    """Note what came of each form of a device, in the transaction of the caller.

    A number that was signed off gets its outcome alone: from then on no form is tied to it. A form without a number
    that comes after sign-off could be tied to nothing and is not noted.
    """
    if device is None:
        return
    closed = _closed_numbers(device, arrived)
    open_forms: dict[UUID, tuple[Arrived, str]] = {}
    for one, outcome in zip(arrived, outcomes, strict=True):
        if one.number is not None and one.number in closed:
            _note_late(device, one.number, outcome)
        elif one.number is not None or device.signed_off_at is None:
            open_forms.setdefault(one.id, (one, outcome))
    for id in sorted(open_forms):
        _note(device, *open_forms[id])


def _closed_numbers(device: Device, arrived: Sequence[Arrived]) -> set[int]:
    numbers = [one.number for one in arrived if one.number is not None]
    if device.signed_off_at is None or not numbers:
        return set()
    closed = select(LedgerEntry.number).where(LedgerEntry.device_id == device.id, LedgerEntry.closed)
    return set(db.session.scalars(closed.where(LedgerEntry.number.in_(numbers))))


def _note_late(device: Device, number: int, outcome: str) -> None:
    entry = (LedgerEntry.device_id == device.id, LedgerEntry.number == number, LedgerEntry.outcome.is_(None))
    db.session.execute(update(LedgerEntry).where(*entry).values(outcome=outcome))


def _note(device: Device, one: Arrived, outcome: str) -> None:
    """A form that was held and is stored now is stored; what was stored stays so however often it comes again."""
    known = {"device_id": device.id, "item_id": one.id, "number": one.number, "practice": one.practice}
    statement = insert_into(TABLE).values(**known, outcome=outcome)
    better = case((TABLE.c.outcome == "held", statement.excluded.outcome), else_=TABLE.c.outcome)
    numbered = func.coalesce(TABLE.c.number, statement.excluded.number)
    changed = {"outcome": better, "number": numbered}
    db.session.execute(statement.on_conflict_do_update(index_elements=["device_id", "item_id"], set_=changed))
