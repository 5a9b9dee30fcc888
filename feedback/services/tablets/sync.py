"""The sync door: forms from tablets in, an outcome for each out. Every outcome is committed before it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from feedback.errors import Refusal
from feedback.extensions import db
from feedback.keys import FormerKeyMissing
from feedback.messages.decoding import convert
from feedback.messages.seals import Opener, opener
from feedback.messages.shapes import Result, SealedForm
from feedback.models import Device
from feedback.models.types import this_minute
from feedback.queries.answers.responses import payload_hashes
from feedback.queries.events import event_of_key
from feedback.services.answers.floods import count_arrivals
from feedback.services.answers.submission import ALREADY_STORED, CONFLICT, STORED, Receipt, store_batch
from feedback.services.answers.validation import CheckedSubmission
from feedback.services.tablets.arrivals import note_arrivals
from feedback.services.tablets.event_keys import key_id
from feedback.services.tablets.intake import Arrived, FormSource, Unacceptable, validate_item
from feedback.services.tablets.kiosk_signals import kiosk_signals
from feedback.services.tablets.quarantine import Quarantine, quarantine, quarantine_of, refuse_past_ceiling
from feedback.services.waves.freezing import Frozen

__all__ = ["FormSource", "sync"]

SEALED_BY_OTHERS = "This form was sealed with a key of another service, so it cannot be opened here."
KEY_LOST = "This form cannot be opened until the former key of the service is brought back."
MESSAGES = {
    STORED: "Stored.",
    ALREADY_STORED: "These answers were received before and count once.",
    CONFLICT: "Different answers were received before under this number. Both are kept, and an administrator decides.",
}
REFUSED = Unacceptable("content", "The database refused this form. Its wave or questionnaire may have been removed.")
PRACTICE = "This was practice. Nothing was kept."


@dataclass(frozen=True)
class _Verdict:
    """What is to become of an item: stored (`checked`), held, recognised, or (none of these) practice."""

    arrived: Arrived
    checked: CheckedSubmission | None = None
    hold: Quarantine | None = None
    recognised: bool = False


def sync(source: FormSource, items: Sequence[Mapping[str, Any]]) -> list[Result]:
    """Store, recognise, keep apart or hold each item, and commit; one result for each, in order.

    Every item has an `id` that is a UUID in its usual spelling. Nothing in one item spoils another.

    Raises:
        TooManyWaiting: too many forms of the device wait for staff; nothing of these was taken.

    """
    arrived = _open_all(source, items)
    known = payload_hashes([one.id for one in arrived])
    new = sum(one.id not in known and not one.practice for one in arrived)
    source = replace(source, signals=source.signals | kiosk_signals(source, new))
    verdicts = [_verdict(source, one, known.get(one.id)) for one in arrived]
    refuse_past_ceiling(source, [verdict.hold for verdict in verdicts if verdict.hold])
    return _write(source, verdicts)


def _open_all(source: FormSource, items: Sequence[Mapping[str, Any]]) -> list[Arrived]:
    """Open what is sealed before the database is asked for anything: it is slow, and would hold up everybody."""
    kid, open_ours = key_id(source.event), _opener(source)
    db.session.commit()
    opened = [_open(item, kid, open_ours) for item in items]
    return [_try_other_events(item, one) for item, one in zip(items, opened, strict=True)]


def _opener(source: FormSource) -> Opener | None:
    try:
        return opener(source.event)
    except FormerKeyMissing:
        return None


def _open(item: Mapping[str, Any], kid: str, open_ours: Opener | None) -> Arrived:
    id = UUID(str(item["id"]))
    if "sealed" not in item:
        return Arrived(id, item, plain=True)
    try:
        envelope = convert(item, SealedForm, "the sealed form")
        if envelope.key != kid:
            return Arrived(id, item, sealed=True, fault=("key", SEALED_BY_OTHERS))
        if open_ours is None:
            return Arrived(id, item, sealed=True, fault=("key", KEY_LOST))
        return Arrived(id, open_ours(item))
    except Refusal as refusal:
        return Arrived(id, item, sealed=True, fault=("seal", str(refusal)))


def _try_other_events(item: Mapping[str, Any], one: Arrived) -> Arrived:
    """A form that a tablet sealed for another of our events can be opened, if only to say so."""
    if one.fault != ("key", SEALED_BY_OTHERS):
        return one
    other = event_of_key(str(item.get("key")))
    try:
        return Arrived(one.id, opener(other)(item)) if other else one
    except Refusal as refusal:
        return replace(one, fault=("seal", str(refusal)))


def _verdict(source: FormSource, one: Arrived, known_hash: str | None) -> _Verdict:
    """What is here already with the same content needs no writing, and is recognised when its wave is frozen too."""
    try:
        checked = validate_item(source, one, known=known_hash is not None)
    except Unacceptable as why:
        return _Verdict(one, hold=quarantine_of(one, why))
    if checked and checked.row["payload_hash"] == known_hash:
        return _Verdict(one, recognised=True)
    return _Verdict(one, checked=checked)


def _write(source: FormSource, verdicts: Sequence[_Verdict]) -> list[Result]:
    """Write all in one transaction; should that be refused, each in its own, and hold what is still refused."""
    try:
        return _write_together(source, verdicts)
    except (IntegrityError, Refusal) as fault:
        if len(verdicts) > 1:
            return [result for verdict in verdicts for result in _write(source, [verdict])]
        (verdict,) = verdicts
        if verdict.checked is None:
            raise
        why = _why(fault)
    return _write_together(source, [_Verdict(verdict.arrived, hold=quarantine_of(verdict.arrived, why))])


def _why(fault: IntegrityError | Refusal) -> Unacceptable:
    if not isinstance(fault, Refusal):
        return REFUSED
    return Unacceptable("frozen" if isinstance(fault, Frozen) else "content", str(fault))


def _write_together(source: FormSource, verdicts: Sequence[_Verdict]) -> list[Result]:
    results: list[Result] = []

    def finish(receipts: Sequence[Receipt]) -> None:
        quarantine(source, [verdict.hold for verdict in verdicts if verdict.hold])
        results.extend(_results(verdicts, receipts))
        note_arrivals(source.device, [verdict.arrived for verdict in verdicts], [r.outcome for r in results])
        _note_seen(source.device)

    checked = [verdict.checked for verdict in verdicts if verdict.checked]
    receipts = store_batch(checked, finish)
    count_arrivals([one for one, receipt in zip(checked, receipts, strict=True) if receipt.outcome == STORED])
    return results


def _results(verdicts: Sequence[_Verdict], receipts: Sequence[Receipt]) -> list[Result]:
    stored = iter(receipts)
    return [_result(verdict, next(stored) if verdict.checked else None) for verdict in verdicts]


def _result(verdict: _Verdict, receipt: Receipt | None) -> Result:
    id = verdict.arrived.id
    outcome = receipt.outcome if receipt else ALREADY_STORED if verdict.recognised else None
    if outcome:
        return Result(id, outcome, MESSAGES[outcome])
    if verdict.hold:
        return Result(id, "held", f"Kept for staff to decide. {verdict.hold.why.sentence}")
    return Result(id, STORED, PRACTICE)


def _note_seen(device: Device | None) -> None:
    if device:
        device.last_seen_at = this_minute()
