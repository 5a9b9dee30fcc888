"""Files of answers that were brought in, which answers came with each, and data of the place that a file replaced."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Model
from feedback.models.collection import Wave

PLACE_DATA = ("postcodes", "boundaries")


class AnswerImport(Model):
    """A file of answers that was written.

    `digest` is the SHA-256 of the file, `counts` how many rows had which outcome. `tallies`: [month, channel, how
    many], which are taken from the tally again when the import is undone; no day, which a small import would tell of
    its answers.
    """

    __tablename__ = "answer_import"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id", ondelete="CASCADE"), index=True)
    imported_on: Mapped[date]
    imported_by: Mapped[str]
    file: Mapped[str]
    digest: Mapped[str]
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    tallies: Mapped[list[Any]] = mapped_column(JSON)
    undone_on: Mapped[date | None]
    undone_by: Mapped[str] = mapped_column(default="")

    wave: Mapped[Wave] = relationship()


class ImportedResponse(Model):
    """That a response came with an import. It tells no order, and is erased when the wave is frozen."""

    __tablename__ = "imported_response"
    __table_args__ = ({"sqlite_with_rowid": False},)

    import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("answer_import.id", ondelete="CASCADE"), primary_key=True)
    response_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("response.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class FormerPlaceData(Model):
    """What the last import of postcodes or outlines replaced, so that it can be put back."""

    __tablename__ = "former_place_data"
    __table_args__ = (CheckConstraint(f"kind in {PLACE_DATA}", name="kind"),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
