"""What the partnership keeps in the database of its place: help lines that staff edit, and what it imported."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import Model


class HelpLine(Model):
    """Where to find help. `from_pack`: what the place pack said of it when it was read last, so that what the pack
    corrects can be told from what staff changed; None where that was before anybody kept it.
    """

    __tablename__ = "help_line"

    code: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    name: Mapped[str]
    number: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
    about: Mapped[str] = mapped_column(default="")
    hours: Mapped[str] = mapped_column(default="")
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)
    shown: Mapped[bool] = mapped_column(default=True)
    checked_on: Mapped[date | None]
    source: Mapped[str] = mapped_column(default="")
    from_pack: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class KeptPack(Model):
    """A copy (zip) of the place pack as it was read last without a fault; `place`: the setting that names it."""

    __tablename__ = "kept_pack"

    place: Mapped[str] = mapped_column(primary_key=True)
    read_on: Mapped[date]
    digest: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Postcode(Model):
    """A postcode without its space, and the ward it lies in."""

    __tablename__ = "postcode"

    postcode: Mapped[str] = mapped_column(primary_key=True)
    ward_code: Mapped[str]


class Boundary(Model):
    """The outline of a ward, made coarse for a small map: rings of longitude and latitude in degrees."""

    __tablename__ = "boundary"

    ward_code: Mapped[str] = mapped_column(primary_key=True)
    rings: Mapped[list[list[list[float]]]] = mapped_column(JSON)
