"""The application is the same for all tests, and nothing of one test is there for the next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, delete, select, text, update

from feedback.extensions import db
from feedback.models import HelpLine, Role, Wave
from tests.conftest import Databases, lent
from tests.lending import Lender
from tests.makers import make_wave

pytestmark = pytest.mark.both_engines
Rows = dict[str, list[tuple[Any, ...]]]


def rows_at(address: str) -> Rows:
    """Every row of every table of ours."""
    engine = create_engine(address)
    with engine.connect() as connection:
        tables = db.metadata.sorted_tables
        found = {table.name: [tuple(row) for row in connection.execute(select(table))] for table in tables}
    engine.dispose()
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


@contextmanager
def changed(databases: Databases, lenders: dict[str, Lender]) -> Iterator[Flask]:
    """The application after a test that changed what it could, and left a transaction open."""
    with lent(databases, lenders) as app:
        with app.app_context():
            make_wave()
            db.session.execute(update(HelpLine).values(name="Changed"))
            db.session.execute(delete(Role).where(Role.name == "reviewer"))
            db.session.commit()
        app.config["WTF_CSRF_ENABLED"] = False
        app.extensions["place"] = "elsewhere"
        app.view_functions["residents.start"] = lambda: "hollow"
        app.jinja_env.globals["added"] = app.added = True  # type: ignore[attr-defined]
        context = app.app_context()
        context.push()
        db.session.add(Role(name="left open"))
        db.session.flush()
        yield app
        context.pop()


def test_the_next_test_finds_the_database_as_it_was_prepared(databases: Databases, lenders: dict[str, Lender]) -> None:
    with databases.fresh() as address:
        prepared = rows_at(address)
    with changed(databases, lenders):
        pass
    with lent(databases, lenders) as app, app.app_context():
        assert rows_at(app.config["SQLALCHEMY_DATABASE_URI"]) == prepared
        assert make_wave().id == 1
        assert len(list(db.session.scalars(select(Wave)))) == 1


def test_the_next_test_finds_the_tables_as_they_were_migrated(databases: Databases, lenders: dict[str, Lender]) -> None:
    with lent(databases, lenders) as app, app.app_context():
        db.session.execute(text("ALTER TABLE help_line RENAME TO gone"))
        db.session.commit()
    with lent(databases, lenders) as app, app.app_context():
        assert db.session.scalars(select(HelpLine)).first() is not None


def test_the_next_test_finds_the_application_as_it_was_built(databases: Databases, lenders: dict[str, Lender]) -> None:
    with changed(databases, lenders) as first:
        pass
    with lent(databases, lenders) as app:
        assert app is first
        assert "WTF_CSRF_ENABLED" not in app.config or app.config["WTF_CSRF_ENABLED"]
        assert app.extensions.get("place") != "elsewhere"
        assert "added" not in app.jinja_env.globals
        assert not hasattr(app, "added")
        assert "hollow" not in app.test_client().get("/").get_data(as_text=True)


def test_an_address_cannot_be_added_for_all_tests(app: Flask) -> None:
    with pytest.raises(AssertionError, match="can no longer be called"):
        app.add_url_rule("/new", "new", lambda: "new")
