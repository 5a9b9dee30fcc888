"""Who has the receipt code can have their answers removed, until the results are published."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from feedback.extensions import db
from feedback.models import AuditEntry, Response, Wave
from feedback.models.types import utc_now
from feedback.services.answers.submission import submit_response
from tests.makers import make_wave, submission
from tests.pages import PageClient, text_of

WRONG = "We cannot find answers with this code. Check every letter and number"


@pytest.fixture
def code(app: Flask) -> str:
    with app.app_context():
        wave = make_wave(title="Safety now")
        submit_response(submission(wave))
        return submit_response(submission(wave)).code


def left(app: Flask) -> int:
    with app.app_context():
        return int(db.session.scalar(select(func.count()).select_from(Response)))


@pytest.mark.both_engines
def test_code_confirm_gone(app: Flask, client: PageClient, code: str) -> None:
    typed = f" {code.lower().replace('-', ' ')} "
    asked = client.post("/withdraw", data={"code": typed})
    assert asked.status_code == 200
    assert "These are answers to: Safety now." in asked.text
    assert left(app) == 2
    done = client.post("/withdraw", data={"code": typed.strip(), "confirm": "1"})
    assert done.location == "/withdraw/done"
    assert "Your answers are removed" in text_of(client.page("/withdraw/done"))
    assert left(app) == 1
    again = client.post("/withdraw", data={"code": code, "confirm": "1"})
    assert again.status_code == 422
    assert WRONG in again.text
    with app.app_context():
        (entry,) = db.session.scalars(select(AuditEntry).filter_by(action="answers withdrawn"))
        assert (entry.actor, entry.detail) == ("the person who has the receipt", {})


@pytest.mark.parametrize(
    "typed", ["ABCDE-FGHJK", "x", "\u202e=cmd()", "<script>alert(1)</script>", "A" * 100_000, "é" * 50]
)
@pytest.mark.parametrize("confirm", [{}, {"confirm": "1"}])
def test_every_wrong_code_gets_the_same_sentence(
    app: Flask, client: PageClient, code: str, typed: str, confirm: dict[str, str]
) -> None:
    answer = client.post("/withdraw", data={"code": typed, **confirm})
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert left(app) == 2


def test_no_code_is_asked_for(client: PageClient, code: str) -> None:
    for data in ({}, {"code": "  "}, {"confirm": "1"}):
        answer = client.post("/withdraw", data=data)
        assert (answer.status_code, "Enter your receipt code" in answer.text) == (422, True)


@pytest.mark.both_engines
def test_published_figures_cannot_lose_answers_any_more(app: Flask, client: PageClient, code: str) -> None:
    with app.app_context():
        db.session.execute(Wave.__table__.update().values(frozen_at=utc_now()))
        db.session.commit()
    answer = client.post("/withdraw", data={"code": code, "confirm": "1"})
    assert answer.status_code == 409
    assert "are published, so its answers can no longer be added, changed, moved or removed." in answer.text
    assert left(app) == 2


def test_the_page_is_linked_where_the_code_is_and_where_rights_are(client: PageClient, fast: str) -> None:
    receipt = client.submit(fast, {"safe_local_day": "very_safe"}).location
    for address in (receipt, "/privacy"):
        assert client.page(address).find("a", href="/withdraw"), address
