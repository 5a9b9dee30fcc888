"""The reviewers' room, and what other staff are told of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from feedback.models import AuditEntry, Response, Review
from feedback.models.types import utc_now
from feedback.queries.waves import wave_by_slug
from feedback.services.answers.submission import submit_response
from tests.integration.staff.scenes import HOSTILE, add_staff, add_wave, sign_in, signed_in
from tests.makers import frame_of_now, submission
from tests.pages import text_of

DANGER = f"I am in danger. My husband hits me. {HOSTILE}"


@pytest.fixture
def id(app: Flask) -> str:
    """A text that waits in the wave safety-now."""
    from feedback.extensions import db

    with app.app_context():
        submit_response(submission(add_wave(), answers={"safe_local_day": "very_safe", "safer_text": DANGER}))
        return str(db.session.scalars(select(Review.id)).one())


def change(app: Flask, **values: Any) -> None:
    from feedback.extensions import db

    with app.app_context():
        db.session.execute(update(Review).values(**values))
        db.session.commit()


def test_a_reviewer_finds_reads_and_decides(app: Flask, id: str) -> None:
    client = signed_in(app, "reviewer")
    assert client.get("/staff").location == "/review/"
    home = client.page("/review/")
    assert "Waiting, most urgent first" in text_of(home)
    assert "husband" not in text_of(home.main)  # a list is no place for such words
    assert "Test reviewer" in text_of(home.main)
    page = client.page(f"/review/{id}")
    assert "My husband hits me" in text_of(page.main)
    assert "Says that a partner or somebody in the family hurts them" in text_of(page.main)
    for data, sentence in (
        ({}, "Select what should happen to this comment"),
        ({"outcome": "passed_on"}, "Enter who you told"),
        ({"outcome": "passed_on", "passed_to": "x" * 101}, "Who you told must be 100 characters or fewer"),
        ({"outcome": "released", "note": "x" * 1001}, "The note must be 1000 characters or fewer"),
    ):
        answer = client.submit(f"/review/{id}", data, status=200)
        assert sentence in answer.get_data(as_text=True)
    client.submit(f"/review/{id}", {"outcome": "passed_on", "passed_to": f"The police {HOSTILE}", "note": HOSTILE})
    home = client.page("/review/")
    assert "There is nothing to review." in text_of(home.main)
    assert "Passed on to The police" in text_of(home.main)
    done = client.page(f"/review/{id}")
    assert not done.select("main form")
    assert "reviewer@example.com" in text_of(done.main)
    assert client.post(f"/review/{id}", data={"outcome": "released"}).status_code == 400  # no form, no token


def test_the_list_says_why_each_is_held_and_what_came_first_stands_first(app: Flask, id: str) -> None:
    from feedback.extensions import db

    with app.app_context():
        wave, due = wave_by_slug("safety-now"), utc_now() + timedelta(days=1)
        for minutes in range(1, 6):
            submit_response(submission(wave, answers={"safer_text": "My husband hits me"}))
            came = select(Review).order_by(Review.raised_at.desc()).limit(1)
            review = db.session.scalars(came).one()
            review.raised_at, review.due_at = utc_now() - timedelta(days=minutes), due
            db.session.commit()
    home = signed_in(app, "reviewer").page("/review/")
    assert "Says that a partner or somebody in the family hurts them" in text_of(home.main)
    with app.app_context():
        first = db.session.scalars(select(Review).where(Review.due_at == due).order_by(Review.raised_at)).all()
        places = [str(home.main).index(str(review.id)) for review in first]
    assert places == sorted(places)


def test_opening_words_is_on_record_and_the_record_says_none_of_them(app: Flask, id: str) -> None:
    from feedback.extensions import db

    reviewer = signed_in(app, "reviewer")
    reviewer.page("/review/")
    with app.app_context():
        assert db.session.scalars(select(AuditEntry).filter_by(action="held words opened")).all() == []
    reviewer.page(f"/review/{id}")
    reviewer.submit(f"/review/{id}", {}, status=200)  # opened again, with what is wrong in the form
    with app.app_context():
        entries = db.session.scalars(select(AuditEntry).filter_by(action="held words opened")).all()
        assert {(entry.actor, entry.subject) for entry in entries} == {("reviewer@example.com", "safety-now")}
        assert [entry.detail for entry in entries] == [{"review": id}] * len(entries)
        assert len(entries) >= 2


def test_a_second_decision_finds_nothing_to_decide(app: Flask, id: str) -> None:
    client = signed_in(app, "reviewer")
    token = client.page(f"/review/{id}").select_one("main [name=csrf_token]")["value"]
    for status in (303, 200):
        answer = client.post(f"/review/{id}", data={"csrf_token": token, "outcome": "released"})
        assert answer.status_code == status
    assert list(frame(app)["safer_text"]) != [""]


def frame(app: Flask) -> Any:
    with app.app_context():
        return frame_of_now(wave_by_slug("safety-now"))


@pytest.mark.parametrize("role", ["administrator", "analyst", "officer"])
def test_nobody_else_opens_the_queue(app: Flask, id: str, role: str) -> None:
    client = signed_in(app, role)
    for address in ("/review/", f"/review/{id}"):
        assert client.get(address).status_code == 403
    assert "Safeguarding concerns" not in client.get("/staff", follow_redirects=True).get_data(as_text=True)


def test_an_administrator_is_told_that_nobody_reviews_and_what_is_late(app: Flask, id: str) -> None:
    client = signed_in(app, "administrator")
    main = text_of(client.page("/admin/").main)
    assert "1 safeguarding concern is waiting for a reviewer." in main
    assert "Nobody has the reviewer role, so nobody can read them." in main
    assert "husband" not in main
    with app.app_context():
        add_staff("reviewer", name="Review One")
    assert "safeguarding concern" not in text_of(client.page("/admin/").main)
    change(app, due_at=utc_now() - timedelta(hours=1))
    main = text_of(client.page("/admin/").main)
    assert "1 for more than one working day" in main
    assert "Remind Review One." in main


def test_what_is_overdue_says_so_to_the_reviewer(app: Flask, id: str) -> None:
    change(app, due_at=utc_now() - timedelta(hours=1))
    client = signed_in(app, "reviewer")
    for address in ("/review/", f"/review/{id}"):
        assert "Overdue" in text_of(client.page(address).main)


def test_the_lists_say_that_they_are_drafts(sqlite_app: Flask) -> None:
    page = signed_in(sqlite_app, "reviewer").page("/review/words")
    assert text_of(page.select_one("table")).count("Draft") == 10
    assert "Romanian" in text_of(page.main)


def test_words_whose_answers_were_withdrawn_are_gone(app: Flask, id: str) -> None:
    from feedback.extensions import db

    with app.app_context():
        db.session.delete(db.session.scalars(select(Response)).one())
        db.session.commit()
    assert signed_in(app, "reviewer").page(f"/review/{id}", status=404)


def test_an_analyst_has_a_comment_held(app: Flask) -> None:
    with app.app_context():
        submit_response(submission(add_wave(), answers={"safer_text": "He is at number twelve"}))
    client = signed_in(app, "analyst")
    link = client.page("/analyst/waves/safety-now").find("a", string="send it to a safeguarding reviewer")
    assert link["href"] == "/analyst/waves/safety-now/worry"
    wrong = client.submit(link["href"], {"words": "number twelve"}, status=200)
    assert "Copy the whole comment" in wrong.get_data(as_text=True)
    empty = client.submit(link["href"], {"words": " "}, status=200)
    assert "Enter the comment" in empty.get_data(as_text=True)
    client.submit(link["href"], {"words": "He is at number twelve"})
    assert "1 comment is held for a reviewer." in text_of(client.page("/analyst/waves/safety-now"))
    assert list(frame(app)["safer_text"]) == [""]


def test_one_person_can_hold_several_roles(app: Flask) -> None:
    with app.app_context():
        add_staff("analyst", "reviewer")
    client = sign_in(app.test_client(), "analyst")
    assert client.get("/staff").location == "/analyst/"
    assert client.page("/review/")
