"""Rewriting: every night, before each backup, when a wave is closed, and by `flask privacy rewrite`.

What comes in lies in the bytes in the order of coming until then, for whoever can open the files of the server.
"""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from sqlalchemy.exc import DBAPIError

from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import AuditEntry
from feedback.models.types import utc_now
from feedback.places import current_place
from feedback.services.answers.floods import forget_hours, forget_small_hours, this_hour
from feedback.services.at_rest import postgresql, sqlite
from feedback.services.at_rest.tables import compacted_tables, rewritten_tables
from feedback.services.audit import record

REWRITTEN = "answers rewritten in random order"
A_NIGHT = timedelta(hours=36)  # with what the hour of the nightly command may vary
PATIENCE = 30.0  # seconds; as long as somebody who answers waits for SQLite
SHORT_PATIENCE = 1.0  # for somebody who waits for a page
AGAIN = "Nothing is lost, and the service goes on. Run `flask privacy rewrite` again when less is going on."


def is_overdue(last: AuditEntry | None) -> bool:
    """Whether a night has passed since the answers were rewritten, by the audit entry of the last time."""
    return last is None or last.at < utc_now() - A_NIGHT


class NotRewritten(Refusal):
    """The database could not be had for long enough."""

    status = 503


@dataclass(frozen=True)
class Rewriting:
    """What was done: how many `tables` in how many `seconds`, and what still keeps former versions, in a sentence."""

    tables: int
    seconds: float
    left: str = ""


def rewrite(actor: str, patience: float = PATIENCE) -> Rewriting:
    """Rewrite what holds an answer or follows one so that its bytes say nothing of order or time; record and commit.

    Whoever makes a backup calls this first: hours that fewer than ten answers share are forgotten, the running one too,
    as a backup is kept for longer. Nothing else in the database changes but where it lies. Stopped in the middle it
    leaves what was there.

    Raises:
        NotRewritten: others were at work for longer than `patience` seconds, or the disk is full.

    """
    db.session.commit()
    begun = time.monotonic()
    try:
        left = (_on_sqlite if db.engine.dialect.name == "sqlite" else _on_postgresql)(actor, patience)
    except (DBAPIError, sqlite3.Error) as fault:
        db.session.rollback()
        raise NotRewritten(_why(fault)) from fault
    return Rewriting(len(rewritten_tables()), time.monotonic() - begun, left)


def wipe_deleted() -> bool:
    """Let what was just deleted and committed end in the bytes too, as far as that takes no time.

    On SQLite the WAL still holds it until it is emptied; False when somebody was reading. On PostgreSQL former versions
    of rows go with the next rewriting. A fault here is no fault of what was deleted.
    """
    try:
        return db.engine.dialect.name != "sqlite" or sqlite.empty_log(SHORT_PATIENCE)
    except sqlite3.Error:
        current_app.logger.exception("the log of the database could not be emptied")
        return False


def _forget_small_hours() -> None:
    forget_hours()
    forget_small_hours(this_hour() + 1)
    db.session.commit()


def _on_sqlite(actor: str, patience: float) -> str:
    sqlite.wait_for_others(patience)
    _forget_small_hours()
    sqlite.vacuum(patience)
    _record(actor)
    if sqlite.empty_log(patience):
        return ""
    return f"Somebody was reading for a long time, so that the -wal file beside the database is not empty yet. {AGAIN}"


def _on_postgresql(actor: str, patience: float) -> str:
    _forget_small_hours()
    is_all = postgresql.rewrite(rewritten_tables(), compacted_tables(), patience)
    _record(actor)
    return "" if is_all else f"A long reading, such as a dump, still needs former versions of rows. {AGAIN}"


def _record(actor: str) -> None:
    record(actor, REWRITTEN, current_place().slug)
    db.session.commit()


def _why(fault: Exception) -> str:
    said = str(getattr(fault, "orig", fault)).strip().split("\n", 1)[0]
    why = f"other work did not let go of them, or the server refused it ({said})"
    return f"The answers could not be rewritten in random order: {why}. {AGAIN}"
