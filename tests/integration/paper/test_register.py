"""Batches in the database: what is printed, returned, void and signed off, and what nobody can find out afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import inspect, select

from feedback.clock import today
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import AuditEntry, PaperBatch, PaperKeying
from feedback.queries.paper import counts, keying_check
from feedback.services.paper import batches as writing
from feedback.services.paper.batches import NewBatch, make_batch
from feedback.services.paper.keying import response_id
from feedback.services.paper.serials import read_serial, shown
from tests.integration.paper.scenes import FIRST, batch_of, key, key_again, responses, serials, sheet
from tests.integration.staff.scenes import add_event, add_wave

pytestmark = pytest.mark.both_engines


def states(batch):
    return counts([batch])[batch.code].states


def test_a_batch_has_numbered_sheets_with_serials_that_read(either_session) -> None:
    batch = batch_of(sheets=500)
    found = serials(batch)
    assert len(set(found)) == 500
    assert [read_serial(serial) for serial in found] == found
    assert states(batch) == {"printed": 500, "returned": 0, "keyed": 0, "void": 0}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"sheets": 0}, "1 to 500"),
        ({"sheets": 501}, "1 to 500"),
        ({"second_share": 101}, "between 0 and 100 percent"),
        ({"grace_days": 91}, "0 to 90 days"),
        ({"language": "tlh"}, "is not available in 'tlh'"),
    ],
)
def test_what_cannot_be_made_is_told_and_nothing_is_made(session, wrong, sentence) -> None:
    with pytest.raises(Refusal, match=sentence):
        batch_of(**wrong)
    db.session.rollback()
    assert db.session.scalars(select(PaperBatch)).all() == []


def test_no_sheets_are_made_for_a_wave_that_is_closed_or_an_event_of_another(session) -> None:
    closed = add_wave("old", opens_on=today() - timedelta(days=9), closes_on=today() - timedelta(days=1))
    with pytest.raises(Refusal, match="is closed"):
        batch_of(closed)
    event, other = add_event(add_wave(), "AAAAA"), add_wave("other", survey="community-safety")
    with pytest.raises(Refusal, match="does not collect answers to"):
        make_batch(NewBatch(wave=other, event=event, sheets=1), actor=FIRST)


def test_serials_are_marked_many_at_once_and_each_that_is_not_is_told(either_session) -> None:
    batch = batch_of(sheets=5)
    first, second, third, *_rest = serials(batch)
    writing.void_sheets(batch, third, "spoiled", actor=FIRST)
    key(batch, second)
    typed = f"{shown(first).lower()}\n{second}, {third};foo\n{first[:-1]}!\n"
    marked = writing.mark_returned(typed, actor=FIRST)
    assert marked.done == 1
    assert sheet(first).state == "returned"
    assert set(marked.refused) == {shown(second), shown(third), "foo", f"{first[:-1]}!"}
    assert "keyed already" in marked.refused[shown(second)]
    assert "is void (spoiled)" in marked.refused[shown(third)]
    again = writing.mark_returned(first, actor=FIRST)
    assert again.done == 0
    assert "returned before" in again.refused[shown(first)]
    unknown = writing.mark_returned("223-2223", actor=FIRST).refused
    assert len(unknown) == 1


@pytest.mark.parametrize("typed", ["", " \n ,; \n", "x\n" * 1001])
def test_nothing_or_far_too_much_is_refused(session, typed) -> None:
    with pytest.raises(Refusal, match=r"Enter (or scan at least one|at most)"):
        writing.mark_returned(typed, actor=FIRST)


def test_void_needs_a_reason_and_can_be_taken_back_to_what_was(session) -> None:
    batch, (one, two, three) = (batch := batch_of()), serials(batch)
    writing.mark_returned(one, actor=FIRST)
    with pytest.raises(Refusal, match="why these sheets are void"):
        writing.void_sheets(batch, one, "  ", actor=FIRST)
    assert writing.void_sheets(batch, f"{one}\n{two}", "spoiled by  rain", actor=FIRST).done == 2
    assert (sheet(one).state, sheet(one).void_reason) == ("void", "spoiled by rain")
    assert "is void" in writing.void_sheets(batch, one, "again", actor=FIRST).refused[shown(one)]
    writing.undo_void(batch, one, actor=FIRST)
    writing.undo_void(batch, two, actor=FIRST)
    assert (sheet(one).state, sheet(two).state, sheet(one).void_reason) == ("returned", "printed", "")
    with pytest.raises(Refusal, match="is not void"):
        writing.undo_void(batch, three, actor=FIRST)
    key(batch, three)
    assert "cannot be made void" in writing.void_sheets(batch, three, "late", actor=FIRST).refused[shown(three)]


def test_a_sheet_of_another_batch_is_told_with_its_wave(session) -> None:
    mine, other = batch_of(), batch_of(add_wave("other", survey="community-safety", title="Other wave"))
    marked = writing.void_sheets(mine, serials(other)[0], "spoiled", actor=FIRST)
    assert "which belongs to Other wave" in next(iter(marked.refused.values()))
    assert sheet(serials(other)[0]).state == "printed"
    with pytest.raises(Refusal, match="not of batch"):
        writing.undo_void(mine, serials(other)[0], actor=FIRST)


def test_signing_off_waits_for_what_is_unfinished(session) -> None:
    batch = batch_of(second_share=100)
    one, two, three = serials(batch)
    writing.mark_returned(three, actor=FIRST)
    key(batch, one, sex="1")
    for sentence, step in (
        ("1 of its sheets came back", lambda: key(batch, three)),
        ("2 of its sheets must be keyed a second time", lambda: key_again(batch, three)),
        ("1 of its sheets must be keyed a second time", lambda: key_again(batch, one, sex="2")),
        ("1 of its sheets must be settled", lambda: None),
    ):
        with pytest.raises(Refusal, match=sentence):
            writing.sign_off(batch, actor=FIRST)
        db.session.rollback()
        step()
    assert sheet(two).state == "printed"


def test_signing_off_erases_what_leads_from_a_serial_to_answers(either_session) -> None:
    batch = batch_of(second_share=100)
    one, *_rest = serials(batch)
    key(batch, one, sex="1", safe_local_day="2")
    key_again(batch, one, sex="1", safe_local_day="2")
    (stored,) = responses()
    assert stored.id == response_id(batch, one)
    writing.sign_off(batch, actor=FIRST)
    db.session.expire_all()
    found = db.session.get_one(PaperBatch, batch.code)
    assert found.key is None
    assert db.session.scalars(select(PaperKeying)).all() == []
    kept = sheet(one)
    assert (kept.state, kept.keyed_by, kept.checking, kept.differing) == ("keyed", "", "settled", 0)
    texts = {str(value) for column in inspect(kept).attrs if (value := column.value) is not None}
    assert not texts & {str(stored.id), stored.id.hex, stored.payload_hash, stored.receipt_hash}
    with pytest.raises(Refusal, match="signed off"):
        response_id(found, one)
    assert states(found)["keyed"] == 1
    assert keying_check(found.wave).twice == 1


def test_publishing_signs_off_whatever_is_unfinished(session) -> None:
    batch = batch_of(second_share=100)
    one, two, *_rest = serials(batch)
    key(batch, one, sex="1")
    key(batch, two, sex="1")
    key_again(batch, two, sex="2")
    writing.sign_off_all(batch.wave, actor=FIRST)
    db.session.commit()
    assert db.session.get_one(PaperBatch, batch.code).key is None
    assert db.session.scalars(select(PaperKeying)).all() == []
    assert keying_check(batch.wave).differing == 1


def test_nothing_of_a_batch_changes_after_it_was_signed_off(session) -> None:
    batch = batch_of()
    one, *_rest = serials(batch)
    writing.sign_off(batch, actor=FIRST)
    for change in (
        lambda: key(batch, one),
        lambda: writing.void_sheets(batch, one, "late", actor=FIRST),
        lambda: writing.change_batch(batch, second_share=1, grace_days=1, actor=FIRST),
        lambda: writing.sign_off(batch, actor=FIRST),
    ):
        with pytest.raises(Refusal, match="signed off"):
            change()
        db.session.rollback()
    assert "signed off" in next(iter(writing.mark_returned(one, actor=FIRST).refused.values()))
    assert responses() == []


def test_the_audit_names_batches_and_numbers_and_no_answer(session) -> None:
    batch = batch_of()
    one, two, _three = serials(batch)
    writing.mark_returned(one, actor=FIRST)
    key(batch, one, safer_text="a very private thing")
    writing.void_sheets(batch, two, "spoiled", actor=FIRST)
    entries = [entry for entry in db.session.scalars(select(AuditEntry)) if entry.action.startswith("paper")]
    assert [entry.action for entry in entries] == [
        "paper batch made",
        "paper sheets returned",
        "paper sheets made void",
    ]
    assert "private" not in str([entry.detail for entry in entries])


def test_a_sheet_that_comes_after_signing_off_is_told_why_and_what_to_do(session) -> None:
    batch = batch_of(sheets=2)
    late, _other = serials(batch)
    writing.sign_off(batch, actor=FIRST)
    marked = writing.mark_returned(late, actor=FIRST)
    (sentence,) = marked.refused.values()
    assert "was received too late" in sentence
    assert "Tell the analyst how many" in sentence
    assert sheet(late).state == "printed"
