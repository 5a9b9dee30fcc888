"""What the partnership keeps in the database of its place: help lines (edited by staff) and imported postcodes."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import db


class HelpLine(db.Model):  # type: ignore[name-defined,misc]
    __tablename__ = "help_line"

    code: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    name: Mapped[str]
    number: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
    about: Mapped[str] = mapped_column(default="")
    hours: Mapped[str] = mapped_column(default="")
    topics: Mapped[list[str]] = mapped_column(db.JSON, default=list)
    shown: Mapped[bool] = mapped_column(default=True)
    checked_on: Mapped[date | None]
    source: Mapped[str] = mapped_column(default="")


class Postcode(db.Model):  # type: ignore[name-defined,misc]
    """A postcode without its space, and the ward it lies in."""

    __tablename__ = "postcode"

    postcode: Mapped[str] = mapped_column(primary_key=True)
    ward_code: Mapped[str]
