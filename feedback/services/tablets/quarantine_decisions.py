"""What staff decide about forms that wait: corrected and accepted, or rejected with a reason. Nothing is deleted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import undefer

from feedback.clock import today
from feedback.errors import Closed, NotFound, Refusal
from feedback.extensions import db
from feedback.messages.seals import open_sealed
from feedback.messages.shapes import form_member
from feedback.models import Arrival, Event, QuarantinedForm, QuestionnaireVersion, Wave
from feedback.models.types import this_minute
from feedback.queries.answers.responses import payload_hashes
from feedback.queries.events import event_of_key
from feedback.services.answers.floods import count_arrivals
from feedback.services.answers.submission import STORED, Receipt, store_batch
from feedback.services.answers.validation import LANGUAGE, CheckedSubmission
from feedback.services.audit import record
from feedback.services.safeguarding.quarantined_forms import flag_unseen, move_concerns
from feedback.services.tablets.intake import Arrived, FormPlace, Unacceptable, check_form
from feedback.services.waves.freezing import refuse_when_frozen

ALIKE = 500  # forms that can be accepted together


class Decided(Refusal):
    """Somebody else was quicker."""

    status = 409


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What staff say about a form that waits. `day` None: the day that the form says, or that it came."""

    event: Event
    wave: Wave
    questionnaire: QuestionnaireVersion
    reason: str
    day: date | None = None
    leave_out: bool = False
    alike: bool = False


@dataclass(frozen=True)
class _Ready:
    held: QuarantinedForm
    arrived: Arrived
    checked: CheckedSubmission
    left_out: frozenset[str]


def correct_and_accept(id: UUID, correction: Correction, *, actor: str) -> Counter[str]:
    """Store a form that waits, where and as staff say, and commit; return how many had which outcome.

    With `alike` the others that wait at the same event for the same reason go with it; those that cannot be stored
    all the same keep waiting. What is stored as a response leaves nothing here but what was left out of it.

    Raises:
        Decided: it was stored already.
        Refusal: it cannot be opened, or not be stored like this; the sentence says why.

    """
    refuse_when_frozen(correction.wave)
    first = _locked(id)
    ready = [_ready(first, correction)]
    if correction.alike:
        ready += [one for held in _alike(first) if (one := _try(held, correction))]
    known = payload_hashes([one.checked.row["id"] for one in ready])
    fresh = {one.checked.row["id"]: one for one in reversed(ready)}  # one id may wait with two contents: one at a time
    outcomes: Counter[str] = Counter()

    def finish(receipts: Sequence[Receipt]) -> None:
        for one, receipt in zip(fresh.values(), receipts, strict=True):
            outcomes[receipt.outcome] += 1
            _decide_stored(one, correction, actor, receipt.outcome)
        _record(actor, first.event, correction, outcomes, came_before=len(known))

    try:
        receipts = store_batch([one.checked for one in fresh.values()], finish)
    except Closed as refusal:
        raise Refusal(str(refusal)) from refusal
    count_arrivals(
        [one.checked for one, receipt in zip(fresh.values(), receipts, strict=True) if receipt.outcome == STORED]
    )
    return outcomes


def reject(id: UUID, reason: str, *, actor: str, replacing: bool = False) -> None:
    """Keep a form out of the figures with a reason, and commit. It stays here whole and can still be accepted.

    `replacing`: give another reason for one that was rejected.

    Raises:
        Decided: it was accepted already, or rejected and its reason is not to be replaced.

    """
    held = _locked(id)
    if held.decision and not replacing:
        raise Decided("This form was decided already.")
    flag_unseen(held)
    held.decision, held.decision_reason = "set_aside", reason
    held.decided_by, held.decided_at = actor, this_minute()
    record(actor, "held answers rejected", held.event.code, why_held=held.reason, reason=reason)
    db.session.commit()


def _ready(held: QuarantinedForm, correction: Correction) -> _Ready:
    try:
        arrived = _opened(held)
        place, signals = _place(held, arrived, correction), _signals(held)
        try:
            return _Ready(held, arrived, check_form(arrived, place, signals), frozenset())
        except Unacceptable as why:
            if not (correction.leave_out and why.questions):
                raise
            lighter = replace(place, left_out=why.questions)
            return _Ready(held, arrived, check_form(arrived, lighter, signals), why.questions)
    except Unacceptable as why:
        raise Refusal(why.sentence) from why


def _signals(held: QuarantinedForm) -> frozenset[str]:
    """Anybody can write a file of forms without a seal, or seal one with an event's link: accepting leaves the mark."""
    ours = held.device is not None and (held.sealed or held.reason != "seal")
    return frozenset() if ours else frozenset({"unsigned"})


def _try(held: QuarantinedForm, correction: Correction) -> _Ready | None:
    try:
        return _ready(held, correction)
    except Refusal:
        return None


def _opened(held: QuarantinedForm) -> Arrived:
    if held.item_id is None or held.content is None:
        raise Decided("This form was stored already.")
    if not held.sealed:
        return Arrived(held.item_id, held.content)
    event = event_of_key(str(held.content.get("key"))) or held.event
    form = open_sealed(event, held.content)
    if form.get("practice") is True:
        raise Refusal("This form was practice. Set it aside.")
    return Arrived(held.item_id, form)


def _place(held: QuarantinedForm, arrived: Arrived, correction: Correction) -> FormPlace:
    language = form_member(arrived.content, "language") or ""
    usual = held.device.mode if held.device else "officer"
    return FormPlace(
        event=correction.event,
        wave=correction.wave,
        questionnaire=correction.questionnaire,
        channel=form_member(arrived.content, "channel") or usual,
        language=language if LANGUAGE.fullmatch(language) else "en",
        day=correction.day or _day_said(held, arrived),
    )


def _day_said(held: QuarantinedForm, arrived: Arrived) -> date:
    return min(form_member(arrived.content, "opened_on") or held.received_on, today())


def _decide_stored(one: _Ready, correction: Correction, actor: str, outcome: str) -> None:
    held, id = one.held, one.checked.row["id"]
    arrived = (Arrival.device_id == held.device_id, Arrival.item_id == id, Arrival.outcome == "held")
    db.session.execute(update(Arrival).where(*arrived).values(outcome=outcome))
    answers = one.arrived.content["answers"]
    left_out = {question: answers[question] for question in sorted(one.left_out) if question in answers}
    move_concerns(held, one.checked, outcome, left_out)
    held.decision, held.decision_reason = "stored", correction.reason
    held.decided_by, held.decided_at = actor, this_minute()
    held.item_id, held.device_id = None, None
    held.content = {"left_out": left_out} if left_out else None


def _record(actor: str, event: Event, correction: Correction, outcomes: Counter[str], *, came_before: int) -> None:
    record(
        actor,
        "held answers accepted",
        event.code,
        reason=correction.reason,
        counted_for=correction.event.code,
        wave=correction.wave.slug,
        version=correction.questionnaire.version,
        came_before=came_before,
        outcomes=dict(outcomes),
    )


def _locked(id: UUID) -> QuarantinedForm:
    wanted = (
        select(QuarantinedForm)
        .where(QuarantinedForm.id == id)
        .options(undefer(QuarantinedForm.content))
        .with_for_update()
    )
    held = db.session.scalar(wanted, execution_options={"populate_existing": True})
    if held is None:
        raise NotFound("There is no form waiting with this number.")
    if held.decision == "stored":
        raise Decided("This form was stored already.")
    return held


def _alike(first: QuarantinedForm) -> list[QuarantinedForm]:
    waiting = select(QuarantinedForm).where(
        QuarantinedForm.event_id == first.event_id,
        QuarantinedForm.reason == first.reason,
        QuarantinedForm.id != first.id,
        QuarantinedForm.decision.is_(None),
    )
    ordered = (
        waiting.options(undefer(QuarantinedForm.content)).order_by(QuarantinedForm.id).limit(ALIKE).with_for_update()
    )
    return list(db.session.scalars(ordered))
