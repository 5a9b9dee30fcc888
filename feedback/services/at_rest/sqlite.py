"""Rewriting on SQLite: the whole file anew, each table and index in the order of its key, and an empty WAL.

VACUUM makes the file from its content alone: no page lies where it lies because of when it came, and none is free.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

from feedback.extensions import db

STEP = 1.0  # seconds that others wait for us at most while we wait for a reader


def wait_for_others(patience: float) -> None:
    """Wait until nobody writes. Raises sqlite3.OperationalError when somebody does for longer than `patience`."""
    with _connected() as connection:
        connection.execute(f"PRAGMA busy_timeout={int(patience * 1000)}")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")


def vacuum(patience: float) -> None:
    """Write the file anew; who answers meanwhile waits. Raises sqlite3.OperationalError when others do not let go."""
    with _connected() as connection:
        connection.execute(f"PRAGMA busy_timeout={int(patience * 1000)}")
        connection.execute("VACUUM")


def empty_log(patience: float) -> bool:
    """Move what the WAL holds into the file and empty it; False when somebody reads for longer than `patience`."""
    deadline = time.monotonic() + patience
    with _connected() as connection:
        connection.execute(f"PRAGMA busy_timeout={int(min(patience, STEP) * 1000)}")
        while True:
            busy, _pages, _moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy or time.monotonic() >= deadline:
                return not busy
            time.sleep(STEP)  # while we waited nobody could write


@contextmanager
def _connected() -> Iterator[sqlite3.Connection]:
    """A connection of the pool outside any transaction, with its own patience put back afterwards."""
    pooled = db.engine.raw_connection()
    connection = pooled.driver_connection
    assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - the caller knows the engine
    (before,) = connection.execute("PRAGMA busy_timeout").fetchone()
    try:
        yield connection
    finally:
        connection.execute(f"PRAGMA busy_timeout={before}")
        pooled.close()
