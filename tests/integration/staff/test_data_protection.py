"""The page of the person who must answer for what is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest
import time_machine
from flask import Flask

from feedback.models import Wave
from tests.integration.staff.scenes import HOSTILE, add_wave, answer, sign_in, signed_in
from tests.pages import text_of

LATER = timedelta(days=366 * 7)


def main_of(client, path: str) -> str:
    return text_of(client.page(path).select_one("main"))


def test_the_periods_are_signed_and_residents_are_told(app: Flask) -> None:
    client = signed_in(app, "administrator")
    assert "These times are a proposal." in main_of(app.test_client(), "/privacy")
    assert "Nobody has signed the periods yet." in main_of(client, "/admin/")
    client.submit("/admin/data-protection", {"name": HOSTILE, "role": "Data protection officer"})
    page = main_of(client, "/admin/data-protection")
    assert "Signed" in page
    assert "<script>" in page  # as text, not as a script: the page client would have refused one
    assert "Nobody has signed" not in main_of(client, "/admin/")
    privacy = main_of(app.test_client(), "/privacy")
    assert "proposal" not in privacy
    assert "What you write in your own words: 2 years after the survey closes." in privacy
    assert "Your other answers: 6 years after the survey closes" in privacy


def test_nobody_signs_without_a_name(app: Flask) -> None:
    client = signed_in(app, "administrator")
    answer = client.submit("/admin/data-protection", {"name": " ", "role": ""}, status=200)
    assert "Enter the name of the person who signs" in answer.text
    assert "Enter the role of the person who signs" in answer.text


def test_what_is_due_is_shown_confirmed_and_deleted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from feedback.extensions import db

    started = Mock()
    monkeypatch.setattr("feedback.services.retention.start_command", started)
    with app.app_context():
        answer(db.session.get(Wave, add_wave().id))
    with time_machine.travel(datetime.now(UTC) + LATER):
        client = signed_in(app, "administrator")
        assert "Individual responses: 1" in main_of(client, "/admin/data-protection/apply")
        client.submit("/admin/data-protection/apply", {})
        started.assert_called_once_with("privacy", "rewrite")
        assert "by administrator@example.com" in main_of(client, "/admin/data-protection")
        assert "Nothing is due for deletion today." in client.get("/admin/data-protection/apply").text


def test_the_page_says_when_answers_were_last_rewritten(app: Flask) -> None:
    client = signed_in(app, "administrator")
    assert "It has never been done." in main_of(client, "/admin/data-protection")
    assert "whoever keys a form from paper" in main_of(client, "/admin/data-protection")
    assert app.test_cli_runner().invoke(args=["privacy", "rewrite"]).exit_code == 0
    words = main_of(client, "/admin/data-protection")
    assert "Last done on" in words
    assert "must run flask retention apply" not in words
    with time_machine.travel(datetime.now(UTC) + timedelta(days=2)):
        words = main_of(sign_in(client, "administrator"), "/admin/data-protection")
        assert "Check now Last done on" in words
        assert "must run flask retention apply every night" in words


def test_only_administrators_see_it(app: Flask) -> None:
    assert signed_in(app, "analyst").get("/admin/data-protection").status_code == 403
