"""Waves, details and signed-in officers for the tests of events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from feedback.clock import LONDON, today
from feedback.models import Event, Wave
from feedback.services.events import EventDetails, make_event
from tests.integration.staff.scenes import signed_in
from tests.makers import BARGATE, make_wave


@pytest.fixture
def fast(session: Any) -> Wave:
    return make_wave()


@pytest.fixture
def long_one(session: Any) -> Wave:
    return make_wave("community-safety", title="The long one")


def details(*waves: Wave, **given: Any) -> EventDetails:
    """A patch chat today from ten to twelve."""
    starts_at = given.pop("starts_at", None) or datetime.combine(today(), time(10), tzinfo=LONDON)
    usual = {"kind": "patch_chat", "place": "Library", "ward_code": BARGATE, "ends_at": starts_at + timedelta(hours=2)}
    return EventDetails(starts_at=starts_at, waves=waves, **{**usual, **given})


@pytest.fixture
def make(session: Any) -> Callable[..., Event]:
    return lambda *waves, **given: make_event(details(*waves, **given), actor="officer@example.com")


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    return signed_in(app, "officer")
