"""Never lose an answer, never count one twice."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier
from uuid import UUID, uuid1, uuid4

import pytest
from sqlalchemy.event import listen, remove
from sqlalchemy.exc import IntegrityError

from feedback.clock import month_of, today
from feedback.errors import Closed, Refusal
from feedback.extensions import db, only_reading
from feedback.models import Conflict, Event, QuestionnaireVersion, Response, Tally
from feedback.models.types import utc_now
from feedback.queries.answers.counts import by_day
from feedback.queries.questionnaires import latest_questionnaire
from feedback.receipt_codes import ReceiptMaker, receipt_hash
from feedback.services.answers import submission as writer
from feedback.services.answers.submission import AnswerRefused, Receipt, submit_response, submit_responses
from tests.makers import BARGATE, SOME_ANSWERS, make_wave, submission

pytestmark = pytest.mark.both_engines

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = [
    "<script>alert(1)</script>",
    '=cmd|" /C calc"!A1',
    "\u202eevil\u202c",
    "a\x00b",
    "👩‍👩‍👧 دست 汉",
    "'; drop table response; --",
    "half a sign \ud800",
]


def rows(model: type) -> list:
    return list(db.session.scalars(db.select(model)))


def test_a_response_keeps_what_it_says_and_nothing_else(session) -> None:
    wave = make_wave()
    given = submission(wave)
    receipt = submit_response(given)
    row = session.get(Response, given.id)
    assert receipt.outcome == "stored"
    assert row.receipt_hash == receipt_hash(receipt.code)
    assert (row.answers, row.channel, row.language, row.month) == (SOME_ANSWERS, "online", "en", month_of(today()))
    assert (row.ward_code, row.ward_vintage) == (BARGATE, "2023")
    assert (row.wave_id, row.questionnaire_id, row.event_id) == (wave.id, wave.questionnaire_id, None)
    assert by_day(wave) == {today(): {"online": 1}}


def test_what_is_on_time_asks_for_no_wave_that_is_late(session) -> None:
    sent, seen = submission(make_wave()), list[str]()
    session.commit()

    def see(_connection, _cursor, statement: str, *_more) -> None:
        seen.append(statement)

    listen(db.engine, "before_cursor_execute", see)
    try:
        submit_response(sent)
    finally:
        remove(db.engine, "before_cursor_execute", see)
    assert [one for one in seen if one.startswith("INSERT INTO response")]
    assert not [one for one in seen if one.startswith("SELECT wave.title, wave.frozen_at")], seen


@pytest.mark.parametrize("ward", ["outside", "not_sure", None])
def test_without_a_ward_there_is_no_vintage(session, ward) -> None:
    given = submission(make_wave(), answers={"ward": ward} if ward else {})
    submit_response(given)
    row = session.get(Response, given.id)
    assert (row.ward_code, row.ward_vintage) == (None, None)


def test_the_same_again_returns_the_same_receipt(session) -> None:
    wave = make_wave()
    given = submission(wave)
    first, second = submit_response(given), submit_response(given)
    assert second == Receipt(first.code, "already_stored")
    assert len(rows(Response)) == 1
    assert by_day(wave) == {today(): {"online": 1}}


def test_other_content_under_the_same_id_is_kept_and_learns_nothing(session) -> None:
    wave = make_wave()
    given = submission(wave)
    first = submit_response(given)
    other = submission(wave, id=given.id, answers={"safe_local_day": "very_unsafe"})
    assert submit_response(other) == Receipt("", "conflict")
    assert submit_response(other) == Receipt("", "conflict")
    (kept,) = rows(Conflict)
    assert (kept.response_id, kept.answers) == (given.id, {"safe_local_day": "very_unsafe"})
    assert session.get(Response, given.id).answers == SOME_ANSWERS
    assert submit_response(given).code == first.code
    assert by_day(wave) == {today(): {"online": 1}}


def test_five_parallel_identical_posts_are_one_row_and_one_receipt(app) -> None:
    response_id, people = uuid4(), 5
    with app.app_context():
        make_wave()
    ready = Barrier(people)

    def post(_number: int) -> Receipt:
        from feedback.queries.waves import wave_by_slug

        with app.app_context():
            ready.wait()
            return submit_response(submission(wave_by_slug("fast-feedback-test"), id=response_id))

    with ThreadPoolExecutor(people) as pool:
        receipts = list(pool.map(post, range(people)))
    assert len({receipt.code for receipt in receipts}) == 1
    assert sorted(receipt.outcome for receipt in receipts) == ["already_stored"] * 4 + ["stored"]
    with app.app_context():
        assert len(rows(Response)) == 1
        assert [tally.count for tally in rows(Tally)] == [1]


def test_parallel_strangers_under_one_id_get_one_receipt_between_them(app) -> None:
    response_id, people = uuid4(), 5
    with app.app_context():
        make_wave()
    ready = Barrier(people)

    def post(number: int) -> Receipt:
        from feedback.queries.waves import wave_by_slug

        with app.app_context():
            answers = {"safer_text": f"person {number}"}
            ready.wait()
            return submit_response(submission(wave_by_slug("fast-feedback-test"), id=response_id, answers=answers))

    with ThreadPoolExecutor(people) as pool:
        receipts = list(pool.map(post, range(people)))
    assert sorted(receipt.outcome for receipt in receipts) == ["conflict"] * 4 + ["stored"]
    assert sum(bool(receipt.code) for receipt in receipts) == 1
    with app.app_context():
        kept = [row.answers["safer_text"] for row in [*rows(Response), *rows(Conflict)]]
        assert sorted(kept) == [f"person {number}" for number in range(people)]


def test_a_server_killed_after_the_commit_gives_the_receipt_on_the_retry(app) -> None:
    response_id = uuid4()
    with app.app_context():
        make_wave()
    died = _process(app, response_id, "db.session.commit = lambda: (commit(), os._exit(9))")
    assert died.returncode == 9
    with app.app_context():
        assert [row.id for row in rows(Response)] == [response_id]
    again = _process(app, response_id, "")
    assert again.stdout.split()[0] == "already_stored"
    with app.app_context():
        (row,) = rows(Response)
        assert row.receipt_hash == receipt_hash(again.stdout.split()[1])
        assert [tally.count for tally in rows(Tally)] == [1]


def test_a_server_killed_before_the_commit_leaves_nothing_and_the_retry_stores(app) -> None:
    response_id = uuid4()
    with app.app_context():
        make_wave()
    assert _process(app, response_id, "db.session.commit = lambda: os._exit(9)").returncode == 9
    with app.app_context():
        assert (rows(Response), rows(Tally)) == ([], [])
    assert _process(app, response_id, "").stdout.split()[0] == "stored"


def _process(app, response_id: UUID, trick: str) -> subprocess.CompletedProcess:
    """Submit in a process of its own, with a trick played on it."""
    program = f"""
        import os
        from uuid import UUID
        from feedback import create_app
        from feedback.extensions import db
        from feedback.queries.waves import wave_by_slug
        from feedback.services.answers.submission import submit_response
        from tests.makers import submission
        with create_app().app_context():
            given = submission(wave_by_slug("fast-feedback-test"), id=UUID("{response_id}"))
            commit = db.session.commit
            {trick}
            receipt = submit_response(given)
            print(receipt.outcome, receipt.code)
        """
    environment = {**os.environ, "MODE": "test", "DATABASE_URL": app.config["SETTINGS"].database_url}
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], cwd=ROOT, env=environment, capture_output=True, text=True
    )


def test_many_at_once_store_one_row_each_and_tally_each_day(session) -> None:
    wave = make_wave()
    yesterday = today() - timedelta(days=1)
    given = [submission(wave, channel="paper", counted_on=yesterday) for _ in range(1_203)]
    done: list[int] = []
    first = submit_responses([*given, given[0], given[1]], done.append)
    assert first == {"stored": 1_203, "already_stored": 2}
    assert done == [500, 500, 205]
    assert submit_responses(given) == {"already_stored": 1_203}
    assert by_day(wave) == {yesterday: {"paper": 1_203}}
    assert len(rows(Response)) == 1_203


def test_two_batches_with_the_same_ids_in_opposite_order_are_one_row_each(app, monkeypatch) -> None:
    ids = [uuid4() for _ in range(12)]
    with app.app_context():
        make_wave()
    ready, insert_new = Barrier(2), writer.insert_new

    def insert_slowly(table, given):
        inserted = set()
        for row in given:
            time.sleep(0.02)
            inserted |= insert_new(table, [row])
        return inserted

    monkeypatch.setattr(writer, "insert_new", insert_slowly)

    def send(order: int) -> dict[str, int]:
        from feedback.queries.waves import wave_by_slug

        with app.app_context():
            wave = wave_by_slug("fast-feedback-test")
            batch = [submission(wave, id=one) for one in ids[::order]]
            db.session.rollback()
            ready.wait()
            return submit_responses(batch)

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(send, (1, -1)))
    assert outcomes[0] + outcomes[1] == {"stored": 12, "already_stored": 12}
    with app.app_context():
        assert [tally.count for tally in rows(Tally)] == [12]


def test_an_acknowledged_answer_survives_a_power_cut_on_sqlite(sqlite_app) -> None:
    with sqlite_app.app_context():
        settings = {name: db.session.scalar(db.text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous")}
        assert settings == {"journal_mode": "wal", "synchronous": 2}
        assert db.session.scalar(db.text("PRAGMA foreign_keys")) == 1


def test_one_refused_among_many_stores_none(session) -> None:
    wave = make_wave()
    given = [submission(wave) for _ in range(600)]
    with pytest.raises(AnswerRefused):
        submit_responses([*given, submission(wave, answers={"safe_local_day": "nonsense"})])
    assert (rows(Response), rows(Tally)) == ([], [])


def test_two_responses_never_share_a_receipt(session, monkeypatch) -> None:
    monkeypatch.setattr(ReceiptMaker, "code", lambda _self, _key, attempt=0: f"SAME{attempt}")
    wave = make_wave()
    first, second = submission(wave), submission(wave)
    assert [submit_response(one).code for one in (first, second)] == ["SAME0", "SAME1"]
    assert [submit_response(one).code for one in (second, first)] == ["SAME1", "SAME0"]


def test_a_closed_wave_takes_no_new_answers_but_knows_its_old_ones(session) -> None:
    wave = make_wave()
    given = submission(wave)
    first = submit_response(given)
    wave.closes_on = today() - timedelta(days=2)
    session.commit()
    assert submit_response(given) == Receipt(first.code, "already_stored")
    with pytest.raises(Closed, match="not open"):
        submit_response(submission(wave))
    assert len(rows(Response)) == 1


def test_a_form_opened_in_time_may_arrive_the_day_after(session) -> None:
    yesterday = today() - timedelta(days=1)
    wave = make_wave(closes_on=yesterday)
    late = submission(wave, opened_on=yesterday)
    assert submit_response(late).outcome == "stored"
    assert by_day(wave) == {yesterday: {"online": 1}}
    closed_while_open = submission(wave, opened_on=today())  # closing a wave makes yesterday its last day
    assert submit_response(closed_while_open).outcome == "stored"
    with pytest.raises(Closed):
        submit_response(submission(wave))
    older = make_wave(slug="older", closes_on=today() - timedelta(days=2))
    with pytest.raises(Closed):
        submit_response(submission(older, opened_on=older.closes_on))


def test_a_wave_that_has_not_opened_takes_no_answers(session) -> None:
    wave = make_wave(opens_on=today() + timedelta(days=1))
    with pytest.raises(Closed):
        submit_response(submission(wave))
    with pytest.raises(Closed, match="not a day on which"):
        submit_response(submission(wave, counted_on=today() + timedelta(days=1)))


def test_an_import_counts_on_a_day_of_the_wave_only(session) -> None:
    wave = make_wave(opens_on=date(2025, 2, 1), closes_on=date(2025, 3, 31))
    submit_response(submission(wave, counted_on=date(2025, 2, 14)))
    assert by_day(wave) == {date(2025, 2, 14): {"online": 1}}
    assert rows(Response)[0].month == date(2025, 2, 1)
    with pytest.raises(Closed, match="1 February 2025 to 31 March 2025"):
        submit_response(submission(wave, counted_on=date(2025, 4, 1)))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"id": uuid1()}, "broken number"),
        ({"id": UUID(int=0)}, "broken number"),
        ({"id": UUID("12345678-1234-5678-8234-567812345678")}, "broken number"),
        ({"channel": "fax"}, "is not a channel"),
        ({"language": "en; drop"}, "not a language code"),
    ],
)
def test_what_is_malformed_is_refused_in_a_sentence(session, wrong, sentence) -> None:
    with pytest.raises(Refusal, match=sentence):
        submit_response(submission(make_wave(), **wrong))
    assert rows(Response) == []


def test_a_questionnaire_or_event_of_another_survey_is_refused(session) -> None:
    wave = make_wave()
    with pytest.raises(Refusal, match="another survey"):
        submit_response(submission(wave, questionnaire=latest_questionnaire("community-safety")))
    other = make_wave("community-safety")
    event = Event(code="ABCD", waves=[other], kind="library", title="x", starts_at=utc_now(), ends_at=utc_now())
    session.add(event)
    session.commit()
    with pytest.raises(Refusal, match="another survey"):
        submit_response(submission(wave, event=event))


@pytest.mark.parametrize("answers", [{"safe_local_day": "nonsense"}, {"no_such": "x"}, {"priorities": ["a"] * 9}])
def test_answers_outside_the_options_are_refused_by_question(session, answers) -> None:
    with pytest.raises(AnswerRefused) as refused:
        submit_response(submission(make_wave(), answers=answers))
    assert set(refused.value.errors) == set(answers)
    assert rows(Response) == []


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_stored_as_text(session, text) -> None:
    given = submission(make_wave(), answers={"safer_text": text})
    submit_response(given)
    kept = session.get(Response, given.id).answers["safer_text"]
    assert "\x00" not in kept
    assert kept.strip()
    assert submit_response(given).outcome == "already_stored"


def test_text_without_end_is_refused_in_a_sentence(session) -> None:
    with pytest.raises(AnswerRefused, match="characters or fewer"):
        submit_response(submission(make_wave(), answers={"safer_text": "x" * 100_000}))


def test_a_published_questionnaire_cannot_change_by_any_door(session) -> None:
    row, published = latest_questionnaire("fast-feedback"), len(rows(QuestionnaireVersion))
    row.digest = "changed"
    with pytest.raises(ValueError, match="is published and cannot change"):
        session.commit()
    session.rollback()
    for statement in ("UPDATE questionnaire SET digest = 'x'", "DELETE FROM questionnaire"):
        with pytest.raises(IntegrityError, match="published questionnaire cannot change"):
            session.execute(db.text(statement))
        session.rollback()
    assert len(rows(QuestionnaireVersion)) == published


@pytest.mark.parametrize(
    "change",
    [
        {"month": date(2026, 11, 21)},
        {"channel": "fax"},
        {"ward_vintage": None},
    ],
)
def test_the_database_itself_refuses_what_could_identify_or_confuse(session, change) -> None:
    given = submission(make_wave())
    submit_response(given)
    with pytest.raises(IntegrityError):
        session.execute(db.update(Response).where(Response.id == given.id).values(**change))
    session.rollback()


def test_the_tally_equals_the_responses(session) -> None:
    wave = make_wave()
    for channel in ("online", "kiosk", "online"):
        given = submission(wave, channel=channel)
        submit_response(given)
        submit_response(given)
        submit_response(submission(wave, id=given.id, answers={}))
    assert sum(tally.count for tally in rows(Tally)) == len(rows(Response)) == 3


def test_long_reading_holds_up_nobodys_answer(app) -> None:
    def post() -> Receipt:
        from feedback.queries.waves import wave_by_slug

        with app.app_context():
            db.session.execute(db.text("PRAGMA busy_timeout=500")) if db.engine.dialect.name == "sqlite" else None
            return submit_response(submission(wave_by_slug("fast-feedback-test")))

    with app.app_context():
        make_wave()
        with only_reading(), ThreadPoolExecutor(1) as pool:
            assert rows(Response) == []
            assert pool.submit(post).result(5).outcome == "stored"
        assert len(rows(Response)) == 1
