"""Extension objects, made unbound here and bound to the app in `create_app`."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from flask import has_request_context, request
from flask_babel import Babel
from flask_migrate import Migrate
from flask_security import Security
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.orm import DeclarativeBase

from feedback.same_site import SameSiteProtect

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=CONVENTION)


SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, which UTF-8 does not know; a tablet may send one


def json_text(value: Any) -> str:
    """Return a value as JSON in its own letters: escaped, each Arabic one would be six bytes long instead of two."""
    return SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", json.dumps(value, ensure_ascii=False))


# A database that was restarted must not cost the next person an answer: connections are tried before use.
# Parameters hold answers: they stay out of messages, and so out of logs, which know the time.
db = SQLAlchemy(
    model_class=Base, engine_options={"pool_pre_ping": True, "hide_parameters": True, "json_serializer": json_text}
)
migrate = Migrate()  # type: ignore[no-untyped-call]
csrf = SameSiteProtect()
babel = Babel()
security = Security()

if TYPE_CHECKING:  # what `db.Model` is made of, said so that the type checker knows the columns

    class Model(Base):
        __abstract__ = True

else:
    Model = db.Model

_only_reading: ContextVar[bool] = ContextVar("only_reading", default=False)


@contextmanager
def only_reading() -> Iterator[None]:
    """Say that the session will not write: long reading outside a request then holds up nobody's answer on SQLite."""
    db.session.rollback()
    token = _only_reading.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        _only_reading.reset(token)


@event.listens_for(Engine, "connect")
def _durable_sqlite(connection: Any, _record: Any) -> None:
    """An acknowledged answer must survive a power cut: WAL, a full sync at every commit. What is deleted is blank."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # SQLAlchemy's begin event below opens the transaction itself
    cursor = connection.cursor()
    pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000", "secure_delete=ON")
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    """Take SQLite's write lock at once where a write may follow.

    A read transaction that turns into a write fails at once, without waiting, when another writer came between.
    """
    if connection.dialect.name == "sqlite":
        reading = _only_reading.get() or (has_request_context() and request.method in {"GET", "HEAD"})
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
