"""A place to be attacked: open waves of both surveys with an event, a test wave, postcodes and people of every role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from feedback.extensions import db
from feedback.models import Conflict, Draft, Event, Postcode, Response, Tally
from tests.integration.staff.scenes import add_event
from tests.makers import BARGATE, make_wave

FAST, LONG = "/s/fast-feedback", "/s/community-safety"
Count = Callable[[], dict[str, int]]


@pytest.fixture
def scene(app: Flask) -> Flask:
    """`app` with an open wave of each survey (`fast-feedback-test`, `community-safety-test`) and the event HERE."""
    return fill_scene(app)


@pytest.fixture
def sqlite_scene(sqlite_app: Flask) -> Flask:
    """The same on SQLite alone."""
    return fill_scene(sqlite_app)


def fill_scene(app: Flask) -> Flask:
    with app.app_context():
        wave = make_wave("fast-feedback")
        make_wave("community-safety")
        add_event(wave, "HERE")
        db.session.add(Postcode(postcode="SO147DU", ward_code=BARGATE))
        db.session.commit()
    return app


@pytest.fixture
def stored(request: pytest.FixtureRequest) -> Callable[[], list[Response]]:
    """Return a function that reads every stored response."""
    app = _app_of(request)

    def read() -> list[Response]:
        with app.app_context():
            return list(db.session.scalars(select(Response)))

    return read


@pytest.fixture
def counts(request: pytest.FixtureRequest) -> Count:
    """Return a function that counts the rows an attack could add to or take away."""
    app = _app_of(request)

    def count() -> dict[str, int]:
        tables: tuple[Any, ...] = (Response, Conflict, Draft, Event, Tally)
        with app.app_context():
            return {t.__name__: db.session.scalar(select(func.count()).select_from(t)) or 0 for t in tables}

    return count


@pytest.fixture
def attacked(request: pytest.FixtureRequest) -> Flask:
    """The app that the test asked for: `scene` or `sqlite_scene`."""
    return _app_of(request)


def _app_of(request: pytest.FixtureRequest) -> Flask:
    name = "scene" if "scene" in request.fixturenames else "sqlite_scene"
    app: Flask = request.getfixturevalue(name)
    return app
