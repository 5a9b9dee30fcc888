"""When a snapshot is taken, by whom, and what is kept of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import update

from analysis.thresholds import limits
from feedback.clock import today
from feedback.extensions import db
from feedback.keys import Purpose, every_key
from feedback.models import Disclosure, Response, ServiceSecret, Snapshot, Wave
from feedback.queries.answers.responses import responses_frame
from feedback.queries.answers.snapshots import NoFigures, basis_of, fingerprint, parts, snapshot_of
from feedback.services import snapshots
from feedback.services.answers.submission import submit_responses
from feedback.services.key_rotation import give_up_lost
from feedback.services.preparation import prepare_database
from feedback.services.snapshots import advance, take_snapshot
from feedback.services.summaries import make_workbook
from feedback.services.waves.lifecycle import delete_test_wave
from tests.makers import make_wave, submission

NEW = limits().snapshot_from


def answered(wave: Wave, count: int) -> None:
    submit_responses(submission(wave) for _ in range(count))


def tomorrow(days: int = 1) -> Any:
    return time_machine.travel(datetime.now(UTC) + timedelta(days=days))


@pytest.mark.both_engines
def test_one_a_day_of_ten_new_answers(session: Any) -> None:
    wave = make_wave()
    answered(wave, NEW - 1)
    assert (advance(wave).as_of, advance(wave).since) == (None, NEW - 1)
    answered(wave, 1)
    assert (advance(wave).as_of, advance(wave).answers, advance(wave).since) == (today(), NEW, 0)
    answered(wave, NEW)
    assert (advance(wave).answers, advance(wave).since) == (NEW, NEW)
    with tomorrow():
        assert (advance(wave).as_of, advance(wave).answers) == (today(), 2 * NEW)
    snapshot = snapshot_of(wave)
    assert snapshot is not None
    assert (snapshot.number, snapshot.former) == (2, b"")


@pytest.mark.both_engines
def test_who_comes_second_changes_nothing(session: Any) -> None:
    """Two processes read the same answers; the second finds that the snapshot is there."""
    wave = make_wave()
    answered(wave, NEW)
    taken = snapshots._read(wave, None)
    answered(wave, 1)
    assert snapshots._keep(taken)
    assert not snapshots._keep(snapshots._read(wave, None))
    assert (basis_of(wave).answers, basis_of(wave).since) == (NEW, 1)


@pytest.mark.both_engines
def test_what_is_removed_and_changed_is_missing_and_remembered_as_former(session: Any) -> None:
    wave = make_wave()
    answered(wave, NEW + 2)
    advance(wave)
    gone, changed = db.session.query(Response).limit(2)
    db.session.delete(gone)
    changed.payload_hash = "0" * 64
    db.session.commit()
    assert (basis_of(wave).missing, basis_of(wave).since) == (2, 1)
    with pytest.raises(NoFigures, match="removed or corrected since"):
        responses_frame(wave)
    with pytest.raises(NoFigures, match="If answers were removed, files that were made before were erased with them."):
        responses_frame(wave)  # test_withdrawal.py sees that they are
    answered(wave, NEW)
    with tomorrow():
        assert (advance(wave).missing, advance(wave).answers) == (0, 2 * NEW + 1)
        snapshot = snapshot_of(wave)
        assert snapshot is not None
        assert len(parts(snapshot.former)) == 2
        assert len(responses_frame(wave)) == 2 * NEW + 1


def test_a_fingerprint_takes_the_key_of_the_service_and_stands_in_no_order_of_arrival(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        wave = make_wave()
        answered(wave, 40)
        take_snapshot(wave)
        snapshot = snapshot_of(wave)
        assert snapshot is not None
        kept = [snapshot.current[place : place + 8] for place in range(0, len(snapshot.current), 8)]
        assert kept == sorted(kept)
        (key,) = every_key(Purpose.SNAPSHOTS)
        assert {fingerprint(key, row.id, row.payload_hash) for row in db.session.query(Response)} == set(kept)


def test_with_a_key_that_is_lost_for_ever_figures_wait_for_ten_answers_that_come_from_then_on(
    sqlite_app: Flask,
) -> None:
    """Which answers the snapshot held cannot be told, and one that takes in all of now would differ by one person."""
    with sqlite_app.app_context():
        wave = make_wave()
        answered(wave, 3 * NEW)
        advance(wave)
        answered(wave, 1)
        db.session.execute(update(ServiceSecret).values(sealed=b"of a key that is gone"))
        db.session.commit()
        assert give_up_lost("test").secrets == 1
        with tomorrow():
            assert advance(wave).missing == 3 * NEW
            answered(wave, NEW - 1)
            assert advance(wave).missing == 3 * NEW
            answered(wave, 1)
            assert (advance(wave).missing, advance(wave).answers) == (0, 4 * NEW + 1)


def test_stored_answers_are_taken_in_when_the_service_is_prepared(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        wave = make_wave()
        answered(wave, 2 * NEW)
        prepare_database()
        assert basis_of(wave).answers == 2 * NEW


def test_a_command_takes_what_is_due(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        answered(make_wave(), NEW)
        answered(make_wave("community-safety"), NEW - 1)
    runner = sqlite_app.test_cli_runner()
    assert runner.invoke(args=["snapshots", "take"]).output.split() == ["1", "snapshots", "taken"]
    assert runner.invoke(args=["snapshots", "take"]).output.split() == ["0", "snapshots", "taken"]


@pytest.mark.both_engines
def test_snapshots_and_what_was_given_away_go_with_the_wave(session: Any) -> None:
    wave = make_wave(purpose="test")
    answered(wave, 3 * NEW)
    make_workbook(wave, audience="partner")
    assert (db.session.query(Snapshot).count(), db.session.query(Disclosure).count()) == (1, 1)
    delete_test_wave(wave, wave.slug)
    assert (db.session.query(Snapshot).count(), db.session.query(Disclosure).count()) == (0, 0)
