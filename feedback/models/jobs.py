"""What every piece of work in the background keeps of how far it is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.types import UtcDateTime, utc_now


class Job:
    """Columns of a row whose content a process of its own makes: the step it is at, then its end or its fault."""

    step: Mapped[str] = mapped_column(default="Waiting to start")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=1)
    progress_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fault: Mapped[str | None]
