"""What was done about what people said. An action names a theme and wards, never a response."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import Model
from feedback.models.types import UtcDateTime, utc_now

STATUSES = ("planned", "under_way", "done", "cannot")


class Action(Model):
    """One thing that the partnership did, does, plans or cannot do about a theme.

    `theme` is a code of the questionnaires' list of priorities; `wards` are ward codes, empty for the whole place.
    It is public from `published_at` on.
    """

    __tablename__ = "action"
    __table_args__ = (
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint("(status = 'done') = (done_on is not null)", name="done_has_a_day"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    title: Mapped[str]
    theme: Mapped[str]
    wards: Mapped[list[str]] = mapped_column(JSON, default=list)
    said: Mapped[str] = mapped_column(default="")
    did: Mapped[str]
    status: Mapped[str]
    owner: Mapped[str]
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    evidence: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
