"""Words that may say somebody is in danger: held through every door, shown by no surface, decided by a reviewer."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from feedback.clock import LONDON, today
from feedback.config import ROOT
from feedback.errors import NotFound, Refusal
from feedback.models import AuditEntry, Conflict, Job, Response, Review
from feedback.models.types import utc_now
from feedback.queries.answers.conflicts import kept_apart
from feedback.queries.answers.counts import received
from feedback.queries.safeguarding import decided, safeguarding_queue, waiting, words_of
from feedback.services.answers.conflicts import WaitsForReviewer, keep_first, use_instead
from feedback.services.answers.submission import replace_answers, submit_response, submit_responses
from feedback.services.answers.withdrawal import withdraw_response
from feedback.services.respondent_files import download_file
from feedback.services.retention import apply_retention
from feedback.services.safeguarding import queue
from feedback.services.safeguarding.queue import Decision, due_after, flag_text
from feedback.services.snapshots import take_snapshot
from feedback.services.summaries import study_of
from tests.makers import BARGATE, frame_of_now, make_wave, submission

DANGER = "My husband hits me every night"
HARMLESS = "More lights by the park"
PASSED_ON = Decision(outcome="passed_on", passed_to="Adult safeguarding", note="told at once")


def said(text: str, **more: Any) -> dict[str, Any]:
    return {"safe_local_day": "very_safe", "ward": BARGATE, "age_band": "25_34", "safer_text": text, **more}


def the_review(session: Any) -> Review:
    return session.scalars(select(Review)).one()


def count(session: Any, model: Any) -> int:
    return int(session.scalar(select(func.count()).select_from(model)))


def test_the_closed_answers_count_and_the_words_wait(session) -> None:
    wave = make_wave()
    sent = submission(wave, answers=said(DANGER))
    before = utc_now()
    receipt = submit_response(sent)
    submit_response(submission(wave, answers=said(HARMLESS)))
    held = the_review(session)
    assert receipt.outcome == "stored"
    assert (held.response_id, held.question, held.reasons, held.raised_by) == (
        sent.id,
        "safer_text",
        ["partner_or_family"],
        "",
    )
    assert held.raised_at is not None
    assert before - timedelta(hours=1) < held.raised_at <= utc_now()
    assert (held.raised_at.minute, held.raised_at.second) == (0, 0), "no finer than a reviewer needs"
    assert received(wave) == 2
    frame = frame_of_now(wave)
    assert sorted(frame["safer_text"]) == ["", HARMLESS]
    assert list(frame["safe_local_day"]) == ["very_safe"] * 2
    assert (safeguarding_queue().waiting, safeguarding_queue().overdue) == (1, 0)


@pytest.mark.both_engines
def test_sent_again_it_is_held_once(session) -> None:
    sent = submission(make_wave(), answers=said(DANGER))
    submit_response(sent)
    submit_response(sent)
    assert count(session, Review) == 1


def test_every_door_is_the_same_door(session) -> None:
    wave = make_wave()
    submit_responses(
        [submission(wave, channel=channel, answers=said(DANGER)) for channel in ("paper", "officer", "kiosk")]
    )
    assert count(session, Review) == 3


def test_all_written_answers_are_read_short_ones_too(session) -> None:
    wave = make_wave("community-safety")
    submit_response(submission(wave, answers={"avoided": ["parks"], "avoided_text": "he is outside my house"}))
    assert the_review(session).question == "avoided_text"
    assert list(frame_of_now(wave)["avoided_text"]) == [""]


def test_a_keyed_text_can_be_flagged_whatever_its_words(session) -> None:
    wave = make_wave()
    submit_response(submission(wave, channel="paper", answers=said(HARMLESS), flagged=("safer_text", "nothing")))
    assert the_review(session).reasons == ["staff"]
    assert list(frame_of_now(wave)["safer_text"]) == [""]


@pytest.mark.parametrize("audience", ["analyst", "partner", "public"])
def test_no_study_is_made_from_held_words(session, audience: str) -> None:
    wave = make_wave()
    for text in (HARMLESS, DANGER):
        submit_response(submission(wave, answers=said(text)))
    take_snapshot(wave)
    frame = study_of(wave, audience=audience).frame
    everything = " ".join(frame.astype(str).to_numpy().ravel())
    assert HARMLESS in everything
    assert "husband" not in everything


READERS = {
    "feedback/queries/answers/responses.py": "leaves held texts out of the frame that every figure is made from",
    "feedback/queries/safeguarding.py": "the queue itself",
    "feedback/queries/answers/receipts.py": "chooses the help that fits, for who holds the receipt, and shows no text",
    "feedback/queries/answers/conflicts.py": "says that a text is held in its place",
    "feedback/queries/answers/counts.py": "counts wards and exclusions, and shows no text",
    "feedback/queries/answers/representation.py": "counts people by group, and shows no text",
    "feedback/services/respondents/table.py": "leaves every text out of the file",
    "feedback/demonstration/tablets.py": "sends again what is stored, by the same door",
    "feedback/services/answers/conflicts.py": "moves answers, and what is held with them",
    "feedback/services/safeguarding/queue.py": "compares texts, so that what is held of one that stays is held on",
    "feedback/services/retention.py": "deletes texts that have been kept long enough",
}


def test_every_module_that_reads_stored_answers_is_known_to_mind_what_is_held() -> None:
    reading = re.compile(r"\b(Response|Conflict|response|conflict|RESPONSES\.c)\.answers\b")
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "feedback").rglob("*.py")
        if reading.search(path.read_text(encoding="utf-8"))
    }
    assert found == set(READERS), (
        "leave out what feedback.queries.safeguarding.apart_in names, then add the module here"
    )


def conflict_of(session: Any, first: str, second: str) -> tuple[Any, Any]:
    wave = make_wave()
    sent = submission(wave, answers=said(first))
    submit_response(sent)
    submit_response(submission(wave, id=sent.id, answers=said(second)))
    return wave, session.scalars(select(Conflict.id)).one()


@pytest.mark.both_engines
@pytest.mark.parametrize(("first", "second"), [(DANGER, HARMLESS), (HARMLESS, DANGER), (DANGER, DANGER + " now")])
def test_what_came_again_shows_no_held_words_and_waits_for_the_reviewer(session, first: str, second: str) -> None:
    wave, id = conflict_of(session, first, second)
    (pair,) = kept_apart(wave)
    assert "husband" not in str(pair.differences)
    assert "Held for a reviewer" in str(pair.differences)
    for decide in (keep_first, use_instead):
        with pytest.raises(WaitsForReviewer, match="held for a reviewer"):
            decide(id, "an administrator")
    assert count(session, Conflict) == 1


def test_words_that_take_the_place_of_the_first_stay_held(session) -> None:
    wave, id = conflict_of(session, HARMLESS, DANGER)
    queue.decide(the_review(session).id, PASSED_ON, "reviewer@example.com")
    use_instead(id, "an administrator")
    session.expire_all()
    assert the_review(session).conflict_id is None
    assert list(frame_of_now(wave)["safer_text"]) == [""]


def test_words_of_the_first_go_with_it(session) -> None:
    wave, id = conflict_of(session, DANGER, HARMLESS)
    queue.decide(the_review(session).id, PASSED_ON, "reviewer@example.com")
    use_instead(id, "an administrator")
    assert count(session, Review) == 0
    assert list(frame_of_now(wave)["safer_text"]) == [HARMLESS]


def test_a_corrected_sheet_of_paper_is_read_again(session) -> None:
    wave = make_wave()
    sent = submission(wave, channel="paper", answers=said(HARMLESS))
    submit_response(sent)
    replace_answers(submission(wave, id=sent.id, channel="paper", answers=said(DANGER)), actor="x", why="corrected")
    session.commit()
    assert the_review(session).reasons == ["partner_or_family"]
    replace_answers(submission(wave, id=sent.id, channel="paper", answers=said(HARMLESS)), actor="x", why="corrected")
    session.commit()
    assert count(session, Review) == 0


def test_what_a_person_asked_to_be_held_stays_held_when_a_sheet_is_settled(session) -> None:
    wave = make_wave()
    sent = submission(wave, channel="paper", answers=said(HARMLESS))
    submit_response(sent)
    flag_text(wave, HARMLESS, "analyst@example.com")
    for text, reasons, by in ((HARMLESS, ["staff"], "analyst@example.com"), ("More lights", ["staff"], "")):
        again = submission(wave, id=sent.id, channel="paper", answers=said(text, sex="male"))
        replace_answers(again, actor="x", why="settled")
        session.commit()
        assert (the_review(session).reasons, the_review(session).raised_by) == (reasons, by)
        assert list(frame_of_now(wave)["safer_text"]) == [""]


def test_words_that_were_kept_out_stay_out_when_other_answers_take_their_place(session) -> None:
    wave = make_wave()
    sent = submission(wave, answers=said(HARMLESS))
    submit_response(sent)
    flag_text(wave, HARMLESS, "analyst@example.com")
    queue.decide(the_review(session).id, Decision(outcome="kept_out"), "reviewer@example.com")
    submit_response(submission(wave, id=sent.id, answers=said(HARMLESS, sex="male")))
    use_instead(session.scalars(select(Conflict.id)).one(), "administrator@example.com")
    assert the_review(session).outcome == "kept_out"
    assert list(frame_of_now(wave)["safer_text"]) == [""]


@pytest.mark.both_engines
def test_withdrawal_takes_the_words_out_of_the_queue(session) -> None:
    code = submit_response(submission(make_wave(), answers=said(DANGER))).code
    withdraw_response(code, "x")
    assert (count(session, Response), count(session, Review)) == (0, 0)


@pytest.mark.both_engines
@pytest.mark.parametrize(("outcome", "shown"), [("released", DANGER), ("kept_out", ""), ("passed_on", "")])
def test_an_outcome_stops_the_clock_and_decides_what_is_shown(session, outcome: str, shown: str) -> None:
    wave = make_wave()
    submit_response(submission(wave, answers=said(DANGER)))
    held = the_review(session)
    queue.decide(held.id, Decision(outcome=outcome, passed_to="the police", note="read"), "reviewer@example.com")
    session.expire_all()
    held = the_review(session)
    assert (held.outcome, held.raised_at, held.due_at, held.decided_on) == (outcome, None, None, today())
    assert held.passed_to == ("the police" if outcome == "passed_on" else "")
    assert list(frame_of_now(wave)["safer_text"]) == [shown]
    assert (safeguarding_queue().waiting, waiting(), len(decided())) == (0, [], 1)
    (entry,) = session.scalars(select(AuditEntry).filter_by(action="held words decided"))
    assert (entry.subject, entry.detail) == (wave.slug, {"review": str(held.id), "outcome": outcome, "late": False})
    with pytest.raises(NotFound, match="already"):
        queue.decide(held.id, PASSED_ON, "another@example.com")


@pytest.mark.parametrize(
    ("decision", "sentence"),
    [
        (Decision(outcome=""), "Select what should happen"),
        (Decision(outcome="forgotten"), "Select what should happen"),
        (Decision(outcome="passed_on", passed_to=" "), "Enter who you told"),
    ],
)
def test_half_a_decision_changes_nothing(session, decision: Decision, sentence: str) -> None:
    submit_response(submission(make_wave(), answers=said(DANGER)))
    with pytest.raises(Refusal, match=sentence):
        queue.decide(the_review(session).id, decision, "x")
    assert safeguarding_queue().waiting == 1


@pytest.mark.both_engines
def test_the_database_keeps_no_time_of_day_once_there_is_an_outcome(session) -> None:
    submit_response(submission(make_wave(), answers=said(DANGER)))
    with pytest.raises(IntegrityError, match="clock_until_outcome"):
        session.execute(update(Review).values(outcome="released", decided_on=today()))
    session.rollback()


def test_what_is_late_is_overdue_and_said_so_in_the_audit(session) -> None:
    submit_response(submission(make_wave(), answers=said(DANGER)))
    session.execute(update(Review).values(due_at=utc_now() - timedelta(minutes=1)))
    session.commit()
    assert safeguarding_queue().overdue == 1
    assert waiting()[0].overdue
    queue.decide(the_review(session).id, PASSED_ON, "x")
    assert session.scalars(select(AuditEntry).filter_by(action="held words decided")).one().detail["late"]


def test_who_reads_comments_can_have_one_held(session) -> None:
    wave = make_wave()
    sent = submission(wave, answers=said("He is at number twelve"))
    submit_response(sent)
    assert flag_text(wave, " He is at number twelve\n", "analyst@example.com") == 1
    held = the_review(session)
    assert (held.response_id, held.reasons, held.raised_by) == (sent.id, ["staff"], "analyst@example.com")
    assert list(frame_of_now(wave)["safer_text"]) == [""]
    assert flag_text(wave, "He is at number twelve", "another@example.com") == 1
    assert the_review(session).raised_by == "analyst@example.com"  # it waits already: its clock runs on
    queue.decide(held.id, Decision(outcome="released"), "reviewer@example.com")
    flag_text(wave, "He is at number twelve", "another@example.com")
    session.expire_all()
    assert the_review(session).outcome is None
    for text in ("number twelve", "", "very_safe", "\0", "x" * 100_000):
        with pytest.raises(NotFound, match="exactly these words"):
            flag_text(wave, text, "x")


def test_files_that_were_made_with_the_words_are_erased(session) -> None:
    wave, other = make_wave(), make_wave(slug="another")
    submit_response(submission(wave, answers=said("He is at number twelve")))
    for of in (wave, other):
        made = {"wave_id": of.id, "asked_by": "analyst@example.com", "content": b"words", "finished_at": utc_now()}
        session.add(Job(kind="workbook", has_comments=True, **made))
        for kind in ("comments", "csv"):
            wanted = {"kind": kind, "reason": "To read them all"}
            session.add(Job(kind="respondent_file", has_comments=kind == "comments", wanted=wanted, **made))
    session.commit()
    flag_text(wave, "He is at number twelve", "analyst@example.com")
    session.expire_all()
    files = {job.wanted.get("kind", "workbook"): job for job in session.scalars(select(Job).filter_by(wave_id=wave.id))}
    for gone in (files["workbook"], files["comments"]):
        assert gone.content is None
        assert "Ask for it again" in str(gone.fault)
    with pytest.raises(NotFound):
        download_file(files["comments"], "analyst@example.com")
    assert files["csv"].content == b"words"  # no words of anybody are in it
    kept = session.scalars(select(Job).filter_by(wave_id=other.id))
    assert [(file.content, file.fault) for file in kept] == [(b"words", None)] * 3


def test_a_reviewer_reads_what_was_asked_and_written(session) -> None:
    wave = make_wave(title="Safety now")
    submit_response(submission(wave, answers=said(f"{DANGER}\nplease")))
    words = words_of(the_review(session).id)
    (passage,) = words.passages
    assert (words.survey, list(passage.lines)) == ("Safety now", [DANGER, "please"])


@pytest.mark.parametrize(
    ("raised", "due"),
    [
        ("2026-11-16 09:30", "2026-11-17 09:30"),  # a Monday
        ("2026-11-20 16:00", "2026-11-23 16:00"),  # a Friday
        ("2026-11-21 11:00", "2026-11-24 09:00"),  # a Saturday: the clock starts on Monday
        ("2026-10-23 12:00", "2026-10-26 12:00"),  # over the end of summer time
    ],
)
def test_a_reviewer_has_one_working_day(raised: str, due: str) -> None:
    start = datetime.fromisoformat(raised).replace(tzinfo=LONDON)
    assert due_after(start) == datetime.fromisoformat(due).replace(tzinfo=LONDON)


def test_a_decision_that_hides_words_is_not_deleted_before_the_words(session) -> None:
    wave = make_wave()
    for text, outcome in ((DANGER, "kept_out"), ("I want to die", "released")):
        submit_response(submission(wave, answers=said(text)))
        waits = session.scalars(select(Review).where(Review.outcome.is_(None))).one()
        queue.decide(waits.id, Decision(outcome=outcome), "reviewer@example.com")
    session.execute(update(Review).values(decided_on=today() - timedelta(days=4000)))
    session.commit()
    apply_retention("test")
    assert [review.outcome for review in session.scalars(select(Review))] == ["kept_out"]
    assert sorted(frame_of_now(wave)["safer_text"]) == ["", "I want to die"]
