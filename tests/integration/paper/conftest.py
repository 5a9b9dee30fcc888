"""Most rules of paper are the same on every database: they are tried on SQLite. Those that lock or replace, on both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from feedback.extensions import db


@pytest.fixture
def session(sqlite_app: Flask) -> Iterator[Any]:
    with sqlite_app.app_context():
        yield db.session


@pytest.fixture
def either_session(app: Flask) -> Iterator[Any]:
    with app.app_context():
        yield db.session
