"""Drafts: only the cookie opens them, nothing of them leads to a response, and a broken cookie is a fresh start."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from feedback.extensions import db
from feedback.models import Draft, Response
from feedback.models.types import utc_now
from feedback.queries.answers.receipts import code_of_response
from feedback.services.answers.drafts import (
    DraftLost,
    discard_draft,
    find_draft,
    open_draft,
    purge_drafts,
    response_of_cookie,
    save_draft,
)
from feedback.services.answers.submission import submit_response
from tests.makers import make_wave, submission

pytestmark = pytest.mark.both_engines

CONTENT = {"answers": {"safer_text": "Mehr Licht 💡"}, "seen": ["one"]}


def stored() -> list[Draft]:
    return list(db.session.scalars(db.select(Draft)))


def test_what_was_saved_is_found_again_by_the_key(session) -> None:
    wave = make_wave("community-safety")
    draft = open_draft(wave, {})
    saved = save_draft(draft, CONTENT)
    found = find_draft(draft.key)
    assert found == saved
    assert (found.content, found.wave_id) == (CONTENT, wave.id)
    assert found.response_id == draft.response_id
    assert found.response_id.version == 4


def test_the_database_alone_reads_nothing_and_links_nothing(session) -> None:
    wave = make_wave("community-safety")
    draft = save_draft(open_draft(wave, {}), CONTENT)
    submit_response(submission(wave, id=draft.response_id, answers={}))
    (row,) = stored()
    kept = (row.id.encode(), row.sealed)
    for secret in (draft.key.encode(), b"Mehr", b"answers", draft.response_id.bytes, draft.response_id.hex.encode()):
        assert all(secret not in part for part in kept)
    assert len(row.sealed) % 1024 == 12 + 16  # nonce and tag; the rest is filled up


def test_the_same_content_never_looks_the_same_twice(session) -> None:
    draft = open_draft(make_wave("community-safety"), CONTENT)
    first = stored()[0].sealed
    save_draft(draft, CONTENT)
    assert stored()[0].sealed != first


@pytest.mark.parametrize("key", ["", "x", "A" * 43, "A" * 42 + "\n", "é" * 43, "A" * 5000])
def test_a_key_that_opens_nothing_is_a_fresh_start(session, key) -> None:
    open_draft(make_wave("community-safety"), CONTENT)
    with pytest.raises(DraftLost, match="You can start again"):
        find_draft(key)
    discard_draft(key)
    assert len(stored()) == 1


def test_a_tampered_row_is_a_fresh_start(session) -> None:
    draft = open_draft(make_wave("community-safety"), CONTENT)
    row = stored()[0]
    row.sealed = row.sealed[:-1] + bytes([row.sealed[-1] ^ 1])
    session.commit()
    with pytest.raises(DraftLost):
        find_draft(draft.key)


def test_a_draft_moved_to_another_wave_is_a_fresh_start(session) -> None:
    draft = open_draft(make_wave("community-safety"), CONTENT)
    stored()[0].wave_id = make_wave().id
    session.commit()
    with pytest.raises(DraftLost):
        find_draft(draft.key)


def test_an_expired_draft_is_gone_and_purged(session) -> None:
    wave = make_wave("community-safety")
    expired = open_draft(wave, CONTENT)
    stored()[0].expires_at = utc_now() - timedelta(seconds=1)
    session.commit()
    living = open_draft(wave, CONTENT)
    with pytest.raises(DraftLost):
        find_draft(expired.key)
    with pytest.raises(DraftLost):
        save_draft(expired, {})
    assert purge_drafts() == 1
    assert find_draft(living.key).content == CONTENT
    assert len(stored()) == 1


def test_saving_keeps_a_draft_longer(session) -> None:
    draft = open_draft(make_wave("community-safety"), CONTENT)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=23, minutes=59)):
        save_draft(draft, CONTENT)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=47)):
        assert find_draft(draft.key).content == CONTENT


def test_a_draft_opens_to_the_minute_and_the_database_knows_the_hour(session) -> None:
    with time_machine.travel(datetime(2026, 11, 21, 10, 17, 31, tzinfo=UTC), tick=False) as clock:
        draft = open_draft(make_wave("community-safety"), CONTENT)
        save_draft(draft, CONTENT)
        assert stored()[0].expires_at == datetime(2026, 11, 22, 11, tzinfo=UTC)
        clock.shift(timedelta(hours=24, seconds=-1))
        assert find_draft(draft.key).content == CONTENT
        clock.shift(timedelta(seconds=1))
        with pytest.raises(DraftLost):
            find_draft(draft.key)
        assert purge_drafts() == 0
        clock.shift(timedelta(hours=1))
        assert purge_drafts() == 1


def test_a_draft_that_is_sent_is_gone_and_a_late_page_cannot_undo_it(session) -> None:
    wave = make_wave("community-safety")
    draft = save_draft(open_draft(wave, {}), CONTENT)
    receipt = submit_response(submission(wave, id=draft.response_id), draft)
    assert stored() == []
    with pytest.raises(DraftLost):
        save_draft(draft, CONTENT)
    assert response_of_cookie(draft.cookie) == draft.response_id
    assert code_of_response(draft.response_id) == receipt.code
    assert submit_response(submission(wave, id=draft.response_id), draft).code == receipt.code
    assert session.query(Response).count() == 1


def test_a_draft_is_gone_exactly_when_its_answers_are_stored(session, monkeypatch) -> None:
    wave = make_wave("community-safety")
    draft = save_draft(open_draft(wave, {}), CONTENT)
    monkeypatch.setattr("feedback.services.answers.submission.add_to_count", lambda *_given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        submit_response(submission(wave, id=draft.response_id), draft)
    assert (session.query(Response).count(), len(stored())) == (0, 1)


def test_sending_a_draft_that_is_gone_is_no_fault(session) -> None:
    wave = make_wave("community-safety")
    draft = open_draft(wave, CONTENT)
    discard_draft(draft.cookie)
    assert stored() == []
    assert submit_response(submission(wave, id=draft.response_id), draft).outcome == "stored"


def test_the_cookie_leads_to_the_receipt_for_as_long_as_a_draft_is_kept(session) -> None:
    draft = open_draft(make_wave("community-safety"), CONTENT)
    cookie = draft.cookie
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=23, minutes=59)):
        assert response_of_cookie(cookie) == draft.response_id
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=24)):
        assert response_of_cookie(cookie) is None
    for tampered in ("", ".", draft.key, draft.cookie[:-2], "A" + draft.cookie[1:], draft.key + ".é"):
        assert response_of_cookie(tampered) is None
