from __future__ import annotations

import pytest
from flask import Flask

from feedback.services.tablets import event_keys
from tests.integration.sync.tablets import Tablet, fill_field, one_key, take


@pytest.fixture(autouse=True)
def quick_keys(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "real_keys" not in request.fixturenames:
        monkeypatch.setattr(event_keys.rsa, "generate_private_key", one_key)


@pytest.fixture
def real_keys() -> None:
    """Ask for this where every event must have a key of its own."""


@pytest.fixture
def field(app: Flask) -> Flask:
    """`app` with an open wave, an event HERE today, and people."""
    return fill_field(app)


@pytest.fixture
def tablet(field: Flask) -> Tablet:
    """A tablet that took the event."""
    return take(field)


@pytest.fixture
def sqlite_field(sqlite_app: Flask) -> Flask:
    return fill_field(sqlite_app)


@pytest.fixture
def sqlite_tablet(sqlite_field: Flask) -> Tablet:
    """The same on SQLite alone."""
    return take(sqlite_field)
