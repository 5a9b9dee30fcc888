"""What a staff page may find: accounts, waves, events, answers, workbooks. Everything is invented."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient

from feedback.clock import today
from feedback.extensions import db
from feedback.models import Event, Job, User, Wave
from feedback.places import current_place
from feedback.queries.questionnaires import latest_questionnaire
from feedback.services.answers.submission import submit_response
from feedback.services.answers.validation import Submission
from feedback.services.staff.accounts import add_person
from feedback.services.waves.lifecycle import NewWave, create_wave

PASSWORD = "plenty of random words"
HOSTILE = '<script>alert("x")</script>\u202e=cmd() \U0001f600'


def email_of(role: str) -> str:
    return f"{role}@example.com"


def add_staff(*roles: str, name: str = "") -> User:
    """Add an account with these roles; its email address is that of the first."""
    first = roles[0]
    user, _password = add_person(
        email=email_of(first), name=name or f"Test {first}", roles=roles, actor="test", password=PASSWORD
    )
    return user


def sign_in(client: FlaskClient, role: str, password: str = PASSWORD) -> FlaskClient:
    client.submit("/sign-in", {"email": email_of(role), "password": password}, status=302)
    return client


def signed_in(app: Flask, role: str) -> FlaskClient:
    """A client of a new account with this role alone."""
    with app.app_context():
        add_staff(role)
    return sign_in(app.test_client(), role)


def add_wave(slug: str = "safety-now", survey: str = "fast-feedback", **changed: object) -> Wave:
    values = {
        "title": "Safety now",
        "opens_on": today() - timedelta(days=20),
        "closes_on": today() + timedelta(days=40),
        "target": 200,
        **changed,
    }
    return create_wave(NewWave(slug=slug, questionnaire=latest_questionnaire(survey), **values))  # type: ignore[arg-type]


def add_event(wave: Wave, code: str, title: str = "Patch chat", start: datetime | None = None) -> Event:
    start = start or datetime.now(UTC)
    event = Event(
        code=code,
        waves=[wave],
        kind="patch_chat",
        title=title,
        place="Library",
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        ward_code=current_place().wards()[0].code,
    )
    db.session.add(event)
    db.session.commit()
    return event


def answer(wave: Wave, ward: str = "", age_band: str = "35_44", channel: str = "online", **other: object) -> None:
    answers = {"age_band": age_band, **({"ward": ward} if ward else {})}
    event, day = other.get("event"), other.get("day")
    submit_response(
        Submission(
            id=uuid.uuid4(),
            wave=wave,
            questionnaire=wave.questionnaire,
            answers=answers,
            channel=channel,
            event=event if isinstance(event, Event) else None,
            counted_on=day if isinstance(day, date) else None,
        )
    )


def answer_often(wave: Wave, counts: Sequence[int]) -> None:
    """Give this many answers in each of the first wards, over the last days."""
    for ward, count in zip(current_place().wards(), counts, strict=False):
        for number in range(count):
            answer(wave, ward.code, day=today() - timedelta(days=number % 12))


def add_workbook(wave: Wave, content: bytes | None = None, **changed: object) -> Job:
    wanted = {"audience": "partner", "without_suspected": False}
    job = Job(kind="workbook", wave_id=wave.id, content=content, wanted=wanted)
    job.asked_by, job.has_comments = "analyst@example.com", True
    if content is not None:
        job.finished_at, job.done, job.step = datetime.now(UTC), 1, "Finished"
    for name, value in changed.items():
        setattr(job, name, value)
    db.session.add(job)
    db.session.commit()
    return job
