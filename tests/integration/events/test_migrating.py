"""Events made before they could offer several surveys keep theirs, up and down."""

from __future__ import annotations

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from feedback.extensions import db
from tests.conftest import running

pytestmark = pytest.mark.both_engines

ROWS = (
    "INSERT INTO questionnaire (id, survey, version, definition, digest, published_at)"
    " VALUES (1, 'fast-feedback', 1, '{}', 'x', '2026-01-01')",
    "INSERT INTO wave (id, slug, survey, title, questionnaire_id, opens_on, closes_on, method, purpose)"
    " VALUES (7, 'w', 'fast-feedback', 'W', 1, '2026-01-01', '2026-02-01', 'self_selected', 'real')",
    "INSERT INTO event (id, code, wave_id, kind, title, place, starts_at, ends_at, lead_partner)"
    " VALUES ('00000000000040008000000000000001', 'ABC234', 7, 'library', 'L', '', '2026-01-05', '2026-01-06', '')",
)


def one(statement: str) -> tuple[object, ...]:
    return tuple(db.session.execute(text(statement)).one())


def test_an_event_keeps_its_survey_up_and_down(databases) -> None:
    with databases.empty() as address, running(address) as app, app.app_context():
        upgrade(revision="0002")
        for row in ROWS:
            db.session.execute(text(row))
        db.session.commit()
        upgrade(revision="0003")
        assert one("SELECT wave_id, position FROM event_wave") == (7, 0)
        assert one("SELECT target, created_by, cancelled_at FROM event") == (None, "", None)
        assert "en" in str(one("SELECT languages FROM event")[0])
        db.session.rollback()
        downgrade(revision="0002")
        assert one("SELECT code, wave_id FROM event") == ("ABC234", 7)
        db.session.rollback()
