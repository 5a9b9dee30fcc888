"""Work in the background: what somebody asked for, how far it is, and the file that it made."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Model
from feedback.models.collection import Wave
from feedback.models.types import UtcDateTime, utc_now

JOB_KINDS = ("workbook", "preview", "respondent_file")
PATIENCE = timedelta(minutes=3)
KEPT = timedelta(hours=24)  # a file with a row for each person
DIED = "The work stopped before it was finished. Try again."
RUNNING = text("finished_at is null")


class Job(Model):
    """Work that a process of its own does for one person, who has one of a kind running at most.

    `wanted` is what was asked for, in the terms of the kind, and `result` what the kind says of what it made; `content`
    is the file, where a file is made, until it is erased. `has_comments`: people's own words are in the file.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint(f"kind in {JOB_KINDS}", name="kind"),
        Index(
            "uq_job_kind_asked_by_running",
            "kind",
            "asked_by",
            unique=True,
            sqlite_where=RUNNING,
            postgresql_where=RUNNING,
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[str]
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id", ondelete="CASCADE"), index=True)
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    wanted: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    has_comments: Mapped[bool] = mapped_column(default=False)
    step: Mapped[str] = mapped_column(default="Waiting to start")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=1)
    progress_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fault: Mapped[str | None]
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

    wave: Mapped[Wave] = relationship()

    @property
    def as_of(self) -> date | None:
        """The day of the snapshot that a file was made from; None where it holds all answers, or is not made."""
        told = self.result.get("as_of")
        return date.fromisoformat(told) if told else None

    @property
    def why_not(self) -> str:
        """Why nothing was made, in a sentence: unfinished work that has been silent for too long is dead."""
        is_dead = self.finished_at is None and self.progress_at < utc_now() - PATIENCE
        return self.fault or (DIED if is_dead else "")

    @property
    def is_running(self) -> bool:
        return self.finished_at is None and not self.why_not

    @property
    def is_there(self) -> bool:
        """Whether what was made can be had."""
        is_fresh = self.kind != "respondent_file" or self.asked_at >= utc_now() - KEPT
        return self.finished_at is not None and not self.fault and is_fresh


class RespondentDownload(Model):
    """Who took a respondent file away, and when; the reason stands with the job."""

    __tablename__ = "respondent_download"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), index=True)
    taken_by: Mapped[str]
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
