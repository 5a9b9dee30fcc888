"""What the figures of a wave that still takes answers are drawn from, and what was given away of them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Model
from feedback.models.collection import Wave


class Snapshot(Model):
    """The answers that the figures of a wave are drawn from until the next snapshot, or until they are published.

    Nothing stands with an answer: `current` holds a fingerprint of each, sorted, which only the service can make, and
    `former` those of earlier snapshots that are in it no more. `placing` says at which event each answer counted, as
    one number for all; `keying` how well paper was keyed that day.
    """

    __tablename__ = "snapshot"
    __table_args__ = (
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("answers >= 0", name="answers_not_negative"),
    )

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int]
    taken_on: Mapped[date]
    answers: Mapped[int]
    current: Mapped[bytes] = mapped_column(LargeBinary)
    former: Mapped[bytes] = mapped_column(LargeBinary)
    placing: Mapped[str]
    keying: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class Disclosure(Model):
    """What a file or page for partners or everybody gave away of the answers of a wave, as the next must know it.

    `content` is what `analysis.disclosure.disclosed` returns (CSV, compressed), never shown to anybody; the same twice
    is kept once, by its `digest`.
    """

    __tablename__ = "disclosure"
    __table_args__ = (UniqueConstraint("wave_id", "digest"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id", ondelete="CASCADE"), index=True)
    made_on: Mapped[date]
    audience: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str]

    wave: Mapped[Wave] = relationship()

    @property
    def slug(self) -> str:
        """What it is called where a release names what it was protected against."""
        return f"{self.wave.slug}/shared/{self.digest[:16]}"
