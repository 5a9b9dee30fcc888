"""What is asked, when and where: questionnaires, waves and events."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, LargeBinary, Table, Text, UniqueConstraint, event
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.ext.orderinglist import ordering_list
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import Model
from feedback.models.staff import User
from feedback.models.types import UtcDateTime, utc_now

PURPOSES = ("real", "test", "demonstration")
METHODS = ("self_selected", "sample", "panel", "consultation")


class QuestionnaireVersion(Model):
    """A published, immutable version of a set of questions; `definition` is the wording as asked."""

    __tablename__ = "questionnaire"
    __table_args__ = (UniqueConstraint("survey", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey: Mapped[str]
    version: Mapped[int]
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str]
    published_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


@event.listens_for(QuestionnaireVersion, "before_update")
@event.listens_for(QuestionnaireVersion, "before_delete")
def _published_is_immutable(_mapper: Any, _connection: Any, target: QuestionnaireVersion) -> None:
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
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # set when its figures are published

    questionnaire: Mapped[QuestionnaireVersion] = relationship()

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


event_officer = Table(
    "event_officer",
    Model.metadata,
    Column("event_id", ForeignKey("event.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
)


class Event(Model):
    """One place and time where answers are collected, to one survey or several; the first is asked where one must be.

    `ward_code` is the ward that the event takes place in, which is not the ward that a respondent lives in.
    `public_key` (a JSON Web Key) lets a device seal answers; `sealed_private_key` opens them, for the service alone.
    """

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("ends_at >= starts_at", name="times_in_order"),
        CheckConstraint("target is null or target > 0", name="target_positive"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    title: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ward_code: Mapped[str | None]
    lead_partner: Mapped[str] = mapped_column(default="")
    target: Mapped[int | None]
    languages: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["en"])
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(default="")
    public_key: Mapped[str | None] = mapped_column(Text)
    sealed_private_key: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

    offered: Mapped[list[EventWave]] = relationship(
        order_by="EventWave.position",
        collection_class=ordering_list("position"),
        cascade="all, delete-orphan",
        passive_deletes=True,
        lazy="selectin",
    )
    waves: AssociationProxy[list[Wave]] = association_proxy(
        "offered", "wave", creator=lambda wave: EventWave(wave=wave)
    )
    officers: Mapped[list[User]] = relationship(secondary=event_officer, order_by="User.name", passive_deletes=True)

    @property
    def wave(self) -> Wave:
        """The first of the waves that it collects answers to."""
        return self.waves[0]

    def offers(self, wave: Wave) -> bool:
        """Whether answers to `wave` may count for this event."""
        return any(offered.wave_id == wave.id for offered in self.offered)


class EventWave(Model):
    """A wave that an event collects answers to; `position` is its place in the choice that people are given."""

    __tablename__ = "event_wave"

    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)

    wave: Mapped[Wave] = relationship(lazy="joined")


class EventNote(Model):
    """What an officer noted about an event, apart from every answer: the weather, not what anybody said."""

    __tablename__ = "event_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    written_on: Mapped[date]
    author: Mapped[str]

    event: Mapped[Event] = relationship()
