"""Paper: batches of numbered sheets, what became of each sheet, and what was keyed twice to see how good keying is.

A sheet names its response from keying until its batch is signed off; the id, and the receipt on the slip, are made
from the serial with the `key` of the batch, which is sealed. Signing off erases both, and nothing leads from one to the
other any more.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Model
from feedback.models.collection import Event, QuestionnaireVersion, Wave
from feedback.models.types import UtcDateTime, utc_now

SHEET_STATES = ("printed", "returned", "keyed", "void")
CHECKS = ("none", "waiting", "differs", "settled")  # of the second keying: not chosen, to be keyed, to be settled, done


class PaperBatch(Model):
    """Sheets that were made together. `code` is how all their serials begin; `second_share` is in percent of sheets.

    `grace_days`: how long after the last day of its wave sheets may still be keyed. `key` is sealed under the key ring;
    signed off, it has none.
    """

    __tablename__ = "paper_batch"
    __table_args__ = (
        CheckConstraint("second_share between 0 and 100", name="share_in_percent"),
        CheckConstraint("grace_days >= 0", name="grace_not_negative"),
        CheckConstraint("(key is null) = (signed_off_at is not null)", name="signed_off_has_no_key"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("event.id", ondelete="SET NULL"), index=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    language: Mapped[str] = mapped_column(default="en")
    large_print: Mapped[bool] = mapped_column(default=False)
    second_share: Mapped[int] = mapped_column(default=10)
    grace_days: Mapped[int] = mapped_column(default=14)
    key: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    signed_off_by: Mapped[str] = mapped_column(default="")
    signed_off_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    wave: Mapped[Wave] = relationship()
    event: Mapped[Event | None] = relationship()
    questionnaire: Mapped[QuestionnaireVersion] = relationship()


class PaperSheet(Model):
    """One form on paper. `fields` and `differing` count what was keyed twice, before anybody settled it.

    `response_id` is that of its answers from keying until sign-off; no foreign key, so that it stops nothing.
    """

    __tablename__ = "paper_sheet"
    __table_args__ = (
        UniqueConstraint("batch_code", "number"),
        CheckConstraint(f"state in {SHEET_STATES}", name="state"),
        CheckConstraint(f"checking in {CHECKS}", name="checking"),
        CheckConstraint("(fields is null) = (differing is null) and differing <= fields", name="differing_of_fields"),
        CheckConstraint("(state = 'void') = (void_reason <> '')", name="void_has_reason"),
        CheckConstraint("response_id is null or state = 'keyed'", name="keyed_has_response"),
        {"sqlite_with_rowid": False},
    )

    serial: Mapped[str] = mapped_column(primary_key=True)
    batch_code: Mapped[str] = mapped_column(ForeignKey("paper_batch.code", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default="printed")
    void_reason: Mapped[str] = mapped_column(default="")
    state_before: Mapped[str] = mapped_column(default="")
    checking: Mapped[str] = mapped_column(default="none")
    fields: Mapped[int | None]
    differing: Mapped[int | None]
    keyed_by: Mapped[str] = mapped_column(default="")
    response_id: Mapped[uuid.UUID | None] = mapped_column(index=True)

    batch: Mapped[PaperBatch] = relationship()


class PaperKeying(Model):
    """What one person keyed from a sheet that is keyed twice; both are deleted when the sheet is settled."""

    __tablename__ = "paper_keying"
    __table_args__ = (CheckConstraint("turn in (1, 2)", name="first_or_second"), {"sqlite_with_rowid": False})

    serial: Mapped[str] = mapped_column(ForeignKey("paper_sheet.serial", ondelete="CASCADE"), primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    marks: Mapped[dict[str, str]] = mapped_column(JSON)
