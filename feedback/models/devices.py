"""Tablets that collect without signal: what they were given, what they say they took, what arrived, what waits.

`Arrival` alone ties a device to the id of a response. Its rows are deleted when the device is signed off; from then on
no table holds the tie.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, Literal, get_args

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.clock import today
from feedback.extensions import Model
from feedback.models.collection import Event
from feedback.models.types import UtcDateTime, utc_now

Mode = Literal["officer", "kiosk"]
LedgerState = Literal["opened", "completed", "discarded", "sent"]
Outcome = Literal["stored", "already_stored", "conflict", "held"]
MODES: tuple[Mode, ...] = get_args(Mode)
STATES: tuple[LedgerState, ...] = get_args(LedgerState)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
TAKEN = ("completed", "sent")  # states in which a person has finished answering
REASONS = ("seal", "key", "content", "event", "wave", "version", "answers", "day", "frozen", "practice")
DECISIONS = ("stored", "set_aside")


class Device(Model):
    """A tablet that took one event with it. Its pass (token) is known by a hash alone; `token_hash` empty: none."""

    __tablename__ = "device"
    __table_args__ = (CheckConstraint(f"mode in {MODES}", name="mode"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    mode: Mapped[str]
    practice: Mapped[bool] = mapped_column(default=False)
    app_version: Mapped[str] = mapped_column(default="")
    issued_by: Mapped[str]
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    token_expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    skew_seconds: Mapped[int | None]
    storage_persisted: Mapped[bool | None]
    queued: Mapped[int | None]
    ledger_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_off_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_off_by: Mapped[str] = mapped_column(default="")
    sign_off_reason: Mapped[str] = mapped_column(default="")

    event: Mapped[Event] = relationship()


class LedgerEntry(Model):
    """A numbered form of a device: what the device says of it, and once it is signed off what came of it.

    `item_id` is the id of the form and is erased at sign-off; `closed` entries change no more.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint(f"outcome in {OUTCOMES}", name="outcome"),
        CheckConstraint("not closed or item_id is null", name="closed_has_no_item"),
        {"sqlite_with_rowid": False},
    )

    device_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str]
    practice: Mapped[bool] = mapped_column(default=False)
    item_id: Mapped[uuid.UUID | None]
    outcome: Mapped[str | None]
    closed: Mapped[bool] = mapped_column(default=False)


class Arrival(Model):
    """A form that arrived from a device that is not signed off yet, and what came of it. In no order of time."""

    __tablename__ = "arrival"
    __table_args__ = (CheckConstraint(f"outcome in {OUTCOMES}", name="outcome"), {"sqlite_with_rowid": False})

    device_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[int | None]
    practice: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[str]


class QuarantinedForm(Model):
    """A form that could not be stored, kept whole until staff decide: sealed as it came, or opened.

    `content` is the form as JSON without its ledger number. Once it is stored as a response the row keeps neither its
    id nor its device, and of its content what was left out alone. `fingerprint` lets a form that comes again be held
    once; without the service's secret nobody can make it.
    """

    __tablename__ = "held"
    __table_args__ = (
        CheckConstraint(f"reason in {REASONS}", name="reason"),
        CheckConstraint(f"decision in {DECISIONS}", name="decision"),
        CheckConstraint(
            "coalesce(decision, '') <> 'stored' or (item_id is null and device_id is null)", name="stored_has_no_item"
        ),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    fingerprint: Mapped[str] = mapped_column(unique=True)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    device_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("device.id", ondelete="SET NULL"), index=True)
    item_id: Mapped[uuid.UUID | None]
    reason: Mapped[str]
    sentence: Mapped[str] = mapped_column(Text)
    sealed: Mapped[bool]
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)
    received_on: Mapped[date] = mapped_column(default=today)
    decision: Mapped[str | None]
    decided_by: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision_reason: Mapped[str] = mapped_column(Text, default="")

    event: Mapped[Event] = relationship()
    device: Mapped[Device | None] = relationship()
