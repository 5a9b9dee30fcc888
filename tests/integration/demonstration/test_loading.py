"""The demonstration goes through the one service, once, and never beside real answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from time import process_time
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import func, select

from feedback.clock import today
from feedback.demonstration import load_demonstration, plans
from feedback.demonstration.content import read_content
from feedback.demonstration.sign_ins import add_sign_ins, demo_sign_ins
from feedback.errors import Refusal
from feedback.models import Event, Response, Tally, User, Wave
from feedback.queries.questionnaires import latest_questionnaire
from feedback.queries.safeguarding import waiting
from feedback.services.staff.accounts import password_fault
from feedback.services.waves.lifecycle import NewWave, create_wave
from tests.conftest import running
from tests.databases import SqliteDatabases


@pytest.fixture
def few(monkeypatch):
    """The same demonstration with forty people a wave."""

    def read(file):
        content = read_content(file)
        return {"waves": [{**wave, "people": 40} for wave in content["waves"]]} if file == "waves.yaml" else content

    monkeypatch.setattr(plans, "read_content", read)


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def test_loading_twice_adds_nothing(session, few):
    assert load_demonstration() == 200
    before = [count(session, table) for table in (Wave, Event, Response)]
    assert before == [5, 28, 200]
    assert load_demonstration() == 0
    assert [count(session, table) for table in (Wave, Event, Response)] == before
    assert session.scalar(select(func.sum(Tally.count))) == 200


def test_an_interrupted_load_is_completed_without_doubling(session, few):
    load_demonstration()
    some = session.scalars(select(Response).limit(15)).all()
    for response in some:
        session.delete(response)
    session.commit()
    load_demonstration()
    assert count(session, Response) == 200


def test_waves_are_marked_and_open_as_they_should_be(session, few):
    load_demonstration()
    waves = {wave.slug: wave for wave in session.scalars(select(Wave))}
    assert {wave.purpose for wave in waves.values()} == {"demonstration"}
    assert {slug: wave.state(today()) for slug, wave in waves.items()} == {
        "community-safety-2026": "open",
        "community-safety-2025": "closed",
        "fast-feedback-2026": "open",
        "young-people-2026": "open",
        "strategy-consultation-2026": "open",
    }


def test_fast_feedback_comes_from_events(session, few):
    load_demonstration()
    fast = select(Response).join(Wave).where(Wave.slug == "fast-feedback-2026")
    assert all(response.event_id is not None for response in session.scalars(fast))


def test_a_real_survey_keeps_invented_answers_out(session, few):
    asked = latest_questionnaire("fast-feedback")
    days = {"opens_on": today(), "closes_on": today() + timedelta(days=9)}
    create_wave(NewWave(slug="real", title="Real survey", questionnaire=asked, **days))
    with pytest.raises(Refusal, match=r"holds a real survey \(Real survey\).*database of its own"):
        load_demonstration()
    assert count(session, Response) == 0


def test_a_live_service_refuses(session, app, few):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], mode="live")
    with pytest.raises(Refusal, match="cannot be loaded into a live service"):
        load_demonstration()
    assert [count(session, table) for table in (Wave, Response, User)] == [0, 0, 0]


def test_sign_ins_are_made_in_demonstration_mode_only(session, app, few):
    load_demonstration()
    assert count(session, User) == 0
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], mode="demo")
    load_demonstration()
    people = {user.email: [role.name for role in user.roles] for user in session.scalars(select(User))}
    assert people == {
        "administrator@demo.example": ["administrator"],
        "analyst@demo.example": ["analyst"],
        "officer@demo.example": ["officer"],
        "reviewer@demo.example": ["reviewer"],
    }


def test_a_demonstration_account_that_was_changed_stays_changed(session):
    add_sign_ins()
    session.scalars(select(User)).first().name = "Changed"
    session.commit()
    add_sign_ins()
    assert count(session, User) == 4
    assert "Changed" in set(session.scalars(select(User.name)))


def test_demonstration_passwords_pass_the_service_own_rule(session):
    assert [password_fault(account.password, account.email) for account in demo_sign_ins()] == [""] * 4
    assert all(account.email.endswith("@demo.example") for account in demo_sign_ins())


class Whole(NamedTuple):
    """The whole demonstration, loaded once; how long that took, and what was told meanwhile."""

    app: Flask
    seconds: float
    told: list[tuple[str, int, int]]


@pytest.fixture(scope="module")
def whole(sqlite_databases: SqliteDatabases) -> Iterator[Whole]:
    told: list[tuple[str, int, int]] = []
    with sqlite_databases.fresh() as address, running(address) as own:
        with own.app_context():
            started = process_time()
            assert load_demonstration(lambda *step: told.append(step)) == 5260
        yield Whole(own, process_time() - started, told)


def test_a_few_words_wait_for_the_reviewer_and_no_others(whole):
    with whole.app.app_context():
        _a_few_words_wait()


@pytest.mark.long
def test_a_few_words_wait_on_either_engine(session):
    load_demonstration()
    _a_few_words_wait()


def _a_few_words_wait():
    held = waiting()
    assert 1 <= len(held) <= 8
    assert {words.review.response.wave.slug for words in held} == {"young-people-2026"}


def test_all_of_it_loads_quickly_and_says_how_far_it_is(whole):
    told = whole.told
    assert whole.seconds < 30
    assert [done for _step, done, _total in told] == sorted(done for _step, done, _total in told)
    assert told[0][1:] == (0, 5260)
    assert told[-1][1:] == (5260, 5260)
    assert len({step for step, _done, _total in told}) == 5
