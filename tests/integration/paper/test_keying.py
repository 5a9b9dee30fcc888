"""Keying in the database: one response a sheet, dates, second keyings, settling, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from feedback.errors import Closed, Refusal
from feedback.extensions import db
from feedback.keys import FormerKeyMissing, Purpose, ring
from feedback.models import Conflict, PaperKeying, Tally
from feedback.queries.paper import keying_check, keying_check_of
from feedback.services.answers.submission import store_checked
from feedback.services.answers.validation import check_submission
from feedback.services.answers.withdrawal import withdraw_response
from feedback.services.paper import keying
from feedback.services.paper.batches import change_batch, void_sheets
from feedback.services.paper.keying import FIRST as FIRST_TURN
from tests.conftest import running
from tests.integration.paper.scenes import FIRST, SECOND, batch_of, key, key_again, keyed, responses, serials, sheet
from tests.integration.staff.scenes import add_event, add_staff, add_wave
from tests.makers import BARGATE

pytestmark = pytest.mark.both_engines

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def right(batch, serial, **typed):
    """The keying to take for each field that differs: `first`, `second`, or what is typed."""
    pair, comparison = keying.differences(batch, serial)
    sources = {"first": pair[0], "second": pair[1]}
    return {field.id: sources[typed[field.id]] for field in comparison.differing if field.id in typed}


def test_a_sheet_becomes_one_response_on_paper(either_session) -> None:
    wave = add_wave()
    event = add_event(wave, "AAAAA")
    batch = batch_of(wave, event=event)
    one, two, _three = serials(batch)
    saved = key(batch, one, safe_local_day="2", priorities="1 16", ward="2", safer_text="Lights")
    assert (saved.outcome, saved.chosen) == ("stored", False)
    key(batch, two)
    stored, empty = sorted(responses(), key=lambda row: -len(row.answers))
    assert stored.answers == {
        "safe_local_day": "fairly_safe",
        "priorities": ["drugs", "fraud"],
        "safer_text": "Lights",
        "ward": BARGATE,
    }
    assert (stored.channel, stored.event_id, stored.wave_id, stored.language) == ("paper", event.id, wave.id, "en")
    assert (stored.ward_code, stored.id.version) == (BARGATE, 4)
    assert empty.answers == {}
    assert sheet(one).state == "keyed"
    assert db.session.scalars(select(PaperKeying)).all() == []


def test_the_receipt_on_the_slip_is_that_of_the_response(session) -> None:
    batch = batch_of(second_share=100)
    one, *_rest = serials(batch)
    receipt = keying.receipt_of(batch, one)
    key(batch, one, sex="1")
    withdraw_response(receipt, "test")
    assert responses() == []
    assert db.session.scalars(select(PaperKeying)).all() == []
    assert sheet(one).checking == "settled"


def test_a_sheet_keyed_twice_by_mistake_is_told_and_counts_once(session) -> None:
    batch = batch_of()
    one, *_rest = serials(batch)
    key(batch, one, sex="1")
    with pytest.raises(Refusal, match="was keyed already. Nothing was changed"):
        key(batch, one, sex="2")
    assert [row.answers for row in responses()] == [{"sex": "female"}]
    assert db.session.scalars(select(Conflict)).all() == []


def test_even_past_the_register_the_same_sheet_cannot_be_two_responses(either_session) -> None:
    batch = batch_of()
    one, *_rest = serials(batch)
    key(batch, one, sex="1")
    outcomes = [
        next(iter(store_checked([check_submission(keying._submission(batch, one, keyed(batch, sex=sex)))])))
        for sex in ("1", "2")
    ]
    assert outcomes == ["already_stored", "conflict"]
    assert len(responses()) == 1


def test_a_response_that_was_stored_before_a_crash_is_recognised(session) -> None:
    batch = batch_of()
    one, *_rest = serials(batch)
    store_checked([check_submission(keying._submission(batch, one, keyed(batch, sex="1")))])
    assert key(batch, one, sex="1").outcome == "already_stored"
    assert sheet(one).state == "keyed"


def test_ids_need_the_secret_of_the_service_and_the_key_of_the_batch(sqlite_app) -> None:
    with sqlite_app.app_context():
        batch = batch_of()
        one, *_rest = serials(batch)
        first = keying.response_id(batch, one)
        assert first == keying.response_id(batch, one) != keying.response_id(batch, serials(batch)[1])
        batch.key = ring().seal(Purpose.PAPER_BATCHES, b"another key of the batch", batch.code.encode())
        assert keying.response_id(batch, one) != first
        sqlite_app.config["SETTINGS"] = replace(sqlite_app.config["SETTINGS"], secret_key="x" * 32)
        with pytest.raises(FormerKeyMissing, match=f"The key of batch {batch.code} cannot be opened"):
            keying.response_id(batch, one)
    assert isinstance(first, UUID)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("K7M", "must have 7 letters"),
        ("223-2223", "never made|mistyped|ever made"),
        ("K7M-223J", "mistyped"),
    ],
)
def test_serials_that_are_none_are_told(session, typed, sentence) -> None:
    with pytest.raises(Refusal, match=sentence):
        keying.sheet_to_key(batch_of(), typed, turn=FIRST_TURN, actor=FIRST)


def test_void_and_foreign_sheets_are_not_keyed(session) -> None:
    batch, other = batch_of(), batch_of(add_wave("other", survey="community-safety", title="Other wave"))
    one, *_rest = serials(batch)
    void_sheets(batch, one, "spoiled", actor=FIRST)
    with pytest.raises(Refusal, match="is void"):
        key(batch, one)
    with pytest.raises(Refusal, match="of Other wave, not of batch"):
        key(batch, serials(other)[0])
    assert responses() == []


def test_sheets_are_keyed_from_the_first_day_to_the_end_of_the_grace_and_count_on_the_last_day(session) -> None:
    last = NOON.date()
    with time_machine.travel(NOON):
        batch = batch_of(add_wave(opens_on=last - timedelta(days=3), closes_on=last), grace_days=5, sheets=4)
        before = batch_of(add_wave("next", survey="community-safety", opens_on=last + timedelta(days=2)))
        with pytest.raises(Closed, match="opens on 23 November 2026"):
            key(before, serials(before)[0])
    one, two, three, _four = serials(batch)
    with time_machine.travel(NOON + timedelta(days=5)):
        key(batch, one)
    with time_machine.travel(NOON + timedelta(days=6)):
        with pytest.raises(Closed, match="could be keyed until 26 November 2026"):
            key(batch, two)
        change_batch(batch, second_share=0, grace_days=30, actor=FIRST)
        key(batch, two)
    with time_machine.travel(NOON + timedelta(days=6)), pytest.raises(Refusal, match="keyed already"):
        key(batch, two)
    tally = db.session.scalars(select(Tally)).all()
    assert [(row.day, row.channel, row.count) for row in tally] == [(last, "paper", 2)]
    assert {row.month for row in responses()} == {last.replace(day=1)}
    assert sheet(three).state == "printed"


def test_a_wave_whose_figures_are_published_takes_no_sheet_and_no_settling(session) -> None:
    batch = batch_of(second_share=100)
    one, two, three = serials(batch)
    key(batch, one, sex="1")
    key_again(batch, one, sex="2")
    key(batch, three)
    batch.wave.frozen_at = datetime.now(UTC)
    db.session.commit()
    with pytest.raises(Closed, match="published"):
        key(batch, two)
    with pytest.raises(Closed, match="published"):
        key_again(batch, three)
    with pytest.raises(Closed, match="published"):
        keying.settle(batch, one, right(batch, one, sex="second"), actor=SECOND)
    assert sorted(str(row.answers) for row in responses()) == ["{'sex': 'female'}", "{}"]


def test_chance_chooses_the_share_that_is_keyed_twice(session) -> None:
    batch = batch_of(sheets=500, second_share=10)
    chosen = [serial for serial in serials(batch) if keying.is_chosen(batch, serial)]
    assert 20 <= len(chosen) <= 85  # 50 expected; outside with a chance of one in a hundred thousand
    batch.second_share = 0
    assert not any(keying.is_chosen(batch, serial) for serial in serials(batch))
    batch.second_share = 100
    assert all(keying.is_chosen(batch, serial) for serial in serials(batch))
    db.session.rollback()


def test_a_second_keying_that_agrees_settles_the_sheet(session) -> None:
    batch = batch_of(second_share=100)
    one, *_rest = serials(batch)
    assert key(batch, one, sex="1", safer_text="More lights").chosen
    assert sheet(one).checking == "waiting"
    saved = key_again(batch, one, sex="1", safer_text="more lights!")
    assert saved.comparison.differing == ()
    assert (sheet(one).checking, sheet(one).fields, sheet(one).differing) == ("settled", 9, 0)
    assert db.session.scalars(select(PaperKeying)).all() == []
    with pytest.raises(Refusal, match="is not waiting for a second keying"):
        key_again(batch, one)


def test_differences_are_counted_before_they_are_settled_and_the_settled_answers_count(either_session) -> None:
    batch = batch_of(second_share=100)
    one, *_rest = serials(batch)
    key(batch, one, sex="1", age_band="3", ward="2", crime_change="1")
    key_again(batch, one, sex="2", age_band="4", ward="3", crime_change="1")
    before = responses()[0]
    receipt, month = before.receipt_hash, before.month
    assert before.answers["sex"] == "female"
    with pytest.raises(Refusal, match="Choose what is right for question 9"):
        keying.settle(batch, one, right(batch, one, ward="second", age_band="first"), actor=SECOND)
    chosen = right(batch, one, sex="second", ward="second", age_band="first")
    assert keying.settle(batch, one, chosen, actor=SECOND)
    (after,) = responses()
    assert after.answers == {"crime_change": "up_a_lot", "ward": "E05015492", "age_band": "18_24", "sex": "male"}
    assert (after.ward_code, after.receipt_hash, after.month) == ("E05015492", receipt, month)
    assert db.session.scalars(select(PaperKeying)).all() == []
    check = keying_check(batch.wave)
    assert (check.sheets, check.twice, check.fields, check.differing) == (1, 1, 9, 3)
    assert keying_check_of(batch) == check
    with pytest.raises(Refusal, match="There is nothing to settle"):
        keying.settle(batch, one, chosen, actor=SECOND)


def test_answers_that_were_withdrawn_are_not_put_back_by_settling(session) -> None:
    batch = batch_of(second_share=100)
    one, two, _three = serials(batch)
    key(batch, one, sex="1")
    key_again(batch, one, sex="2")
    chosen = right(batch, one, sex="second")
    withdraw_response(keying.receipt_of(batch, one), "test")
    with pytest.raises(Refusal, match="There is nothing to settle"):
        keying.settle(batch, one, chosen, actor=SECOND)
    assert responses() == []
    assert sheet(two).state == "printed"


def test_somebody_else_keys_the_second_time_where_there_is_somebody(session) -> None:
    add_staff("officer")
    batch = batch_of(second_share=100, sheets=2)
    one, two = serials(batch)
    key(batch, one, actor=FIRST)
    key_again(batch, one, actor=FIRST)  # one account alone can key
    add_staff("administrator")
    key(batch, two, actor=FIRST)
    with pytest.raises(Refusal, match="You keyed sheet .* first. Somebody else"):
        key_again(batch, two, actor=FIRST)
    key_again(batch, two, actor=SECOND)


def test_two_people_who_key_one_sheet_at_the_same_time_give_one_response(databases) -> None:
    """The second waits for the first and is told, whatever the database."""
    from concurrent.futures import ThreadPoolExecutor

    with databases.fresh() as address, running(address) as app:
        with app.app_context():
            batch = batch_of()
            code, one = batch.code, serials(batch)[0]

        def attempt(sex):
            from feedback.queries.paper import batch_by_code

            with app.app_context():
                found = batch_by_code(code)
                read = keyed(found, sex=sex)
                db.session.rollback()
                try:
                    return key(batch_by_code(code), one, sex=sex).outcome, read
                except Refusal as refusal:
                    return str(refusal), read
                finally:
                    db.session.remove()

        with ThreadPoolExecutor(4) as pool:
            said = [outcome for outcome, _read in pool.map(attempt, ["1", "2", "1", "2"])]
        with app.app_context():
            assert said.count("stored") == 1
            assert all("keyed already" in text for text in said if text != "stored")
            assert len(responses()) == 1
