"""Keeping what could not be stored, once, whole, until staff decide."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from feedback.ceilings import ceiling
from feedback.clock import today
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.keys import Key, Purpose, every_key, newest_key, secret_missing
from feedback.models import QuarantinedForm
from feedback.queries.tablets.quarantined_texts import reasons_in
from feedback.services.safeguarding.quarantined_forms import flag_forms
from feedback.services.tablets.intake import Arrived, FormSource, Unacceptable
from feedback.services.upserts import insert_new

LONGEST_SENTENCE = 500
TABLE = QuarantinedForm.__table__


class TooManyWaiting(Refusal):
    """So many forms of one device wait that no more can be kept; the device keeps those that cannot be stored."""

    status = 422

    def __init__(self, waiting: int) -> None:
        super().__init__(
            f"{waiting:,} forms of this tablet could not be stored and wait for staff, the most that are kept. "
            "This one stays on the tablet. Staff decide those that wait, or upload a file of the tablet."
        )


@dataclass(frozen=True)
class Quarantine:
    """A form that waits, and why. `concerns`: why its words are to be shown to a reviewer; none where they are not."""

    arrived: Arrived
    why: Unacceptable
    concerns: tuple[str, ...] = ()


def quarantine_of(arrived: Arrived, why: Unacceptable) -> Quarantine:
    """Read a form for words that may say somebody is in danger. It is slow: before anything is locked for writing."""
    return Quarantine(arrived, why, () if arrived.sealed else tuple(reasons_in(arrived.content)))


def quarantine(source: FormSource, holds: Sequence[Quarantine]) -> None:
    """Keep forms for staff in the transaction of the caller; one that was kept before is kept once.

    Words of concern are held for a reviewer in the same transaction.
    """
    if not holds:
        return
    key = newest_key(Purpose.HELD_FORMS)
    fresh = [hold for hold in holds if not _kept_before(hold)]
    rows = sorted(
        ((_row(source, hold, key), hold.concerns) for hold in fresh), key=lambda pair: str(pair[0]["fingerprint"])
    )
    kept = insert_new(TABLE, [row for row, _concerns in rows])
    flag_forms({row["id"]: concerns for row, concerns in rows if row["id"] in kept})


def refuse_past_ceiling(source: FormSource, holds: Sequence[Quarantine]) -> None:
    """Raise TooManyWaiting where more forms of a device would wait for staff than the settings let wait."""
    if not holds or source.device is None or source.from_file:
        return
    of_device = select(QuarantinedForm.item_id).where(
        QuarantinedForm.device_id == source.device.id, QuarantinedForm.decision.is_(None)
    )
    waiting = Counter(db.session.scalars(of_device))
    fresh = sum(hold.arrived.id not in waiting for hold in holds)
    if fresh and waiting.total() + fresh > ceiling("waiting_forms_a_pass"):
        raise TooManyWaiting(waiting.total())


def fingerprint(key: Key, hold: Quarantine) -> str:
    """Return what tells a form from every other. Who has the database but not the service's secret cannot make it."""
    return key.fingerprint(f"{hold.arrived.id}:{json.dumps(_content(hold), sort_keys=True)}".encode())


def _kept_before(hold: Quarantine) -> bool:
    """Whether a form is kept here under an earlier secret; under the newest the database itself sees to it.

    Where a secret is missing, no fingerprint of it can be made, and those that wait are looked at themselves.
    """
    if secret_missing() and _content(hold) in _waiting_as(hold.arrived.id):
        return True
    earlier = [fingerprint(key, hold) for key in every_key(Purpose.HELD_FORMS)[1:]]
    kept = select(QuarantinedForm.id).where(QuarantinedForm.fingerprint.in_(earlier))
    return bool(earlier) and db.session.scalar(kept.limit(1)) is not None


def _waiting_as(id: UUID) -> list[Mapping[str, Any]]:
    return list(db.session.scalars(select(QuarantinedForm.content).where(QuarantinedForm.item_id == id)))


def _content(hold: Quarantine) -> dict[str, Any]:
    return {name: value for name, value in hold.arrived.content.items() if name != "number"}


def _row(source: FormSource, hold: Quarantine, key: Key) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "fingerprint": fingerprint(key, hold),
        "event_id": source.event.id,
        "device_id": source.device.id if source.device else None,
        "item_id": hold.arrived.id,
        "reason": hold.why.reason,
        "sentence": hold.why.sentence[:LONGEST_SENTENCE],
        "sealed": hold.arrived.sealed,
        "content": _content(hold),
        "received_on": today(),
        "decided_by": "",
        "decision_reason": "",
    }
