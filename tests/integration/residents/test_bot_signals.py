"""Answers that may come from a machine are marked for the analyst and nothing else happens to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from feedback.extensions import db
from feedback.models import ArrivalRate, Response, Suspicion
from feedback.services.answers import bot_signals
from tests.integration.residents.test_one_page import SAFE, hidden
from tests.pages import PageClient, text_of

LATER = timedelta(minutes=2)


def send(client: PageClient, address: str, after: timedelta = LATER, status: int = 303, **given: str):
    """Open the survey and send answers `after` a while."""
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        fields = hidden(client, address)
        clock.shift(after)
        answer = client.post(address, data={**fields, **SAFE, **given})
    assert answer.status_code == status
    return answer


def marks(app: Flask) -> list[str]:
    with app.app_context():
        return sorted(db.session.scalars(select(Suspicion.kind)))


@pytest.mark.parametrize(
    ("given", "after", "kinds"),
    [
        ({}, LATER, []),
        ({"website": "https://buy.example"}, LATER, ["trap"]),
        ({}, timedelta(seconds=1), ["fast"]),
        ({}, timedelta(days=2), []),
        ({"opened": "yesterday"}, timedelta(seconds=1), []),
        ({"opened": "2999-01-01T00:00:00Z"}, timedelta(seconds=1), []),
    ],
)
def test_signs_are_kept_beside_an_answer_that_is_stored_all_the_same(
    app: Flask, client: PageClient, fast: str, given: dict[str, str], after: timedelta, kinds: list[str]
) -> None:
    sent = send(client, fast, after, **given)
    assert "arrived" in text_of(client.page(sent.location))
    assert marks(app) == kinds
    with app.app_context():
        assert len(db.session.scalars(select(Response)).all()) == 1


def test_more_than_any_campaign_brings_is_marked_and_never_refused(
    app: Flask, client: PageClient, fast: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot_signals, "MARKED_FROM", 2)
    with time_machine.travel(datetime(2026, 11, 21, 10, tzinfo=UTC), tick=False) as clock:
        for _ in range(4):
            client.post(fast, data={**hidden(client, fast), "opened": "2026-11-21T09:00:00Z", **SAFE})
        assert marks(app) == ["burst", "burst"]
        clock.shift(timedelta(minutes=1))
        client.post(fast, data={**hidden(client, fast), "opened": "2026-11-21T09:00:00Z", **SAFE})
    assert marks(app) == ["burst", "burst"]


@pytest.mark.both_engines
def test_past_the_ceiling_the_form_comes_back_with_its_answers(
    app: Flask, client: PageClient, fast: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot_signals, "REFUSED_FROM", 0)
    refused = send(client, fast, status=422)
    assert "wait a minute, then send them again" in refused.text
    assert "checked" in refused.text
    monkeypatch.undo()
    assert send(client, fast).status_code == 303


@pytest.mark.both_engines
def test_a_form_sent_twice_keeps_its_first_mark_and_is_counted_once(app: Flask, client: PageClient, fast: str) -> None:
    fields = {**hidden(client, fast), **SAFE, "website": "x"}
    assert client.post(fast, data=fields).location == client.post(fast, data=fields).location
    assert marks(app) == ["trap"]
    with app.app_context():
        assert sum(db.session.scalars(select(ArrivalRate.count))) == 1


@pytest.mark.both_engines
def test_counts_of_minutes_do_not_stay(app: Flask, client: PageClient, fast: str) -> None:
    with time_machine.travel(datetime(2026, 11, 21, 10, tzinfo=UTC), tick=False) as clock:
        client.post(fast, data={**hidden(client, fast), **SAFE})
        clock.shift(timedelta(minutes=30))
        client.post(fast, data={**hidden(client, fast), **SAFE})
    with app.app_context():
        assert len(db.session.scalars(select(ArrivalRate)).all()) == 1


def test_figures_are_made_with_and_without_them(app: Flask, client: PageClient, fast: str) -> None:
    from feedback.queries.waves import wave_by_slug
    from feedback.services.snapshots import take_snapshot
    from feedback.services.summaries import study_of

    send(client, fast)
    send(client, fast, website="x")
    with app.app_context():
        wave = wave_by_slug("fast-feedback-test")
        take_snapshot(wave)
        assert list(study_of(wave).frame["exclusion"]) == ["", ""]
        without = study_of(wave, suspected=False)
        assert sorted(without.frame["exclusion"]) == ["", "suspected"]
        assert "suspected" in without.exclusions


@pytest.mark.parametrize("opened", ["0001-01-01", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_moment_that_no_clock_here_can_show_says_nothing(opened: str) -> None:
    assert bot_signals.read_opened(opened) is None
