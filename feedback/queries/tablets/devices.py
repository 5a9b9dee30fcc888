"""Devices, and their count beside ours: what a tablet says it took, and what of it is here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from feedback.clock import today
from feedback.errors import NotFound
from feedback.extensions import db
from feedback.models import Arrival, Device, Event, LedgerEntry, QuarantinedForm
from feedback.models.devices import TAKEN


@dataclass(frozen=True)
class Reconciliation:
    """Counts of real forms, practice apart. `missing`: numbers that the device completed and that are not here.

    `unclaimed`: forms that are here and that the device's ledger does not call completed. `held` wait for a decision;
    staff have `set_aside` some, which are accounted for whatever the ledger says of them.
    """

    device: int = 0
    server: int = 0
    held: int = 0
    set_aside: int = 0
    missing: tuple[int, ...] = ()
    unclaimed: int = 0
    discarded: int = 0
    opened: int = 0
    practice: int = 0

    @property
    def agrees(self) -> bool:
        """Whether every form that the device completed is here, and no other."""
        return not self.missing and not self.unclaimed

    @property
    def stored(self) -> int:
        return self.server - self.held - self.set_aside


def device_by_id(id: UUID) -> Device:
    """Return the device.

    Raises:
        NotFound: there is none.

    """
    device = db.session.get(Device, id)
    if device is None:
        raise NotFound("There is no device with this number.")
    return device


def devices_of(event: Event) -> list[Device]:
    """Return the devices that took an event, in order of name."""
    return list(db.session.scalars(select(Device).filter_by(event_id=event.id).order_by(Device.name, Device.id)))


def recent_devices(most: int = 200) -> list[Device]:
    """Return the devices of the latest events, those of one event together."""
    newest = select(Device).join(Event).order_by(Event.starts_at.desc(), Event.code, Device.name, Device.id)
    return list(db.session.scalars(newest.limit(most)))


def surveys_to_take(event: Event) -> list[dict[str, Any]]:
    """Return what a device asks at an event: its waves that are open or still to open."""
    day = today()
    return [
        {
            "survey": wave.survey,
            "title": wave.title,
            "wave": wave.slug,
            "version": wave.questionnaire.version,
            "digest": wave.questionnaire.digest,
        }
        for wave in event.waves
        if wave.closes_on >= day and wave.frozen_at is None
    ]


def reconciliation(device: Device) -> Reconciliation:
    """Set the count of one device beside ours."""
    return reconciliations([device])[device.id]


def reconciliations(devices: Sequence[Device]) -> dict[UUID, Reconciliation]:
    """Set the count of each device beside ours, by its id."""
    ids = [device.id for device in devices]
    entries = _by_device(db.session.scalars(select(LedgerEntry).where(LedgerEntry.device_id.in_(ids))))
    arrivals = _by_device(db.session.scalars(select(Arrival).where(Arrival.device_id.in_(ids))))
    aside = rejected_of(ids)
    return {id: reconcile(entries[id], arrivals[id], aside) for id in ids}


def rejected_of(devices: Sequence[UUID]) -> frozenset[UUID]:
    """Return the ids of forms of these devices that staff rejected."""
    ids = select(QuarantinedForm.item_id).where(
        QuarantinedForm.device_id.in_(devices), QuarantinedForm.decision == "set_aside"
    )
    return frozenset(id for id in db.session.scalars(ids) if id is not None)


def reconcile(
    entries: Sequence[LedgerEntry], arrivals: Sequence[Arrival], aside: frozenset[UUID] = frozenset()
) -> Reconciliation:
    """Set what a ledger says beside what arrived; `aside` are the ids of forms that staff rejected."""
    real = [entry for entry in entries if not entry.practice]
    taken = [entry for entry in real if entry.state in TAKEN]
    came = [arrival for arrival in arrivals if not arrival.practice]
    closed = [entry.outcome for entry in real if entry.closed and entry.outcome]
    came_of = Matching(arrivals)
    matched = {entry.number: came_of(entry) for entry in taken if not entry.closed}
    accounted = {arrival.item_id for arrival in matched.values() if arrival} | aside
    missing = [entry.number for entry in taken if not (entry.outcome if entry.closed else matched[entry.number])]
    outcomes = [*closed, *("set_aside" if arrival.item_id in aside else arrival.outcome for arrival in came)]
    return Reconciliation(
        device=len(taken),
        server=len(outcomes),
        held=outcomes.count("held"),
        set_aside=outcomes.count("set_aside"),
        missing=tuple(sorted(missing)),
        unclaimed=sum(arrival.item_id not in accounted for arrival in came),
        discarded=sum(entry.state == "discarded" for entry in real),
        opened=sum(entry.state == "opened" for entry in real),
        practice=sum(entry.practice and entry.state in TAKEN for entry in entries),
    )


class Matching:
    """What arrived of an entry: the form with its id, or with its number where the device told no id."""

    def __init__(self, arrivals: Iterable[Arrival]) -> None:
        self.by_id = {arrival.item_id: arrival for arrival in arrivals}
        self.by_number = {arrival.number: arrival for arrival in arrivals}

    def __call__(self, entry: LedgerEntry) -> Arrival | None:
        if entry.item_id is not None:
            return self.by_id.get(entry.item_id)
        return self.by_number.get(entry.number)


def _by_device(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.device_id].append(row)
    return found
