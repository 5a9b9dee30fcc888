"""Inserts that two requests may race for: the database decides, never a look before the leap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import FromClause, Table
from sqlalchemy.dialects import postgresql, sqlite

from feedback.extensions import db

Insert = postgresql.Insert | sqlite.Insert


def insert_into(table: FromClause) -> Insert:
    """An INSERT of the database in use, which knows ON CONFLICT."""
    plain = cast(Table, table)
    if db.session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(plain)
    return sqlite.insert(plain)


def insert_new(table: FromClause, rows: Sequence[Mapping[str, Any]]) -> set[Any]:
    """Insert `rows` and leave out those whose key or unique value exists; return the `id` of each inserted row."""
    if not rows:
        return set()
    statement = insert_into(table).on_conflict_do_nothing().returning(table.c.id)
    return set(db.session.execute(statement, [dict(row) for row in rows]).scalars())


def add_to_count(table: FromClause, key: Mapping[str, Any], amount: int) -> int:
    """Add `amount` to the `count` of the row with this primary key, making the row when it is new; return the count."""
    statement = insert_into(table).values(**key, count=amount)
    added = {"count": table.c.count + statement.excluded.count}
    upsert = statement.on_conflict_do_update(index_elements=list(key), set_=added)
    return int(db.session.execute(upsert.returning(table.c.count)).scalar_one())
