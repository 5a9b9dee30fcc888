"""Words of forms that could not be stored: held for a reviewer from the moment they come, whatever becomes of the form.

Nobody trained would read them otherwise until staff accept the form, and never where they reject it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select

from feedback.extensions import db
from feedback.models import Conflict, QuarantinedForm, Review
from feedback.models.types import this_hour, utc_now
from feedback.queries.tablets.quarantined_texts import content_of, reasons_in
from feedback.services.answers.submission import CONFLICT
from feedback.services.answers.validation import CheckedSubmission
from feedback.services.safeguarding.queue import due_after
from feedback.services.upserts import insert_new

TABLE = Review.__table__
DECISION = ("outcome", "passed_to", "note", "decided_by", "decided_on")


def flag_forms(found: Mapping[UUID, Sequence[str]]) -> None:
    """Hold the words of forms (id to reasons) in the transaction of the caller; a form is held once."""
    now = this_hour()
    empty = {"question": "", "raised_by": "", "passed_to": "", "note": "", "decided_by": ""}
    rest = {**empty, "raised_at": now, "due_at": due_after(now)}
    insert_new(
        TABLE, [{"id": uuid4(), "held_id": id, "reasons": list(why), **rest} for id, why in found.items() if why]
    )


def flag_unseen(held: QuarantinedForm) -> None:
    """Hold the words of a form that was not held yet: it could not be opened when it came, or the lists have grown."""
    flag_forms({held.id: reasons_in(content_of(held))})


def flag_all_unseen() -> None:
    """Do so for every form that is kept here, and commit."""
    seen = select(Review.id).where(Review.held_id == QuarantinedForm.id).exists()
    for held in db.session.scalars(
        select(QuarantinedForm).where(~seen, QuarantinedForm.decision.is_distinct_from("stored"))
    ).all():
        flag_unseen(held)
    db.session.commit()


def move_concerns(held: QuarantinedForm, checked: CheckedSubmission, outcome: str, left_out: Mapping[str, Any]) -> None:
    """Let what was decided about a form hold for the response that it was stored as, in the transaction of the caller.

    What nobody has decided goes on waiting, by the clock that ran before. Words that were `left_out` of the response
    stay held where they are.
    """
    review = db.session.scalar(select(Review).where(Review.held_id == held.id).with_for_update())
    if review is None:
        return
    for own in db.session.scalars(select(Review).where(*_of_response(checked, outcome), Review.outcome.is_(None))):
        _take_over(own, review)
    if not reasons_in({"left_out": left_out}):
        db.session.delete(review)


def _of_response(checked: CheckedSubmission, outcome: str) -> tuple[ColumnElement[bool], ...]:
    """Which reviews are of the answers that were just stored, or kept as a conflict with others of the same id."""
    row = checked.row
    of_row = Review.response_id == row["id"], Review.question.in_(checked.concerns)
    if outcome != CONFLICT:
        return *of_row, Review.conflict_id.is_(None)
    same = Conflict.response_id == row["id"], Conflict.payload_hash == row["payload_hash"]
    return *of_row, Review.conflict_id.in_(select(Conflict.id).where(*same))


def _take_over(own: Review, of_form: Review) -> None:
    if of_form.outcome is None:
        first = min(own, of_form, key=lambda review: review.raised_at or utc_now())
        own.raised_at, own.due_at = first.raised_at, first.due_at
    elif set(own.reasons) <= set(of_form.reasons):
        own.raised_at = own.due_at = None
        for name in DECISION:
            setattr(own, name, getattr(of_form, name))
