"""Ledgers: what devices say of their numbered forms, and signing off, after which no form is tied to a number."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from feedback.extensions import db
from feedback.messages.shapes import Ledger, LedgerItem
from feedback.models import Arrival, Device, LedgerEntry
from feedback.models.types import this_minute, utc_now
from feedback.queries.tablets.devices import Matching, Reconciliation, reconcile, rejected_of
from feedback.services.audit import record
from feedback.typed_text import one_line

RANKS = {"opened": 0, "discarded": 1, "completed": 2, "sent": 3}  # a form that was completed stays completed
LARGEST_SKEW = 10 * 365 * 86_400  # seconds


def note_clock(device: Device, device_time: datetime | None) -> None:
    """Note by how many seconds the clock of a device is ahead, in the transaction of the caller."""
    if device_time is not None:
        ahead = round((device_time - utc_now()).total_seconds())
        device.skew_seconds = max(-LARGEST_SKEW, min(LARGEST_SKEW, ahead))


def note_ledger(device: Device, ledger: Ledger) -> Reconciliation:
    """Take down what a device says, and commit; return its count beside ours."""
    _lock(device)
    note_clock(device, ledger.device_time)
    device.app_version = one_line(ledger.app_version) or device.app_version
    device.storage_persisted, device.queued = ledger.storage_persisted, ledger.queued
    device.ledger_at = device.last_seen_at = this_minute()
    known = {entry.number: entry for entry in _entries(device)}
    for said in ledger.entries:
        if said.number not in known:
            known[said.number] = LedgerEntry(device_id=device.id, **_columns(said))
            db.session.add(known[said.number])
        elif not known[said.number].closed:
            _change(known[said.number], said)
    found = reconcile(list(known.values()), _arrivals(device), rejected_of([device.id]))
    db.session.commit()
    return found


def sign_off(device: Device, *, actor: str, reason: str = "") -> Reconciliation:
    """Close the ledger of a device when both counts agree, and commit; where they do not, nothing is changed.

    With a `reason` (a tablet was lost, say) a ledger with a gap is closed too; the gap stays on record. From then on
    nothing here ties a number to a form, and a form that comes late still counts.
    """
    _lock(device)
    entries, arrivals = _entries(device), _arrivals(device)
    found = reconcile(entries, arrivals, rejected_of([device.id]))
    is_new = device.signed_off_at is None or bool(arrivals) or any(not entry.closed for entry in entries)
    if is_new and (found.agrees or reason):
        came_of = Matching(arrivals)
        for entry in entries:
            if not entry.closed and (reason or entry.state != "opened"):
                _close(entry, came_of(entry))
        db.session.execute(delete(Arrival).where(Arrival.device_id == device.id))
        _record(device, found, actor, reason)
    db.session.commit()
    return found


def _record(device: Device, found: Reconciliation, actor: str, reason: str) -> None:
    device.signed_off_at, device.signed_off_by, device.sign_off_reason = utc_now(), actor, reason
    counts = {"device": found.device, "server": found.server, "held": found.held, "missing": list(found.missing)}
    why = {"reason": reason} if reason else {}
    record(actor, "device signed off", device.event.code, name=device.name, **counts, **why)


def _close(entry: LedgerEntry, arrival: Arrival | None) -> None:
    entry.outcome = arrival.outcome if arrival else None
    entry.item_id, entry.closed = None, True


def _columns(said: LedgerItem) -> dict[str, object]:
    return {"number": said.number, "state": said.state, "practice": said.practice, "item_id": said.id, "closed": False}


def _change(entry: LedgerEntry, said: LedgerItem) -> None:
    """What was said once is not unsaid: a completed form stays completed, a real one real, an id the same."""
    entry.state = max(entry.state, said.state, key=RANKS.__getitem__)
    entry.practice = entry.practice and said.practice
    entry.item_id = entry.item_id or said.id


def _lock(device: Device) -> None:
    """Two calls of one device write one after the other."""
    locked = select(Device).where(Device.id == device.id).with_for_update()
    db.session.scalar(locked, execution_options={"populate_existing": True})


def _entries(device: Device) -> list[LedgerEntry]:
    return list(db.session.scalars(select(LedgerEntry).filter_by(device_id=device.id)))


def _arrivals(device: Device) -> list[Arrival]:
    return list(db.session.scalars(select(Arrival).filter_by(device_id=device.id)))
