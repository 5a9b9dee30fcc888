"""Runs the migrations in one transaction, on SQLite and PostgreSQL alike: all of them or nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from flask import current_app
from flask_security import AsaList
from sqlalchemy import Connection

import feedback.models  # noqa: F401  (fills the metadata)
from feedback.extensions import db
from feedback.models.types import UtcDateTime

PLAIN = {UtcDateTime: "sa.DateTime(timezone=True)", AsaList: "sa.UnicodeText()"}


def plain_type(kind: str, item: Any, _context: Any) -> Any:
    """Migrations outlive the code: write the database's type, not our class."""
    return PLAIN.get(type(item), False) if kind == "type" else False


@contextmanager
def tables_may_be_rebuilt(connection: Connection) -> Iterator[None]:
    """SQLite alters a table by making it anew: with foreign keys on, dropping the old one would delete its children."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def refuse_orphans(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if orphans:
            raise RuntimeError(
                f"The migration would leave rows without their parents, so nothing was changed: {orphans}"
            )


def run() -> None:
    if context.is_offline_mode():
        raise SystemExit("Migrations need a database to look at: run them without --sql.")
    arguments = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection, tables_may_be_rebuilt(connection), connection.begin():
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=plain_type,
            **arguments,
        )
        with context.begin_transaction():
            context.run_migrations()
        refuse_orphans(connection)


run()
