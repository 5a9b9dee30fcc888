"""Rewriting on PostgreSQL: every row anew by one transaction, the rows of a table in the order of its key.

A row is ordered, written again and ordered once more. CLUSTER alone keeps of each row by which transaction it came
(xmin), and of long values the number that says when; an UPDATE alone keeps the order, and leaves the former version.
All three are safe for who reads meanwhile, pg_dump too: emptying a table and filling it would show them nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    LargeBinary,
    String,
    Table,
    cast,
    func,
    text,
    type_coerce,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.sql import literal

from feedback.extensions import db

STEP = 0.05  # seconds between two attempts to get a table without waiting in front of others
# Whether another transaction may still need versions of rows that were current before ours ended.
OLDER = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND greatest(age(backend_xid), age(backend_xmin)) >= age(cast(:ours AS text)::xid)"
)


def rewrite(rewritten: Sequence[Table], compacted: Sequence[Table], patience: float) -> bool:
    """Rewrite tables, and wipe former versions of rows in others; False where a longer reading still needs some.

    Each waits `patience` seconds at most. Raises sqlalchemy's OperationalError when others do not let go of a table.
    """
    last = ""
    for table in rewritten:
        with _alone_with(table, patience) as connection:
            _order(connection, table)
            connection.execute(table.update().values(_afresh(table)))
            last = connection.scalar(text("SELECT pg_current_xact_id()::xid::text")) or last
    nobody_needs_more = _wait_for_readers(last, patience)
    for table in (*rewritten, *compacted):
        with _alone_with(table, patience) as connection:
            _order(connection, table)
    return nobody_needs_more


@contextmanager
def _alone_with(table: Table, patience: float) -> Iterator[Connection]:
    """A transaction that has a table for itself. It is asked for again and again, so that nobody queues behind us."""
    deadline = time.monotonic() + patience
    while True:
        with db.engine.begin() as connection:
            if _locked(connection, table, last_time=time.monotonic() >= deadline):
                yield connection
                return
        time.sleep(STEP)


def _locked(connection: Connection, table: Table, *, last_time: bool) -> bool:
    try:
        with connection.begin_nested():
            connection.execute(text(f"LOCK TABLE {_quoted(table.name)} IN ACCESS EXCLUSIVE MODE NOWAIT"))
    except OperationalError:
        if last_time:
            raise
        return False
    return True


def _order(connection: Connection, table: Table) -> None:
    """Write a table into a new file in the order of its key, without the versions of rows that nobody needs."""
    key = table.primary_key.name
    connection.execute(text(f"CLUSTER {_quoted(table.name)} USING {_quoted(str(key))}"))


def _afresh(table: Table) -> dict[str, ColumnElement[Any]]:
    """Say every long column in a way that makes a new value of it, so that it gets a new number where it lies apart."""
    found = {
        c.name: make(c) for c in table.columns if not (c.foreign_keys or c.primary_key) and (make := _maker(c.type))
    }
    first = next(iter(table.primary_key.columns))
    return found or {first.name: first}


def _maker(kind: Any) -> Callable[[ColumnElement[Any]], ColumnElement[Any]] | None:
    if isinstance(kind, JSON):
        return lambda column: type_coerce(cast(cast(column, String), JSON), column.type)
    if isinstance(kind, LargeBinary):
        return lambda column: func.substring(column, 1)
    if isinstance(kind, String):
        return lambda column: column.concat(literal(""))
    return None


def _wait_for_readers(ours: str, patience: float) -> bool:
    """Wait until nobody needs the former versions any more; False when they still do."""
    deadline = time.monotonic() + patience
    while True:
        with db.engine.connect() as connection:
            if not (ours and connection.scalar(OLDER, {"ours": ours})):
                return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(STEP)


def _quoted(name: str) -> str:
    return db.engine.dialect.identifier_preparer.quote(name)
