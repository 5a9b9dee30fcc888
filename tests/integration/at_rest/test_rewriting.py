"""An attacker with a copy of the files, or with the rights of the database's owner, looks for order, day and minute."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from typing import Any
from unittest.mock import Mock

import pytest
from flask import Flask
from sqlalchemy import Date, DateTime, inspect, text

from feedback.config import ROOT
from feedback.extensions import db
from feedback.models import AuditEntry, HourlyCount, Response, Suspicion
from feedback.services.answers.floods import this_hour
from feedback.services.answers.submission import submit_response
from feedback.services.answers.withdrawal import withdraw_response
from feedback.services.at_rest import rewriting
from feedback.services.at_rest.rewriting import NotRewritten, rewrite
from feedback.services.at_rest.tables import compacted_tables, rewritten_tables
from feedback.services.releases.response_digest import answers_of
from tests.integration.at_rest.chance import is_by_chance, tells_all
from tests.integration.at_rest.scenes import ARABIC, PEOPLE, all_answer, files, long_survey, random_ids, short_survey
from tests.integration.at_rest.sqlite_pages import SqliteFiles
from tests.makers import SOME_ANSWERS, make_wave, submission

KILLED = """
import sys
from tests.conftest import running
from feedback.services.at_rest.rewriting import rewrite
with running(sys.argv[1]) as app, app.app_context():
    print("now", flush=True)
    while True:
        rewrite("test")
"""


def by_overflow(found: SqliteFiles, table: str = "response") -> list[str]:
    cells = sorted((cell for cell in found.rows(table) if cell.overflow), key=lambda cell: cell.overflow)
    return [cell.id for cell in cells]


def by_place(found: SqliteFiles, table: str = "response") -> list[str]:
    """By page, and on a page from its end, where the first row is put."""
    return [cell.id for cell in sorted(found.rows(table), key=lambda cell: (cell.page, -cell.offset))]


class TestOnSqlite:
    @pytest.fixture(params=[short_survey, long_survey])
    def came(self, request: pytest.FixtureRequest, sqlite_app: Flask) -> Any:
        with sqlite_app.app_context():
            yield all_answer(request.param())

    def test_what_the_newest_hours_show_is_what_the_documents_say(self, came: list[str]) -> None:
        found = files()
        if len(by_overflow(found)) >= 30:
            assert tells_all(by_overflow(found), came)
        assert tells_all(found.order_in_log(set(came)), came)

    def test_rewritten_no_byte_tells_the_order(self, came: list[str]) -> None:
        rewrite("test")
        found = files()
        assert (found.log, found.free_pages) == (b"", 0)
        assert len(found.rows("response")) == PEOPLE
        assert is_by_chance(by_place(found), came)
        if len(by_overflow(found)) >= 30:
            assert is_by_chance(by_overflow(found), came)
        for table in ("conflict", "suspicion"):
            assert len(found.rows(table)) in (PEOPLE // 2, PEOPLE)
        assert is_by_chance(by_place(found, "suspicion"), came)

    def test_the_file_is_made_from_its_content_alone(self, came: list[str]) -> None:
        """The same rows, written in another order, lie alike."""
        rewrite("test")
        first = files()
        rows = db.session.execute(Response.__table__.select().order_by(Response.receipt_hash)).mappings().all()
        db.session.execute(text("DELETE FROM conflict"))
        db.session.execute(text("DELETE FROM response"))
        for row in rows:
            db.session.execute(Response.__table__.insert(), dict(row))
            db.session.commit()
        rewrite("test")
        places = [(cell.id, cell.offset) for cell in first.rows("response")]
        assert [(cell.id, cell.offset) for cell in files().rows("response")] == places

    def test_answers_are_kept_in_their_own_letters(self, came: list[str]) -> None:
        rewrite("test")
        found = files().bytes
        assert ARABIC[:12].encode() in found
        assert b"\\u06" not in found


def test_withdrawn_words_end_in_the_bytes(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        wave = make_wave()
        words = "a purple bench by the duck pond"
        code = submit_response(submission(wave, answers={**SOME_ANSWERS, "safer_text": words})).code
        assert files().holds(words) == ["wal"]
        withdraw_response(code, "test")
        assert files().holds(words) == []


def test_a_log_that_cannot_be_emptied_is_no_fault_of_the_withdrawal(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite_app.app_context():
        code = submit_response(submission(make_wave())).code
        fault = Mock(side_effect=sqlite3.OperationalError("disk I/O error"))
        monkeypatch.setattr("feedback.services.at_rest.sqlite.empty_log", fault)
        assert withdraw_response(code, "test")
        assert fault.called


def test_purged_drafts_and_erased_files_end_in_the_log_too(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        make_wave()
        assert files().log
        for command in (["draft", "purge"], ["respondents", "erase"]):
            db.session.execute(text("UPDATE wave SET title = title || 'x'"))
            db.session.commit()
            assert sqlite_app.test_cli_runner().invoke(args=command).exit_code == 0
            assert files().log == b"", command


def test_of_little_that_arrives_no_minute_is_in_the_log(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        rewrite("test")
        wave = make_wave()
        for _ in range(9):
            submit_response(submission(wave))
        minutes = {str(int(time.time() // 60) - ago) for ago in range(2)}
        assert db.session.scalar(text("SELECT count(*) FROM pace")) == 0
        (root,) = db.session.execute(text("SELECT rootpage FROM sqlite_master WHERE name = 'pace'")).one()
        assert minutes
        assert root not in files().pages_in_log()


@pytest.mark.both_engines
class TestOnBoth:
    def test_nothing_but_small_hours_is_changed_but_where_it_lies(self, session: Any) -> None:
        wave = short_survey()
        all_answer(wave, by_draft=True)
        rewriting._forget_small_hours()
        digest, before = answers_of(wave), all_rows()
        rewrite("test")
        session.expire_all()
        assert answers_of(wave) == digest
        after = all_rows()
        assert len(after.pop("audit_entry")) == len(before.pop("audit_entry")) + 1
        assert after == before
        assert session.scalars(db.select(AuditEntry.action)).all()[-1] == rewriting.REWRITTEN

    def test_it_says_when_others_do_not_let_go_and_changes_nothing(self, app: Flask, session: Any) -> None:
        wave = make_wave()
        submit_response(submission(wave))
        with holding(session):
            begun = time.monotonic()
            with pytest.raises(NotRewritten, match="Nothing is lost.*flask privacy rewrite"):
                rewrite("test", patience=0.5)
            assert time.monotonic() - begun < 5
            said = run_with_patience(app, 0.5)
            assert said.exit_code == 1
            assert "other work did not let go" in said.output
            assert "Traceback" not in said.output
        assert run_with_patience(app, 5).exit_code == 0
        assert len(session.scalars(db.select(Response)).all()) == 1

    def test_who_answers_meanwhile_is_stored(self, app: Flask, session: Any) -> None:
        wave = make_wave()
        all_answer(wave)
        session.commit()
        done, faults = threading.Event(), list[Exception]()

        def answer() -> None:
            with app.app_context():
                theirs = db.session.get_one(type(wave), 1)
                while not done.is_set():
                    try:
                        submit_response(submission(theirs))
                        sent.append(1)
                    except Exception as fault:
                        faults.append(fault)

        sent: list[int] = []
        people = [threading.Thread(target=answer) for _ in range(3)]
        for one in people:
            one.start()
        for _ in range(3):
            rewrite("test")
        done.set()
        for one in people:
            one.join()
        assert faults == []
        assert sent
        session.expire_all()
        assert session.query(Response).count() == PEOPLE + len(sent)

    def test_killed_in_the_middle_it_loses_nothing(self, app: Flask, session: Any) -> None:
        wave = make_wave()
        all_answer(wave)
        before = {row.id: row.payload_hash for row in session.scalars(db.select(Response))}
        session.commit()
        address = db.engine.url.render_as_string(hide_password=False)
        db.session.remove()
        for delay in (0.0, 0.002, 0.01, 0.03):
            worker = subprocess.Popen([sys.executable, "-c", KILLED, address], stdout=subprocess.PIPE, cwd=ROOT)
            assert worker.stdout
            assert worker.stdout.readline()
            time.sleep(delay)
            worker.kill()
            worker.wait(10)
            worker.stdout.close()
            assert {row.id: row.payload_hash for row in session.scalars(db.select(Response))} == before
            session.commit()
        rewrite("test")
        assert session.query(Response).count() == PEOPLE

    def test_no_hour_that_few_answers_share_is_in_a_backup(self, session: Any) -> None:
        """The running hour too: a backup is kept for longer."""
        wave, hour = make_wave(), this_hour()
        for _ in range(9):
            submit_response(submission(wave, signals=frozenset({"fast"})))
        assert session.scalars(db.select(Suspicion.hour)).all() == [hour] * 9
        rewrite("test")
        assert session.scalars(db.select(Suspicion.hour)).all() == [None] * 9
        assert session.scalars(db.select(HourlyCount)).all() == []
        for _ in range(10):
            submit_response(submission(wave, signals=frozenset({"fast"})))
        rewrite("test")
        assert session.scalars(db.select(Suspicion.hour).where(Suspicion.hour.is_not(None))).all() == [hour] * 10
        assert session.scalars(db.select(HourlyCount.count)).all() == [10]

    def test_by_command_and_with_retention(self, app: Flask, session: Any) -> None:
        make_wave()
        for command in (["privacy", "rewrite"], ["retention", "apply"]):
            said = app.test_cli_runner().invoke(args=command)
            assert said.exit_code == 0, said.output
            assert "Rewritten in random order: " in said.output


class TestOnPostgresql:
    @pytest.fixture
    def databases(self, request: pytest.FixtureRequest) -> Any:
        return request.getfixturevalue("postgresql_databases")

    @pytest.fixture(params=[short_survey, long_survey])
    def came(self, request: pytest.FixtureRequest, session: Any) -> Any:
        return all_answer(request.param(), by_draft=True)

    def test_what_the_newest_hours_show_is_what_the_documents_say(self, came: list[str], session: Any) -> None:
        assert tells_all(ids("SELECT id FROM response ORDER BY ctid"), came)
        assert tells_all(ids("SELECT id FROM response ORDER BY xmin::text::bigint"), came)
        for table in ("draft", "pace"):
            tied = f"SELECT count(*) FROM response r JOIN {table} t ON r.xmin = t.xmin"
            assert session.scalar(text(tied)) == 0, f"the transaction of an answer wrote a time into {table}"

    def test_rewritten_no_row_tells_order_or_day(self, came: list[str], session: Any) -> None:
        rewrite("test")
        for table, id in (("response", "id"), ("suspicion", "response_id"), ("conflict", "response_id")):
            assert is_by_chance(ids(f"SELECT {id} FROM {table} ORDER BY ctid"), came), table
            assert session.scalar(text(f"SELECT count(DISTINCT xmin::text) FROM {table}")) == 1
        assert ids("SELECT id FROM response ORDER BY ctid") == sorted(came)
        for table in with_a_clock():
            tied = f'SELECT count(*) FROM response r JOIN "{table}" t ON r.xmin::text = t.xmin::text'
            assert session.scalar(text(tied)) == 0, table

    def test_rewritten_long_values_tell_no_order(self, session: Any) -> None:
        came = all_answer(long_survey())
        assert tells_all(by_toast(session), came)
        rewrite("test")
        assert is_by_chance(by_toast(session), came)
        assert session.scalar(text(f"SELECT count(DISTINCT xmin::text) FROM {toast_of(session)}")) == 1

    def test_withdrawn_words_end_in_the_bytes(self, session: Any) -> None:
        wave = make_wave()
        words = "a purple bench by the duck pond"
        code = submit_response(submission(wave, answers={**SOME_ANSWERS, "safer_text": words})).code
        withdraw_response(code, "test")
        session.execute(text("CHECKPOINT"))
        assert words.encode() in raw(session, "response"), "until the next rewriting, as the documents say"
        rewrite("test")
        session.execute(text("CHECKPOINT"))
        assert words.encode() not in raw(session, "response")

    def test_a_long_reading_is_safe_and_named(self, came: list[str], app: Flask, session: Any) -> None:
        """A dump that began before sees everything, and what it keeps alive is said."""
        with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as dump:
            dump.execute(text("SELECT 1 FROM wave")).all()
            done = rewrite("test", patience=0.3)
            assert "former versions of rows" in done.left
            assert dump.scalar(text("SELECT count(*) FROM response")) == PEOPLE
        assert rewrite("test", patience=5).left == ""


def ids(query: str) -> list[str]:
    return [row.hex if hasattr(row, "hex") else str(row) for row in db.session.scalars(text(query))]


def with_a_clock() -> list[str]:
    columns = {name: inspect(db.engine).get_columns(name) for name in inspect(db.engine).get_table_names()}
    clocks = [n for n, found in columns.items() if any(isinstance(c["type"], (Date, DateTime)) for c in found)]
    return [name for name in clocks if name != "response"]


def toast_of(session: Any) -> str:
    return str(session.scalar(text("SELECT reltoastrelid::regclass::text FROM pg_class WHERE relname = 'response'")))


def by_toast(session: Any) -> list[str]:
    """Whose long words lie in which order in the table of long values; each begins with a mark."""
    query = f"SELECT chunk_data FROM {toast_of(session)} WHERE chunk_seq = 0 ORDER BY chunk_id"
    marks = [bytes(chunk) for chunk in session.scalars(text(query))]
    numbers = [int(chunk[at + 6 : at + 10]) for chunk in marks if (at := chunk.find(b"person")) >= 0]
    people = [id.hex for id in random_ids(PEOPLE)]
    return [people[number] for number in dict.fromkeys(numbers)]


def raw(session: Any, table: str) -> bytes:
    return bytes(session.scalar(text(f"SELECT pg_read_binary_file(pg_relation_filepath('{table}'))")))


def all_rows() -> dict[str, list[Any]]:
    tables = [*rewritten_tables(), *compacted_tables()]
    found = {table.name: sorted(map(str, db.session.execute(table.select()).all())) for table in tables}
    db.session.commit()
    return found


class holding:
    """Somebody who writes and does not let go."""

    def __init__(self, session: Any) -> None:
        session.commit()
        self.connection = db.engine.connect()

    def __enter__(self) -> None:
        self.connection.execute(text("UPDATE response SET language = 'pl'"))

    def __exit__(self, *_fault: object) -> None:
        self.connection.rollback()
        self.connection.close()


def run_with_patience(app: Flask, seconds: float) -> Any:
    before = rewriting.rewrite.__defaults__
    rewriting.rewrite.__defaults__ = (seconds,)
    try:
        return app.test_cli_runner().invoke(args=["privacy", "rewrite"])
    finally:
        rewriting.rewrite.__defaults__ = before
