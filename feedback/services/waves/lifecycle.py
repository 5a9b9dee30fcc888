"""Making, extending, closing and deleting waves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, exists, select

from feedback.clock import today
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import Conflict, Draft, Event, EventWave, Job, QuestionnaireVersion, Response, Tally, Wave
from feedback.models.collection import METHODS, PURPOSES
from feedback.services.waves.freezing import lock_wave, refuse_when_frozen

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_SLUG = 60


@dataclass(frozen=True, kw_only=True)
class NewWave:
    """What an administrator decides about a wave. `target` is the number of answers hoped for."""

    slug: str
    title: str
    questionnaire: QuestionnaireVersion
    opens_on: date
    closes_on: date
    method: str = "self_selected"
    target: int | None = None
    purpose: str = "real"


def create_wave(new: NewWave) -> Wave:
    """Make a wave and commit.

    Raises:
        Refusal: the address is taken or malformed, the dates are in the wrong order, or a choice does not exist.

    """
    _check(new)
    wave = Wave(
        slug=new.slug,
        survey=new.questionnaire.survey,
        title=new.title.strip(),
        questionnaire_id=new.questionnaire.id,
        opens_on=new.opens_on,
        closes_on=new.closes_on,
        method=new.method,
        target=new.target,
        purpose=new.purpose,
    )
    db.session.add(wave)
    db.session.commit()
    return wave


def extend_wave(wave: Wave, closes_on: date) -> Wave:
    """Move a wave's last day to a later one, and commit. A closed wave opens again.

    Raises:
        Refusal: the new day is not later, lies in the past, or the wave's figures are published.

    """
    lock_wave(wave)
    refuse_when_frozen(wave)
    if closes_on <= wave.closes_on:
        raise Refusal(f"The last day is {_day(wave.closes_on)} already. Enter a later day, or close the wave instead.")
    if closes_on < today():
        raise Refusal(f"{_day(closes_on)} is in the past. Enter today or a later day.")
    wave.closes_on = closes_on
    db.session.commit()
    return wave


def close_wave(wave: Wave) -> Wave:
    """Make yesterday a wave's last day, and commit. A wave that opened today stays open until midnight.

    Raises:
        Refusal: the wave has not opened yet, is closed, its figures are published, or it opened today and closes at
            midnight anyhow.

    """
    lock_wave(wave)
    refuse_when_frozen(wave)
    state = wave.state(today())
    if state == "coming":
        raise Refusal(f"{wave.title} has not opened yet. It opens on {_day(wave.opens_on)}.")
    if state == "closed":
        raise Refusal(f"{wave.title} has been closed since {_day(wave.closes_on)}.")
    if wave.opens_on == wave.closes_on:
        raise Refusal(f"{wave.title} opened today and closes at midnight already.")
    wave.closes_on = max(wave.opens_on, today() - timedelta(days=1))
    db.session.commit()
    return wave


def delete_test_wave(wave: Wave, confirmation: str) -> int:
    """Delete a test wave with everything that belongs to it, and commit; return how many responses it had.

    `confirmation` is what the administrator typed: the wave's slug.

    Raises:
        Refusal: the wave is not a test, or something else was typed.

    """
    if wave.purpose != "test":
        raise Refusal(f"{wave.title} is not a test wave, so its answers cannot be deleted here.")
    if confirmation.strip() != wave.slug:
        raise Refusal(f"Type {wave.slug} to delete this wave and all its answers.")
    of_wave = select(Response.id).where(Response.wave_id == wave.id)
    db.session.execute(delete(Conflict).where(Conflict.response_id.in_(of_wave)))
    deleted = db.session.execute(delete(Response).where(Response.wave_id == wave.id))
    for table in (Tally, Draft, Job, EventWave):
        db.session.execute(delete(table).where(table.wave_id == wave.id))
    db.session.execute(delete(Event).where(~exists().where(EventWave.event_id == Event.id)))
    db.session.execute(delete(Wave).where(Wave.id == wave.id))
    db.session.commit()
    return int(deleted.rowcount)  # type: ignore[attr-defined]


def _check(new: NewWave) -> None:
    if not SLUG.fullmatch(new.slug) or len(new.slug) > LONGEST_SLUG:
        raise Refusal("Enter a short name with small letters, numbers and hyphens, such as community-safety-2026.")
    if db.session.scalar(select(exists().where(Wave.slug == new.slug))):
        raise Refusal(f"There is a wave {new.slug} already. Choose another short name.")
    if not new.title.strip():
        raise Refusal("Enter a title, such as Community Safety Survey 2026.")
    if new.closes_on < new.opens_on:
        raise Refusal("The last day lies before the first day. Enter a last day on or after the first.")
    if new.target is not None and new.target < 1:
        raise Refusal("Enter a target of 1 or more, or leave it empty.")
    if new.method not in METHODS:
        raise Refusal(f"{new.method!r} is not a method. Use one of: {', '.join(METHODS)}.")
    if new.purpose not in PURPOSES:
        raise Refusal(f"{new.purpose!r} is not a purpose. Use one of: {', '.join(PURPOSES)}.")


def _day(day: date) -> str:
    return f"{day:%-d %B %Y}"
