"""Figures that were published and cannot change."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint, event, inspect
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Model
from feedback.models.collection import Wave
from feedback.models.types import UtcDateTime, utc_now


class Release(Model):
    """The public figures of a wave. Until `published_at` it is a preview, of which a wave has one at most. It is
    there when its files are.

    `answers_count`, `answers_digest` and `fingerprints` (8 bytes a response, sorted) say which responses it was made
    from; `settings` everything else that the figures depend on. `hidden` tells analysts why a figure is hidden: lists
    of indicator, dimension, group, reason. `disclosed` (CSV) holds the exact counts behind what is shown, so that the
    next release can be kept from being subtracted. Neither is ever published.
    """

    __tablename__ = "release"
    __table_args__ = (
        UniqueConstraint("wave_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("(published_at is null) = (published_by is null)", name="published_by_somebody"),
        CheckConstraint("published_at is null or finished_at is not null", name="finished_before_published"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    what_changed: Mapped[str] = mapped_column(default="")
    made_on: Mapped[date]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=utc_now)
    published_by: Mapped[str | None]
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    answers_count: Mapped[int] = mapped_column(default=0)
    answers_digest: Mapped[str] = mapped_column(default="")
    fingerprints: Mapped[bytes] = mapped_column(LargeBinary, default=b"", deferred=True)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    code_version: Mapped[str] = mapped_column(default="")
    hidden: Mapped[list[list[str]]] = mapped_column(JSON, default=list, deferred=True)
    disclosed: Mapped[bytes] = mapped_column(LargeBinary, default=b"", deferred=True)

    wave: Mapped[Wave] = relationship()
    files: Mapped[list[ReleaseFile]] = relationship(
        order_by="ReleaseFile.name", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def slug(self) -> str:
        """What the release is called on the command line: `community-safety-2025/1`."""
        return f"{self.wave.slug}/{self.number}"


class ReleaseFile(Model):
    """One of the files of a release, with its sha256."""

    __tablename__ = "release_file"

    release_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


@event.listens_for(Release, "before_update")
def _published_stays(_mapper: Any, _connection: Any, target: Release) -> None:
    before = inspect(target).attrs.published_at.history
    if target.published_at is not None and not before.has_changes():
        raise ValueError(f"release {target.number} is published and cannot change")


@event.listens_for(ReleaseFile, "before_update")
def _files_stay(_mapper: Any, _connection: Any, target: ReleaseFile) -> None:
    raise ValueError(f"{target.name} belongs to a release and cannot change")
