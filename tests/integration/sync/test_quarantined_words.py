"""Words that may say somebody is in danger, in forms that could not be stored: a reviewer sees them at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from feedback.clock import today
from feedback.extensions import db
from feedback.models import AuditEntry, Event, QuarantinedForm, Response, Review
from feedback.models.types import utc_now
from feedback.queries.safeguarding import safeguarding_queue
from feedback.queries.waves import wave_by_slug
from feedback.services.retention import apply_retention
from feedback.services.safeguarding.quarantined_forms import flag_all_unseen
from feedback.services.safeguarding.queue import due_after
from tests.integration.staff.scenes import add_staff, sign_in
from tests.integration.sync.tablets import ANSWERS, CODE, WAVE, Tablet
from tests.integration.sync.test_door import rows
from tests.integration.sync.test_quarantine import RIGHT, put_right, waiting
from tests.makers import frame_of_now
from tests.pages import text_of

WORDS = "My husband hits me every night"
DANGER = {**ANSWERS, "safer_text": WORDS}
TOLD = {"outcome": "passed_on", "passed_to": "Adult safeguarding"}


@pytest.fixture
def administrator(field: Flask) -> FlaskClient:
    return sign_in(field.test_client(), "administrator")


@pytest.fixture
def reviewer(field: Flask) -> FlaskClient:
    with field.app_context():
        add_staff("reviewer")
    return sign_in(field.test_client(), "reviewer")


def the_review(app: Flask) -> Any:
    (review,) = rows(app, Review)
    return review


def change_review(app: Flask, **values: Any) -> None:
    with app.app_context():
        db.session.execute(db.update(Review).values(**values))
        db.session.commit()


def comments(app: Flask) -> list[str]:
    with app.app_context():
        return list(frame_of_now(wave_by_slug(WAVE))["safer_text"])


@pytest.mark.parametrize(
    "changed",
    [
        {"version": 99, "answers": DANGER},
        {"answers": {**ANSWERS, "crime_change": "purple", "safer_text": WORDS}},
        {"event": "GONE", "answers": DANGER},
        {"answers": {"safer_text": "x" * 9_990 + f" {WORDS} " + "x" * 30_000}},
        {"answers": {"nothing": {"deep": [{"deeper": WORDS}]}}},
        {"answers": WORDS},
    ],
    ids=["version", "odd answer", "event", "too long", "not asked", "no answers"],
)
def test_a_reviewer_sees_them_at_once_whatever_is_wrong_with_the_form(
    field: Flask, tablet: Tablet, reviewer: Any, changed: dict[str, Any]
) -> None:
    before = utc_now()
    form = tablet.form(**changed)
    assert tablet.send(form, tablet.form(version=99)) == ["held", "held"]
    assert tablet.send(form) == ["held"]  # again: it waits once
    review = the_review(field)
    assert (review.reasons, review.response_id) == (["partner_or_family"], None)
    assert before - timedelta(hours=1) < review.raised_at <= utc_now()
    assert (review.raised_at.minute, review.raised_at.second) == (0, 0), "no finer than a reviewer needs"
    assert review.due_at == due_after(review.raised_at)
    home = reviewer.page("/review/")
    assert "In forms waiting for a decision" in text_of(home.main)
    assert "husband" not in text_of(home.main)
    page = text_of(reviewer.page(f"/review/{review.id}").main)
    assert WORDS in page
    assert "Waiting for a decision" in page
    assert "Overdue" not in page
    change_review(field, due_at=utc_now() - timedelta(minutes=1))
    for address in ("/review/", f"/review/{review.id}"):
        assert "Overdue" in text_of(reviewer.page(address).main)
    with field.app_context():
        assert safeguarding_queue().overdue == 1


def test_a_form_that_was_set_aside_waits_for_the_reviewer_all_the_same(
    field: Flask, tablet: Tablet, reviewer: Any, administrator: Any
) -> None:
    tablet.send(tablet.form(version=99, answers=DANGER))
    (address,) = waiting(field)
    assert "husband" not in administrator.get(f"{address}/answers").text
    administrator.submit(f"{address}/set-aside", {"reason": "A trial of the tablet"})
    with field.app_context():
        db.session.execute(db.update(QuarantinedForm).values(decided_at=utc_now() - timedelta(days=4000)))
        db.session.commit()
        apply_retention("test")
    id = the_review(field).id
    assert "In forms waiting for a decision" in text_of(reviewer.page("/review/").main)
    assert "Rejected" in text_of(reviewer.page(f"/review/{id}").main)
    reviewer.submit(f"/review/{id}", TOLD)
    home = text_of(reviewer.page("/review/").main)
    assert "There is nothing to review." in home
    assert "Passed on to Adult safeguarding" in home
    assert (the_review(field).outcome, the_review(field).raised_at) == ("passed_on", None)
    assert "husband" not in administrator.get(f"{address}/answers").text
    with field.app_context():
        entry = db.session.scalars(db.select(AuditEntry).filter_by(action="held words decided")).one()
        assert (entry.subject, entry.detail["outcome"]) == (CODE, "passed_on")
        apply_retention("test")
    assert rows(field, QuarantinedForm) == rows(field, Review) == []


@pytest.mark.both_engines
@pytest.mark.parametrize("outcome", ["passed_on", "released"])
def test_what_was_decided_holds_when_the_form_is_put_right(
    field: Flask, tablet: Tablet, reviewer: Any, administrator: Any, outcome: str
) -> None:
    tablet.send(tablet.form(version=99, answers=DANGER))
    reviewer.submit(f"/review/{the_review(field).id}", {**TOLD, "outcome": outcome})
    (address,) = waiting(field)
    assert ("husband" in administrator.get(f"{address}/answers").text) == (outcome == "released")
    put_right(administrator, address)
    (response,) = rows(field, Response)
    review = the_review(field)
    assert (review.held_id, review.response_id, review.question) == (None, response.id, "safer_text")
    assert (review.outcome, review.decided_by, review.decided_on) == (outcome, "reviewer@example.com", today())
    assert (review.raised_at, review.due_at) == (None, None)
    assert comments(field) == [WORDS if outcome == "released" else ""]


def test_what_nobody_decided_waits_on_by_the_same_clock(field: Flask, tablet: Tablet, administrator: Any) -> None:
    tablet.send(tablet.form(version=99, answers=DANGER))
    late = utc_now() - timedelta(days=3)
    change_review(field, raised_at=late, due_at=late)
    put_right(administrator, waiting(field)[0])
    review = the_review(field)
    assert (review.held_id, review.raised_at, review.due_at) == (None, late, late)
    assert comments(field) == [""]


def test_words_that_are_left_out_stay_with_the_reviewer(
    field: Flask, tablet: Tablet, reviewer: Any, administrator: Any
) -> None:
    tablet.send(tablet.form(answers={**ANSWERS, "nothing": WORDS}))
    put_right(administrator, waiting(field)[0], leave_out="y")
    review = the_review(field)
    assert (review.response_id, review.outcome) == (None, None)
    assert WORDS in text_of(reviewer.page(f"/review/{review.id}").main)


@pytest.mark.both_engines
def test_what_came_again_with_other_words_takes_its_decision_along(
    field: Flask, tablet: Tablet, reviewer: Any, administrator: Any
) -> None:
    form = tablet.form()
    tablet.send(form)
    tablet.send({**form, "version": 99, "answers": DANGER})
    reviewer.submit(f"/review/{the_review(field).id}", TOLD)
    put_right(administrator, waiting(field)[0])
    review = the_review(field)
    assert review.conflict_id is not None
    assert review.outcome == "passed_on"


def test_what_could_not_be_opened_is_read_when_the_key_is_back(field: Flask, tablet: Tablet, reviewer: Any) -> None:
    with field.app_context():
        sealed = db.session.scalar(db.select(Event.sealed_private_key))
        db.session.execute(db.update(Event).values(sealed_private_key=b"x" * 40))
        db.session.commit()
    assert tablet.send(tablet.seal(answers=DANGER)) == ["held"]
    assert rows(field, Review) == []
    with field.app_context():
        db.session.execute(db.update(Event).values(sealed_private_key=sealed))
        db.session.commit()
        flag_all_unseen()
        flag_all_unseen()
    assert WORDS in text_of(reviewer.page(f"/review/{the_review(field).id}").main)


def test_what_was_sealed_is_read_when_it_is_set_aside(field: Flask, tablet: Tablet, administrator: Any) -> None:
    with field.app_context():
        sealed = db.session.scalar(db.select(Event.sealed_private_key))
        db.session.execute(db.update(Event).values(sealed_private_key=b"x" * 40))
        db.session.commit()
    tablet.send(tablet.seal(answers=DANGER))
    with field.app_context():
        db.session.execute(db.update(Event).values(sealed_private_key=sealed))
        db.session.commit()
    administrator.submit(f"{waiting(field)[0]}/set-aside", {"reason": "A trial of the tablet"})
    assert the_review(field).reasons == ["partner_or_family"]


def test_harmless_forms_wait_for_no_reviewer(field: Flask, tablet: Tablet, administrator: Any) -> None:
    tablet.send(tablet.form(version=99, answers={**ANSWERS, "priorities": ["violence"], "safer_text": "More lights"}))
    assert rows(field, Review) == []
    assert "More lights" in administrator.get(f"{waiting(field)[0]}/answers").text
    put_right(administrator, waiting(field)[0], **RIGHT, leave_out="y")
    assert rows(field, Review) == []
