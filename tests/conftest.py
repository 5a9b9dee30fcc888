"""An app on a real database: a test that asks for one runs on SQLite and, with `--all`, on PostgreSQL.

Where the engines can differ (locks, upserts, constraints, migrations, order, folding, JSON) it says so with
`@pytest.mark.both_engines`, and runs on both in the default command too.

`app` is on a fresh database, migrated, with the place's help lines, roles and questionnaires; `session` is its session;
`client` opens pages as a member of the public and checks each. Ask for `sqlite_app` where one engine is enough because
nothing is read or written (pages of words, headers).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.databases import PostgresqlDatabases, SqliteDatabases, postgresql_server
from tests.lending import Lender
from tests.pages import PageClient

gc.set_threshold(100_000, 20, 20)  # frames and parsed pages make so many objects that looking for garbage costs a tenth

Databases = SqliteDatabases | PostgresqlDatabases


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every-variant", action="store_true", help="axe on every page in every variant (15 minutes)")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave PostgreSQL to `test --all` where a test does not say that the engines can differ in what it looks at."""
    for item in items:
        given = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
        if given.get("databases") == "postgresql" and not item.get_closest_marker("both_engines"):
            item.add_marker(pytest.mark.long)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was wrong where a journey ran once more (tests/browser/conftest.py)."""
    for report in terminalreporter.getreports("rerun"):
        terminalreporter.write_sep("-", f"first run of {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)


def make_app(address: str, **settings: str) -> Flask:
    """An app in test mode on the database at `address`."""
    from feedback import create_app
    from feedback.config import Settings

    app = create_app(Settings(**{"mode": "test", "database_url": address, **settings}).completed())
    app.config["TESTING"] = True
    app.test_client_class = PageClient
    return app


@contextmanager
def running(address: str, **settings: str) -> Iterator[Flask]:
    """An app of its own whose connections are closed afterwards."""
    from feedback.extensions import db, security

    lent = dict(vars(security))  # the extension keeps the last app's ways; those of the app that is lent come back
    app = make_app(address, **settings)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    vars(security).update(lent)


def prepare(address: str) -> None:
    """Migrate the database and load what `flask prepare` loads."""
    from flask_migrate import upgrade

    from feedback.services.preparation import prepare_database

    with running(address) as app, app.app_context():
        upgrade()
        prepare_database()


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    return SqliteDatabases(tmp_path_factory.mktemp("databases"), prepare)


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[PostgresqlDatabases]:
    with postgresql_server() as folder, PostgresqlDatabases(folder, prepare) as databases:
        yield databases


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Where databases come from: each engine in turn."""
    found: Databases = request.getfixturevalue(f"{request.param}_databases")
    return found


@pytest.fixture(scope="session")
def lenders() -> Iterator[dict[str, Lender]]:
    """The one application of each engine that was needed so far."""
    found: dict[str, Lender] = {}
    yield found
    for lender in found.values():
        lender.close()


@contextmanager
def lent(databases: Databases, lenders: dict[str, Lender]) -> Iterator[Flask]:
    """The engine's application, on a database as `prepare` leaves it."""
    if databases.name not in lenders:
        lenders[databases.name] = Lender(make_app(databases.lasting()), databases.restore).warm()
    with lenders[databases.name].lend() as app:
        yield app


@pytest.fixture
def app(databases: Databases, lenders: dict[str, Lender]) -> Iterator[Flask]:
    with lent(databases, lenders) as app:
        yield app


@pytest.fixture
def sqlite_app(sqlite_databases: SqliteDatabases, lenders: dict[str, Lender]) -> Iterator[Flask]:
    with lent(sqlite_databases, lenders) as app:
        yield app


@pytest.fixture
def postgresql_app(postgresql_databases: PostgresqlDatabases, lenders: dict[str, Lender]) -> Iterator[Flask]:
    """For what only PostgreSQL does, such as letting two write at once."""
    with lent(postgresql_databases, lenders) as app:
        yield app


@pytest.fixture
def own_app(sqlite_databases: SqliteDatabases) -> Iterator[Flask]:
    """An app built for this test alone: new addresses can be added to it."""
    with sqlite_databases.fresh() as address, running(address) as app:
        yield app


@pytest.fixture
def session(app: Flask) -> Iterator[Any]:
    """The database session of `app`, inside its context."""
    from feedback.extensions import db

    with app.app_context():
        yield db.session


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
