"""Words that may say somebody is in danger: held for a reviewer, and shown nowhere else until one has decided."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Model
from feedback.models.devices import QuarantinedForm
from feedback.models.responses import Conflict, Response
from feedback.models.types import UtcDateTime

OUTCOMES = ("released", "kept_out", "passed_on")


class Review(Model):
    """One text of one response, held because of its words or because somebody of the staff asked for it.

    `conflict_id`: the text stands in content that came again, not in the response itself. `held_id`: it stands in a
    form that could not be stored; then `question` is empty, and the row is about all words of concern of the form.
    `reasons` are codes of the lists of words; `raised_by` is the staff member who asked, empty for the lists. The text
    stays where it was written.

    `raised_at` starts the clock, at the full hour, and is the only time of day near an answer: the database refuses to
    keep it once there is an outcome.
    """

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint(f"outcome is null or outcome in {OUTCOMES}", name="outcome"),
        CheckConstraint("(outcome is null) = (raised_at is not null)", name="clock_until_outcome"),
        CheckConstraint("(outcome is null) = (decided_on is null)", name="outcome_has_a_day"),
        CheckConstraint("outcome <> 'passed_on' or passed_to <> ''", name="passed_on_to_somebody"),
        CheckConstraint("(response_id is null) <> (held_id is null)", name="of_response_or_form"),
        Index("ix_review_due_at", "due_at"),
        Index("ix_review_response_id", "response_id"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    response_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"))
    conflict_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("conflict.id", ondelete="CASCADE"), index=True)
    held_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("held.id", ondelete="CASCADE"), unique=True)
    question: Mapped[str]
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    raised_by: Mapped[str] = mapped_column(default="")
    raised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None]
    passed_to: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[str] = mapped_column(default="")
    decided_on: Mapped[date | None]

    response: Mapped[Response | None] = relationship()
    conflict: Mapped[Conflict | None] = relationship()
    held: Mapped[QuarantinedForm | None] = relationship()
