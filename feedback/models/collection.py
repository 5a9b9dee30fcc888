"""What is asked, when and where: questionnaires, waves and events."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Model
from feedback.models.types import UtcDateTime, utc_now

PURPOSES = ("real", "test", "demonstration")
METHODS = ("self_selected", "sample", "panel", "consultation")


class Questionnaire(Model):
    """A published, immutable version of a set of questions; `definition` is the wording as asked."""

    __tablename__ = "questionnaire"
    __table_args__ = (UniqueConstraint("survey", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey: Mapped[str]
    version: Mapped[int]
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str]
    published_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


@event.listens_for(Questionnaire, "before_update")
@event.listens_for(Questionnaire, "before_delete")
def _published_is_immutable(_mapper: Any, _connection: Any, target: Questionnaire) -> None:
    raise ValueError(f"{target.survey} version {target.version} is published and cannot change")


class Wave(Model):
    """One fielding period of a survey; figures belong to a wave. Open, closed or coming is derived from the dates."""

    __tablename__ = "wave"
    __table_args__ = (
        CheckConstraint("closes_on >= opens_on", name="dates_in_order"),
        CheckConstraint(f"purpose in {PURPOSES}", name="purpose"),
        CheckConstraint(f"method in {METHODS}", name="method"),
        CheckConstraint("target is null or target > 0", name="target_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    survey: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    method: Mapped[str] = mapped_column(default="self_selected")
    target: Mapped[int | None]
    purpose: Mapped[str] = mapped_column(default="real")

    questionnaire: Mapped[Questionnaire] = relationship()

    def is_open(self, today: date) -> bool:
        return self.opens_on <= today <= self.closes_on

    def closes_tonight(self, today: date) -> bool:
        """Whether `today` is its last day, so that it takes answers until midnight."""
        return self.opens_on <= today == self.closes_on

    def state(self, today: date) -> str:
        """`coming`, `open` or `closed` on `today` (a date in Europe/London)."""
        if today < self.opens_on:
            return "coming"
        return "open" if today <= self.closes_on else "closed"


class Event(Model):
    """One place and time where answers are collected."""

    __tablename__ = "event"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    code: Mapped[str] = mapped_column(unique=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    title: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ward_code: Mapped[str | None]
    lead_partner: Mapped[str] = mapped_column(default="")

    wave: Mapped[Wave] = relationship()
