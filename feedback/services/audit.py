"""Who did what, when. An entry names people of the staff and things by their names; it never holds an answer."""

from __future__ import annotations

from typing import Any

from feedback.extensions import db
from feedback.models import AuditEntry


def record(actor: str, action: str, subject: str, **detail: Any) -> None:
    """Add an entry to the transaction of the change itself, so that neither exists without the other."""
    db.session.add(AuditEntry(actor=actor, action=action, subject=subject, detail=detail))


def record_download(actor: str, subject: str, **detail: Any) -> None:
    """Record that somebody took a file away, and commit.

    What was read before is let go first: SQLite refuses to turn a read into a write when somebody wrote in between.
    """
    db.session.commit()
    record(actor, "workbook downloaded", subject, **detail)
    db.session.commit()
