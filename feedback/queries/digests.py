"""Published questionnaires by what they are, not by where they stand."""

from __future__ import annotations

import re

from sqlalchemy import select

from feedback.errors import NotFound
from feedback.extensions import db
from feedback.models import QuestionnaireVersion

DIGEST = re.compile(r"[0-9a-f]{64}")


def questionnaire_by_digest(digest: str) -> QuestionnaireVersion:
    """Return the published version with this SHA-256 (hex).

    Raises:
        NotFound: none has it.

    """
    found = (
        db.session.scalar(select(QuestionnaireVersion).filter_by(digest=digest)) if DIGEST.fullmatch(digest) else None
    )
    if found is None:
        raise NotFound("No questionnaire has this digest.")
    return found
