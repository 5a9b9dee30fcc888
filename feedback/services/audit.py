"""Who did what, when. An entry names people of the staff and things by their names; it never holds an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from feedback.extensions import db
from feedback.models import AuditEntry


def record(actor: str, action: str, subject: str, **detail: Any) -> None:
    """Add an entry to the transaction of the change itself, so that neither exists without the other."""
    db.session.add(AuditEntry(actor=actor, action=action, subject=subject, detail=detail))


def record_download(actor: str, subject: str, **detail: Any) -> None:
    """Record that somebody takes a file away, and commit."""
    record_alone(actor, "workbook downloaded", subject, **detail)


def record_alone(actor: str, action: str, subject: str, **detail: Any) -> None:
    """Record what changes nothing in the database, and commit.

    What was read before is let go first: SQLite refuses to turn a read into a write when somebody wrote in between.
    """
    db.session.commit()
    record(actor, action, subject, **detail)
    db.session.commit()


def file_name(path: Path) -> str:
    """Return the name of a file for an entry: without its folder, and `?` for bytes that are no text."""
    return path.name.encode("utf-8", "replace").decode()
