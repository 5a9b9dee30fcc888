"""Answers that a person asks to have removed: found by the receipt, gone for good, and nothing else changed."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from feedback.errors import NotFound
from feedback.models import AuditEntry, Conflict, Job, Response, Tally
from feedback.models.jobs import DIED
from feedback.models.types import utc_now
from feedback.services.answers.submission import CONFLICT, submit_response
from feedback.services.answers.withdrawal import STALE, withdraw_response
from feedback.services.jobs import JobResult, finish
from tests.makers import make_wave, submission

pytestmark = pytest.mark.both_engines


def count(session: Any, model: Any) -> int:
    return int(session.scalar(select(func.count()).select_from(model)))


def test_the_answers_go_with_what_was_kept_beside_them_and_no_others(session) -> None:
    wave = make_wave()
    sent, other = submission(wave), submission(wave)
    code = submit_response(sent).code
    submit_response(other)
    changed = submission(wave, id=sent.id, answers={"safe_local_day": "very_unsafe"})
    assert submit_response(changed).outcome == CONFLICT
    assert withdraw_response(f" {code.lower().replace('-', ' ')} ", "an administrator") == wave.slug
    assert list(session.scalars(select(Response.id))) == [other.id]
    assert count(session, Conflict) == 0
    assert session.scalar(select(Tally.count)) == 2  # it has no key to a response: the day is not known
    (entry,) = session.scalars(select(AuditEntry))
    assert (entry.actor, entry.action, entry.subject) == ("an administrator", "answers withdrawn", wave.slug)
    assert entry.detail == {}


def test_files_that_were_made_with_the_answers_are_erased_and_no_others(session) -> None:
    wave, other = make_wave(), make_wave("community-safety")
    code = submit_response(submission(wave)).code
    made = {"asked_by": "an analyst", "content": b"I live in fear", "finished_at": utc_now()}
    for kind, of, comments in (("respondent_file", wave, False), ("workbook", wave, True), ("workbook", other, True)):
        session.add(Job(kind=kind, wave_id=of.id, has_comments=comments, **made))
    session.commit()
    withdraw_response(code, "an administrator")
    left = session.execute(select(Job.wave_id, Job.content, Job.fault)).all()
    assert sorted(left, key=str) == sorted([(wave.id, None, STALE)] * 2 + [(other.id, made["content"], None)], key=str)


def test_a_file_that_is_being_made_of_them_meanwhile_is_erased_when_it_is_finished(session) -> None:
    """It was read before the answers were removed, and is kept after."""
    wave = make_wave()
    code = submit_response(submission(wave)).code
    started = {"wave_id": wave.id, "asked_by": "an analyst"}
    running = [Job(kind="respondent_file", **started), Job(kind="workbook", has_comments=True, **started)]
    session.add_all(running)
    session.commit()
    withdraw_response(code, "an administrator")
    for job in running:
        finish(job.id, JobResult(b"I live in fear", {"rows": 10}))
        session.expire_all()
        assert (job.content, job.fault, job.is_there, job.is_running) == (None, STALE, False, False)


def test_a_file_that_was_slow_is_kept_though_it_was_taken_for_dead(session) -> None:
    slow = Job(kind="workbook", wave_id=make_wave().id, asked_by="an analyst", fault=DIED, finished_at=utc_now())
    session.add(slow)
    session.commit()
    finish(slow.id, JobResult(b"figures"))
    assert (slow.content, slow.fault, slow.is_there) == (b"figures", None, True)


@pytest.mark.parametrize("code", ["", "ABCDE-FGHJK", "\0", "\udcff", "%' or 1=1 --", "A" * 100_000])
def test_an_unknown_code_removes_nothing(session, code: str) -> None:
    submit_response(submission(make_wave()))
    with pytest.raises(NotFound, match="No answers have this receipt code"):
        withdraw_response(code, "x")
    assert (count(session, Response), count(session, AuditEntry)) == (1, 0)


def test_answers_without_a_receipt_cannot_be_met_by_chance(session) -> None:
    submit_response(submission(make_wave()))
    session.execute(Response.__table__.update().values(receipt_hash=None))
    session.commit()
    with pytest.raises(NotFound):
        withdraw_response("", "x")


@pytest.fixture
def code(app: Flask) -> str:
    with app.app_context():
        return submit_response(submission(make_wave(title="Safety now"))).code


def left(app: Flask) -> int:
    from feedback.extensions import db

    with app.app_context():
        return count(db.session, Response)


def test_the_command_asks_first(app: Flask, code: str) -> None:
    words = ["responses", "withdraw", code]
    refused = app.test_cli_runner().invoke(args=words, input="n\n")
    assert "Permanently remove one person's answers to Safety now?" in refused.output
    assert (refused.exit_code, left(app)) == (1, 1)
    nobody = app.test_cli_runner().invoke(args=words, input="")
    assert (nobody.exit_code, left(app)) == (1, 1)
    done = app.test_cli_runner().invoke(args=words, input="y\n")
    assert (done.exit_code, left(app)) == (0, 0)
    assert "Removed one person's answers from fast-feedback-test. Daily counts do not change." in done.output
    again = app.test_cli_runner().invoke(args=[*words, "--yes"])
    assert again.exit_code == 1
    assert "No answers have this receipt code." in again.output
    assert code not in again.output


def test_a_script_need_not_answer(app: Flask, code: str) -> None:
    assert app.test_cli_runner().invoke(args=["responses", "withdraw", code, "--yes"]).exit_code == 0
    assert left(app) == 0
