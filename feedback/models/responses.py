"""Answers. No column here holds a name, an address, an exact time or anything else that identifies a person."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, Text, UniqueConstraint, column, extract
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.channels import CHANNELS as LABELS
from feedback.extensions import Model
from feedback.models.collection import Event, QuestionnaireVersion, Wave
from feedback.models.types import UtcDateTime

CHANNELS = tuple(LABELS)
SUSPICIONS = ("trap", "fast", "unsigned", "foreign", "alike", "burst", "excluded")


def _month_only() -> CheckConstraint:
    """A date of answering is kept to the month; the database itself refuses a day."""
    return CheckConstraint(extract("day", column("month")) == 1, name="month_only")


class Response(Model):
    """One person's completed questionnaire.

    The key is made when the form opens, so that a form sent twice is one row. On SQLite the table has no hidden
    row number, which would give away the order of answering.
    """

    __tablename__ = "response"
    __table_args__ = (
        CheckConstraint(f"channel in {CHANNELS}", name="channel"),
        CheckConstraint("(ward_code is null) = (ward_vintage is null)", name="ward_has_vintage"),
        _month_only(),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id", ondelete="CASCADE"), index=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    event_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("event.id"), index=True)
    channel: Mapped[str]
    ward_code: Mapped[str | None]
    ward_vintage: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="en")
    month: Mapped[date]
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    payload_hash: Mapped[str]
    receipt_hash: Mapped[str | None] = mapped_column(unique=True)

    wave: Mapped[Wave] = relationship()
    questionnaire: Mapped[QuestionnaireVersion] = relationship()
    event: Mapped[Event | None] = relationship()


class Conflict(Model):
    """A conflict, other content that arrived under the id of a stored response: kept until somebody decides."""

    __tablename__ = "conflict"
    __table_args__ = (
        UniqueConstraint("response_id", "payload_hash"),
        CheckConstraint(f"channel in {CHANNELS}", name="channel"),
        _month_only(),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    response_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"))
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    channel: Mapped[str]
    month: Mapped[date]
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    payload_hash: Mapped[str]


class Suspicion(Model):
    """A sign that an answer may come from a machine: the analyst sees figures with and without such answers.

    `hour` (since 1970) is written after the answer, apart from it, and stays only where at least ten answers of the
    wave bear the same sign in the same hour; it is erased when the figures are published.
    """

    __tablename__ = "suspicion"
    __table_args__ = (CheckConstraint(f"kind in {SUSPICIONS}", name="kind"), {"sqlite_with_rowid": False})

    response_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    hour: Mapped[int | None]


class HourlyCount(Model):
    """How many answers arrived by hour (since 1970) and channel; an hour that is over stays if ten or more share it.

    Rewriting forgets smaller ones too, the running hour among them. `burst_from`: so many are more than the wave is
    used to at that hour; looked up once it may matter.
    """

    __tablename__ = "hourly_count"
    __table_args__ = ({"sqlite_with_rowid": False},)

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    burst_from: Mapped[int | None]


class AlikeCount(Model):
    """How many answers with the same content arrived in this hour; a row lives until the hour is over.

    `fingerprint` and `sealed` (the first ids: a flood is marked whole) say nothing without the key of the service.
    """

    __tablename__ = "alike"
    __table_args__ = ({"sqlite_with_rowid": False},)

    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    hour: Mapped[int]
    count: Mapped[int] = mapped_column(default=0)
    sealed: Mapped[str] = mapped_column(Text)


class ArrivalRate(Model):
    """How many answers to a wave arrived in a minute, where there is a ceiling, by tens; a row lives ten minutes."""

    __tablename__ = "pace"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True)
    minute: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class Tally(Model):
    """How many answers came by day and channel; no key leads from here to a response."""

    __tablename__ = "tally"
    __table_args__ = (CheckConstraint("count >= 0", name="count_not_negative"),)

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class Draft(Model):
    """An unfinished response, encrypted; the key is in the respondent's cookie and nowhere else.

    `expires_at` is a full hour; deleted when it is sent.
    """

    __tablename__ = "draft"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[str] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id", ondelete="CASCADE"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
