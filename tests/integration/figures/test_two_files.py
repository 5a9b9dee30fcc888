"""Two files, or two looks at a page, never differ by a few people: whoever reads, whichever door, whatever happened."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from analysis.thresholds import limits
from feedback.clock import today
from feedback.config import ROOT
from feedback.extensions import db
from feedback.models import Conflict, Event, Response, Wave
from feedback.queries.answers.snapshots import basis_of
from feedback.queries.waves import wave_by_slug
from feedback.services.answers.conflicts import use_instead
from feedback.services.answers.submission import submit_response, submit_responses
from feedback.services.answers.withdrawal import withdraw_response
from feedback.services.events.moving import Moving, move_answers
from feedback.services.job_kinds import KINDS
from feedback.services.releases import ReleaseRequest, publish_wave
from feedback.services.snapshots import advance
from tests.integration.figures.doors import CODE, DOORS, NO_DOOR, REFUSED, SLUG, page
from tests.integration.staff.scenes import add_event, add_staff
from tests.makers import BARGATE, make_wave, submission

BEVOIS = "E05015493"
MANY = 40
NEW = limits().snapshot_from
WORDS = "More lamps beside the park, please"


@pytest.fixture
def live(sqlite_app: Flask) -> Flask:
    """A wave with answers through an event and online, and an analyst who may open all pages."""
    with sqlite_app.app_context():
        wave = make_wave(opens_on=today() - timedelta(days=10), closes_on=today() + timedelta(days=30))
        over = datetime.now(UTC) - timedelta(days=2)
        add_event(wave, CODE, start=over)
        add_event(wave, "FG4HJ", title="Another", start=over)
        add_staff("analyst", "officer")
        answer(wave, MANY)
    return sqlite_app


def answer(wave: Wave, count: int, **given: object) -> list[str]:
    """People of two wards, half of them at the event; return their receipt codes."""
    events = {event.code: event for event in db.session.query(Event)}
    people = [
        submission(
            wave,
            **{
                "event": events[(CODE, "FG4HJ")[number % 2]],
                "channel": "kiosk",
                "answers": {
                    "safe_local_day": ("very_safe", "very_unsafe", "neither")[number % 3],
                    "ward": (BARGATE, BEVOIS)[number % 2],
                    "age_band": ("25_34", "65_74")[number % 2],
                    "safer_text": WORDS,
                },
                **given,
            },
        )
        for number in range(count)
    ]
    return [submit_response(one).code for one in people]


@contextmanager
def later(days: int) -> Iterator[None]:
    with time_machine.travel(datetime.now(UTC) + timedelta(days=days)):
        yield


def one_more(app: Flask, count: int = 1) -> None:
    with app.app_context():
        answer(wave_by_slug(SLUG), count)


every_door = pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
ALIKE = ("workbook analyst", "workbook public", "workbook partner without suspected", "respondent_file sav")
"Made like another one that is here: they are tried by `--all`, after the first test has tried every one."
doors = pytest.mark.parametrize(
    "door", [pytest.param(door, id=name, marks=[pytest.mark.long] * (name in ALIKE)) for name, door in DOORS.items()]
)
Door = Callable[[Flask], object]


def test_every_kind_of_work_and_every_reader_of_answers_is_a_door_here() -> None:
    """Whoever adds another way out meets this list."""
    assert {name.split(" ")[0] for name in DOORS} >= set(KINDS) - set(NO_DOOR)
    reading = ("counted_rows", "responses_frame", "people_by_group", "respondent_table", "comments_csv", "study_of")
    found = {
        str(path.relative_to(ROOT))
        for path in Path(ROOT / "feedback").rglob("*.py")
        if any(f"import {name}" in line or f", {name}" in line for line in _imports(path) for name in reading)
    }
    assert found == {
        "feedback/officers/coverage.py",
        "feedback/queries/answers/counts.py",  # the page of a wave
        "feedback/queries/answers/representation.py",
        "feedback/queries/answers/responses.py",
        "feedback/services/events/results.py",
        "feedback/services/releases/files.py",  # previews and releases
        "feedback/services/releases/response_digest.py",
        "feedback/services/respondent_files.py",
        "feedback/services/respondents/comments.py",
        "feedback/services/respondents/table.py",
        "feedback/services/summaries.py",  # workbooks
    }


ALL_ANSWERS = {
    "feedback/queries/answers/conflicts.py": "what waits for a decision, for whoever decides",
    "feedback/queries/answers/receipts.py": "help for who holds the receipt",
    "feedback/queries/answers/representation.py": "through counted_rows",
    "feedback/queries/answers/counts.py": "through counted_rows",
    "feedback/queries/answers/responses.py": "through counted_rows",
    "feedback/queries/safeguarding.py": "the queue of reviewers",
    "feedback/services/respondents/table.py": "through counted_rows",
}


def test_nothing_else_reads_what_people_answered() -> None:
    reading = {
        str(path.relative_to(ROOT))
        for path in Path(ROOT / "feedback").rglob("*.py")
        if "Response.answers" in path.read_text(encoding="utf-8")
    }
    assert reading == set(ALL_ANSWERS)


def _imports(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if " import " in line]


@every_door
def test_one_answer_more_changes_nothing_on_this_day_and_on_the_next(live: Flask, door: Door) -> None:
    before = door(live)
    assert before != REFUSED
    one_more(live)
    assert door(live) == before
    with later(1):
        assert door(live) == before


@doors
def test_nine_more_wait_and_the_tenth_lets_all_in_but_not_on_the_same_day(live: Flask, door: Door) -> None:
    before = door(live)
    one_more(live, NEW - 1)
    with later(1):
        assert door(live) == before
        one_more(live)
        after = door(live)
        assert after not in (before, REFUSED)
        one_more(live, 3 * NEW)
        assert door(live) == after
    with later(2):
        assert door(live) not in (after, REFUSED)


@doors
def test_a_withdrawn_answer_is_gone_at_once_and_no_file_shows_that(live: Flask, door: Door) -> None:
    door(live)
    with live.app_context():
        (code,) = answer(wave := wave_by_slug(SLUG), 1)
        withdraw_response(code, "test")  # it is in no file
    before = door(live)
    assert before != REFUSED
    with live.app_context():
        stored = answer(wave_by_slug(SLUG), NEW)
    with later(1):
        before = door(live)
        with live.app_context():
            wave = wave_by_slug(SLUG)
            withdraw_response(stored[0], "test")
            assert basis_of(wave).missing == 1
        assert door(live) == REFUSED
    with later(2):
        one_more(live, NEW - 1)
        assert door(live) == REFUSED
        one_more(live)
        assert door(live) not in (before, REFUSED)


@doors
def test_corrected_answers_wait_like_new_ones(live: Flask, door: Door) -> None:
    before = door(live)
    with live.app_context():
        ids = [row.id for row in db.session.query(Response).limit(NEW)]
        correct(ids[0])
    assert door(live) == REFUSED
    with later(1):
        assert door(live) == REFUSED
        with live.app_context():
            for id in ids[1:]:
                correct(id)
        assert door(live) not in (before, REFUSED)


def correct(id: object) -> None:
    """Other answers come under the same number, and an administrator lets them count."""
    wave = wave_by_slug(SLUG)
    submit_response(submission(wave, id=id, answers={"safe_local_day": "dont_know", "ward": BEVOIS}))
    use_instead(db.session.query(Conflict).one().id, "test")


@doors
def test_a_correction_that_is_taken_back_gives_the_same_file_again(live: Flask, door: Door) -> None:
    before = door(live)
    with live.app_context():
        row = db.session.query(Response).first()
        id, columns = row.id, ("answers", "payload_hash", "ward_code")
        first = {name: getattr(row, name) for name in columns}
        correct(id)
    assert door(live) == REFUSED
    with live.app_context():
        db.session.query(Response).filter_by(id=id).update(first)
        db.session.commit()
    assert door(live) == before


def test_what_is_imported_again_is_not_new(live: Flask) -> None:
    """Removed and stored again under the same ids, but for one: the next snapshot would differ by that one."""
    with live.app_context():
        wave = wave_by_slug(SLUG)
        people = [submission(wave, channel="paper") for _ in range(2 * NEW)]
        submit_responses(people)
        assert advance(wave).answers == MANY + 2 * NEW
        for one in people:
            db.session.query(Response).filter_by(id=one.id).delete()
        db.session.commit()
        submit_responses([*people[1:], submission(wave, channel="paper")])
    with later(1), live.app_context():
        basis = advance(wave_by_slug(SLUG))
        assert (basis.answers, basis.missing) == (MANY + 2 * NEW, 1)


def test_answers_moved_to_another_event_are_shown_by_event_when_ten_more_have_come(live: Flask) -> None:
    result, other = DOORS["officers.result"], DOORS["workbook analyst"]
    before, book = result(live), other(live)
    with live.app_context():
        events = {event.code: event for event in db.session.query(Event)}
        wave = wave_by_slug(SLUG)
        move_answers(Moving(wave=wave, source=events["FG4HJ"], target=events[CODE]), actor="test")
    assert result(live) == REFUSED
    assert other(live) == book
    one_more(live, NEW)
    with later(1):
        assert result(live) not in (before, REFUSED)


@doors
def test_nine_answers_are_no_figures_and_ten_are(sqlite_app: Flask, door: Door) -> None:
    with sqlite_app.app_context():
        wave = make_wave(closes_on=today() + timedelta(days=30))
        add_event(wave, CODE, start=datetime.now(UTC) - timedelta(days=2))
        add_event(wave, "FG4HJ", start=datetime.now(UTC) - timedelta(days=2))
        add_staff("analyst", "officer")
        answer(wave, NEW - 1)
        assert not advance(wave).has_figures
        answer(wave, 1)
    assert door(sqlite_app) != REFUSED
    with sqlite_app.app_context():
        assert basis_of(wave_by_slug(SLUG)).answers == NEW


@doors
def test_what_is_left_over_at_the_close_counts_when_it_is_published(live: Flask, door: Door) -> None:
    before = door(live)
    one_more(live, 3)
    with live.app_context():
        wave = wave_by_slug(SLUG)
        wave.closes_on = today()
        db.session.commit()
    with later(4):
        assert without_state(door(live)) == without_state(before)
        with live.app_context():
            wave = wave_by_slug(SLUG)
            assert (advance(wave).answers, advance(wave).since) == (MANY, 3)
            release = publish_wave(wave, "an analyst", ReleaseRequest())
            assert release.answers_count == MANY + 3
            assert basis_of(wave).whole
        assert door(live) != REFUSED


def without_state(found: object) -> list[str]:
    """The words of a page or the cells of a file, but whether and until when the wave is open."""
    said = found if isinstance(found, list) else str(found).split()
    return [str(one) for one in said if not re.search(r"Open|Closed|still open|Still open|What cannot", str(one))]


def test_the_page_says_from_which_day_and_how_many_have_come_since(live: Flask) -> None:
    DOORS["analysts.wave"](live)
    one_more(live, 3)
    text = str(page(f"/analyst/waves/{SLUG}")(live))
    assert f"Figures as of {today():%-d %B %Y} : {MANY} answers. 3 have come since." in text
    assert "They count from the next day on which at least 10 are new, or when the figures are published." in text
    assert f"{MANY + 3} answers have been received" in text
    cells = DOORS["workbook analyst"](live)
    assert (
        f"Figures as of: {today():%-d %B %Y}: {MANY} answers in all. Answers that came later are not in them" in cells
    )
