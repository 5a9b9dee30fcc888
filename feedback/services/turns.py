"""Saves of one thing go one after another, so that the later one is compared with what the earlier one stored."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import func, select

from feedback.extensions import db


def wait_for_turn(thing: str) -> None:
    """Wait until nobody else is saving `thing`, and forget what was read of it before; held until the transaction ends.

    On SQLite the transaction of every form that is sent holds the write lock from its first statement.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(sha256(thing.encode()).digest()[:8], signed=True)
        db.session.execute(select(func.pg_advisory_xact_lock(number)))
        db.session.expire_all()
