"""Waves to answer. Each is made in a context of its own, so that no lock is held while pages are opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from feedback.extensions import db
from feedback.models import Response
from tests.makers import make_wave

Rows = Callable[[], list[Response]]


@pytest.fixture
def fast(app: Flask) -> str:
    """An open wave of the one-page survey; its address."""
    return _made(app, survey="fast-feedback")


@pytest.fixture
def long(app: Flask) -> str:
    """An open wave of the paged survey; its address."""
    return _made(app, survey="community-safety")


def _made(app: Flask, **given: Any) -> str:
    with app.app_context():
        return f"/s/{make_wave(**given).survey}"


@pytest.fixture
def stored(app: Flask) -> Rows:
    """Return a function that reads all stored responses."""

    def read() -> list[Response]:
        with app.app_context():
            return list(db.session.scalars(select(Response)))

    return read


@pytest.fixture
def add_event(app: Flask) -> Callable[..., UUID]:
    """Return a function that adds an event with this code to the wave with this slug."""
    from datetime import UTC, datetime
    from uuid import uuid4

    from feedback.queries.waves import wave_by_slug
    from feedback.services.events import NewEvent, add_events

    def add(code: str, wave: str = "fast-feedback-test") -> UUID:
        now = datetime.now(UTC)
        event = NewEvent(
            id=uuid4(),
            code=code,
            kind="patch_chat",
            title="Patch chat at the library",
            place="Library",
            starts_at=now,
            ends_at=now,
            ward_code=None,
            lead_partner="",
        )
        with app.app_context():
            add_events(wave_by_slug(wave), [event])
        return event.id

    return add
