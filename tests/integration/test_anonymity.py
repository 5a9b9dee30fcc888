"""Anonymity is a matter of columns: what stands in the tables of answers is listed here and reviewed."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect

from feedback.extensions import db
from feedback.models import Response, Tally
from feedback.services.answers.submission import submit_response
from tests.makers import make_wave, submission
from tests.pages import text_of

pytestmark = pytest.mark.both_engines

REVIEWED = {
    "response": {
        "id": "random, made by the form",
        "wave_id": "survey and period",
        "questionnaire_id": "the wording that was asked",
        "event_id": "a place and time that many people share",
        "channel": "one of five",
        "ward_code": "about 15,000 residents",
        "ward_vintage": "which set of wards",
        "language": "of the form",
        "month": "never the day",
        "answers": "what the person chose to say",
        "payload_hash": "of the answers beside it",
        "receipt_hash": "of a code that only the person has",
    },
    "conflict": {
        "id": "random",
        "response_id": "the response whose id was used",
        "questionnaire_id": "the wording that was asked",
        "channel": "one of five",
        "month": "never the day",
        "answers": "what the person chose to say",
        "payload_hash": "of the answers beside it",
    },
    "review": {
        "id": "random",
        "response_id": "the response whose text is held",
        "conflict_id": "or what came again under its id",
        "held_id": "or the form that waits to be put right",
        "question": "which text",
        "reasons": "codes of the lists of words",
        "raised_by": "staff, or nobody",
        "raised_at": "erased with the outcome, by a constraint",
        "due_at": "erased with the outcome",
        "outcome": "one of three",
        "passed_to": "a service",
        "note": "of the reviewer",
        "decided_by": "staff",
        "decided_on": "of the outcome, not of the answer",
    },
    "suspicion": {
        "response_id": "the response that may come from a machine",
        "kind": "one of seven signs",
        "hour": "written apart; of a crowd of ten, until the figures are published",
    },
    "hourly_count": {
        "wave_id": "survey and period",
        "hour": "of ten answers or more, once it is over",
        "channel": "",
        "count": "no key to a response",
        "burst_from": "what the wave is used to",
    },
    "alike": {
        "fingerprint": "made with a key that is not here",
        "hour": "this hour: a row lives no longer",
        "count": "",
        "sealed": "encrypted with a key that is not here",
    },
    "imported_response": {
        "import_id": "the file that brought it; erased when the wave is frozen",
        "response_id": "the response that came with it",
    },
    "draft": {
        "id": "derived from the key in the cookie, one way",
        "wave_id": "survey and period",
        "sealed": "encrypted with a key that is not here",
        "expires_at": "of a draft, which leads to no response",
    },
    "tally": {"wave_id": "survey and period", "day": "", "channel": "", "count": "no key to a response"},
    "postcode": {"postcode": "public list", "ward_code": "public list"},
    "snapshot": {
        "wave_id": "survey and period",
        "number": "how many there were",
        "taken_on": "of all answers in it together",
        "answers": "how many",
        "current": "fingerprints in their own order, which nobody without the key of the service can make",
        "former": "the same, of answers that are gone",
        "placing": "one number for all",
        "keying": "how well sheets were keyed",
    },
}
POINTS_TO = {
    "response": {"wave", "questionnaire", "event"},
    "conflict": {"response", "questionnaire"},
    "review": {"response", "conflict", "held"},
    "suspicion": {"response"},
    "hourly_count": {"wave"},
    "alike": set(),
    "imported_response": {"answer_import", "response"},
    "draft": {"wave"},
    "tally": {"wave"},
    "postcode": set(),
    "snapshot": {"wave"},
}


@pytest.mark.parametrize("table", REVIEWED)
def test_no_column_can_identify_a_person(session, table) -> None:
    inspector = inspect(db.engine)
    assert {column["name"] for column in inspector.get_columns(table)} == set(REVIEWED[table])
    assert {key["referred_table"] for key in inspector.get_foreign_keys(table)} == POINTS_TO[table]


def test_nothing_about_staff_points_to_answers(session) -> None:
    inspector = inspect(db.engine)
    answers = {"response", "conflict", "draft", "tally"}
    for table in inspector.get_table_names():
        pointed = {key["referred_table"] for key in inspector.get_foreign_keys(table)}
        assert table in REVIEWED or not pointed & answers, table


def test_no_column_of_answers_holds_a_time(session) -> None:
    for table in ("response", "conflict"):
        times = [c["name"] for c in inspect(db.engine).get_columns(table) if "TIME" in str(c["type"]).upper()]
        assert times == []


def test_the_day_that_the_tally_tells_is_said_to_residents(app, session) -> None:
    """Where all answers of a month came by a channel on one day, the month of a row and the tally make that day."""
    submit_response(submission(make_wave()))
    row, (one,) = session.scalars(db.select(Response)).one(), session.scalars(db.select(Tally)).all()
    assert (one.day.replace(day=1), one.wave_id, one.channel) == (row.month, row.wave_id, row.channel)
    said = text_of(app.test_client().page("/privacy").main)
    assert "Only if all answers of a month came on one day, it shows that day." in said
