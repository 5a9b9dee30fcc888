"""Waves: made, extended, closed and, when they are tests, deleted; found by those who ask."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from feedback.clock import today
from feedback.errors import Closed, NotFound, Refusal
from feedback.extensions import db
from feedback.models import Conflict, Draft, Event, Job, Response, Tally, Wave
from feedback.models.types import utc_now
from feedback.queries.waves import (
    event_by_code,
    events,
    holds_demonstration,
    open_wave,
    open_waves,
    wave_by_slug,
    waves,
)
from feedback.services.answers.drafts import open_draft
from feedback.services.answers.submission import submit_response
from feedback.services.waves.lifecycle import close_wave, delete_test_wave, extend_wave
from tests.makers import make_wave, submission

pytestmark = pytest.mark.both_engines

YESTERDAY, TOMORROW = today() - timedelta(days=1), today() + timedelta(days=1)


def test_a_wave_is_found_by_its_slug_and_by_its_survey_while_open(session) -> None:
    wave = make_wave(title="  Autumn  ", target=500)
    assert (wave.title, wave.survey, wave.method, wave.purpose, wave.target) == (
        "Autumn", "fast-feedback", "self_selected", "real", 500,
    )  # fmt: skip
    assert wave_by_slug(wave.slug) is wave
    assert open_wave("fast-feedback") is wave
    assert open_waves() == waves() == [wave]
    with pytest.raises(Closed):
        open_wave("community-safety")
    with pytest.raises(NotFound):
        open_wave("no-such-survey")
    with pytest.raises(NotFound):
        wave_by_slug("nowhere")


def test_the_public_never_answers_a_test_wave(session) -> None:
    make_wave(purpose="test")
    with pytest.raises(Closed):
        open_wave("fast-feedback")
    assert open_waves() == []


def test_of_two_open_waves_the_newer_one_is_asked(session) -> None:
    make_wave(slug="older", opens_on=YESTERDAY)
    newer = make_wave(slug="newer", opens_on=today())
    assert open_wave("fast-feedback") is newer


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"slug": "Not A Slug"}, "small letters"),
        ({"slug": ""}, "small letters"),
        ({"slug": "x" * 61}, "small letters"),
        ({"slug": "taken"}, "There is a wave taken already"),
        ({"title": "  "}, "Enter a title"),
        ({"closes_on": date(2020, 1, 1)}, "before the first day"),
        ({"target": 0}, "target of 1 or more"),
        ({"method": "guess"}, "not a method"),
        ({"purpose": "fun"}, "not a purpose"),
    ],
)
def test_a_wave_that_makes_no_sense_is_refused(session, wrong, sentence) -> None:
    make_wave(slug="taken")
    with pytest.raises(Refusal, match=sentence):
        make_wave(**wrong)
    assert len(waves()) == 1


def test_extending_opens_again_and_never_shortens(session) -> None:
    wave = make_wave(closes_on=YESTERDAY)
    assert wave.state(today()) == "closed"
    extend_wave(wave, TOMORROW)
    assert (wave.closes_on, wave.state(today())) == (TOMORROW, "open")
    with pytest.raises(Refusal, match="Enter a later day"):
        extend_wave(wave, TOMORROW)
    old = make_wave(slug="old", opens_on=date(2020, 1, 1), closes_on=date(2020, 1, 2))
    with pytest.raises(Refusal, match="is in the past"):
        extend_wave(old, date(2020, 1, 3))


def meanwhile(app: Flask, slug: str, change: Callable[[Wave], object]) -> str:
    """Change a wave while somebody else publishes its figures; return the refusal."""

    def run() -> str:
        with app.app_context():
            try:
                change(wave_by_slug(slug))
            except Refusal as refusal:
                return str(refusal)
            return "done"

    with ThreadPoolExecutor(1) as other:
        db.session.execute(update(Wave).where(Wave.slug == slug).values(frozen_at=utc_now()))
        asked = other.submit(run)
        wait([asked], timeout=0.7)
        assert not asked.done(), "it did not wait for the publishing"
        db.session.commit()
        return asked.result(20)


def test_who_extends_or_closes_while_figures_are_published_comes_too_late(app, session) -> None:
    make_wave(slug="closed", closes_on=YESTERDAY)
    make_wave(slug="open", opens_on=YESTERDAY)
    assert "are published" in meanwhile(app, "closed", lambda wave: extend_wave(wave, TOMORROW))
    assert "are published" in meanwhile(app, "open", close_wave)
    assert wave_by_slug("closed").closes_on == YESTERDAY
    assert wave_by_slug("open").closes_on >= today()


def test_closing_takes_effect_at_once_except_on_the_first_day(session) -> None:
    wave = make_wave()
    close_wave(wave)
    assert (wave.closes_on, wave.state(today())) == (YESTERDAY, "closed")
    with pytest.raises(Refusal, match="has been closed since"):
        close_wave(wave)
    new = close_wave(make_wave(slug="first-day", opens_on=today()))
    assert (new.closes_on, new.state(today()), new.closes_tonight(today())) == (today(), "open", True)
    with pytest.raises(Refusal, match="closes at midnight already"):
        close_wave(new)
    with pytest.raises(Refusal, match="has not opened yet"):
        close_wave(make_wave(slug="coming", opens_on=TOMORROW))


def test_a_test_wave_goes_with_all_that_belongs_to_it_and_nothing_else(session) -> None:
    trial, real = make_wave(slug="trial", purpose="test"), make_wave(slug="real")
    for wave in (trial, real):
        event = Event(code=wave.slug.upper(), waves=[wave], kind="x", title="x", starts_at=utc_now(), ends_at=utc_now())
        session.add(event)
        session.commit()
        given = submission(wave, event=event)
        submit_response(given)
        submit_response(submission(wave, id=given.id, answers={}))
        open_draft(wave, {})
        session.add(Job(kind="workbook", wave_id=wave.id, asked_by=wave.slug))
        session.commit()
    with pytest.raises(Refusal, match="Type trial to delete"):
        delete_test_wave(trial, "TRIAL")
    with pytest.raises(Refusal, match="is not a test wave"):
        delete_test_wave(real, "real")
    assert delete_test_wave(trial, " trial ") == 1
    for table in (Wave, Event, Response, Conflict, Tally, Draft, Job):
        assert db.session.query(table).count() == 1, table
    assert waves() == [real]


def test_events_are_found_in_any_case(session) -> None:
    wave = make_wave()
    assert events(wave) == []
    event = Event(code="AB12", waves=[wave], kind="x", title="x", starts_at=utc_now(), ends_at=utc_now())
    session.add(event)
    session.commit()
    assert event_by_code("ab12") is event
    assert events(wave) == [event]
    with pytest.raises(NotFound):
        event_by_code("' or 1=1 --")


def test_demonstration_data_is_noticed(session) -> None:
    make_wave()
    assert not holds_demonstration()
    make_wave(slug="demo", purpose="demonstration")
    assert holds_demonstration()
