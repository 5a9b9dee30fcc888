"""Files of answers that were brought in."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from feedback.extensions import db
from feedback.models import AnswerImport


def imports() -> Sequence[AnswerImport]:
    """Return all imports, the newest first."""
    newest = AnswerImport.imported_on.desc()
    listed = select(AnswerImport).options(joinedload(AnswerImport.wave)).order_by(newest, AnswerImport.file)
    return db.session.scalars(listed).all()


def answer_import(id: UUID) -> AnswerImport:
    """Return an import; raises NoResultFound."""
    return db.session.get_one(AnswerImport, id, options=[joinedload(AnswerImport.wave)])
