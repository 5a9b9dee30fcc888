"""Answers that may come from a machine are marked for the analyst and nothing else happens to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.event import listen, remove
from sqlalchemy.exc import OperationalError

from feedback.extensions import db
from feedback.models import AlikeCount, ArrivalRate, HourlyCount, Response, Suspicion, Tally, Wave
from feedback.services.answers import counted_apart as counting
from feedback.services.answers import floods
from feedback.services.answers.opened_forms import OpenedAt, read_moment, read_opened, seal_opened
from tests.integration.residents.test_one_page import SAFE, hidden
from tests.makers import make_wave, settings
from tests.pages import PageClient, text_of

LATER = timedelta(minutes=2)
NOON = datetime(2026, 11, 21, 12, 10, tzinfo=UTC)
DAYS = ("very_safe", "fairly_safe", "neither", "fairly_unsafe", "very_unsafe")
AGES = ("16_17", "18_24", "25_34", "35_44", "45_54", "55_64", "65_74")
ELSEWHERE = {"Origin": "https://forger.example"}


def send(client: PageClient, address: str, after: timedelta = LATER, status: int = 303, **given: str):
    """Open the survey and send answers `after` a while."""
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        fields = hidden(client, address)
        clock.shift(after)
        answer = client.post(address, data={**fields, **SAFE, **given})
    assert answer.status_code == status
    return answer


def flood(client: PageClient, address: str, number: int, **given: str) -> None:
    """Send forms as a program does that knows what the hidden fields hold: with ids of its own."""
    fields = hidden(client, address)
    for _ in range(number):
        sent = client.post(address, data={**fields, **SAFE, "id": str(uuid4()), **given})
        assert sent.status_code == 303, "a flood is marked, never refused"


def post(client: PageClient, address: str, fields: dict[str, str]) -> None:
    assert client.post(address, data=fields).status_code == 303


def opened_by_service(app: Flask, count: int, ago: timedelta = LATER) -> list[dict[str, str]]:
    """As many forms as were really opened here, so that every one is signed."""
    with app.app_context():
        ids = [uuid4() for _ in range(count)]
        return [{"id": str(id), "opened": seal_opened(id, datetime.now(UTC) - ago)} for id in ids]


@pytest.fixture
def ceiling_of_a_minute(app: Flask) -> Iterator[Flask]:
    """A service that lets a wave have so many answers in a minute, and so counts minutes."""
    with settings(app, answers_a_minute="1000"):
        yield app


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
        ({}, timedelta(days=9), []),
        ({"opened": "yesterday"}, timedelta(seconds=1), ["unsigned"]),
        ({"opened": ""}, LATER, ["unsigned"]),
        ({"opened": "\0"}, LATER, ["unsigned"]),
        ({"opened": "é" * 5000}, LATER, ["unsigned"]),
        ({"opened": "2999-01-01T00:00:00Z"}, timedelta(seconds=1), ["unsigned"]),
        ({"opened": "2026-01-01T00:00:00Z", "website": "x"}, LATER, ["trap", "unsigned"]),
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


def test_what_another_form_was_given_signs_nothing(app: Flask, client: PageClient, fast: str) -> None:
    first, second = hidden(client, fast), hidden(client, fast)
    send(client, fast, id=first["id"], opened=second["opened"])
    assert marks(app) == ["unsigned"]


def test_a_mistake_takes_nothing_from_the_page(app: Flask, client: PageClient, fast: str) -> None:
    fields = hidden(client, fast)
    wrong = client.post(fast, data={**fields, "safe_local_day": "no such code"})
    assert wrong.status_code == 422
    assert fields["opened"] in wrong.text


def test_a_former_key_reads_what_it_signed(app: Flask) -> None:
    id, former, newest = uuid4(), "f" * 40, "n" * 40
    with app.app_context():
        with settings(app, secret_key=former):
            sealed = seal_opened(id, NOON)
        with settings(app, secret_key=newest, secret_key_fallbacks=former):
            assert read_opened(sealed, id) == OpenedAt(NOON, signed=True)
        with settings(app, secret_key=newest):
            assert read_opened(sealed, id) == OpenedAt(None, signed=False)


@pytest.mark.parametrize(
    ("headers", "kinds"),
    [
        (ELSEWHERE, ["foreign"]),
        ({"Sec-Fetch-Site": "cross-site"}, ["foreign"]),
        ({"Sec-Fetch-Site": "cross-site", **ELSEWHERE}, ["foreign"]),
        ({"Origin": "https://[", "Host": "localhost"}, ["foreign"]),
        ({}, []),
        ({"Origin": "null"}, []),
        ({"Origin": "http://localhost"}, []),
        ({"Origin": "https://localhost:8443"}, []),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, []),
        ({"Sec-Fetch-Site": "none"}, []),
    ],
)
def test_a_form_that_another_website_sends_is_marked(
    app: Flask, client: PageClient, fast: str, headers: dict[str, str], kinds: list[str]
) -> None:
    (form,) = opened_by_service(app, 1)
    fields = {**hidden(client, fast), **form, **SAFE}
    assert client.post(fast, data=fields, headers=headers).status_code == 303
    assert marks(app) == kinds


@pytest.mark.both_engines
def test_110_identical_forms_in_a_minute_with_a_false_opened_are_all_marked(
    app: Flask, client: PageClient, fast: str
) -> None:
    with time_machine.travel(NOON, tick=False):
        flood(client, fast, 110, opened="2026-11-21T09:00:00Z")
    assert Counter(marks(app)) == {"unsigned": 110, "alike": 110}


def test_identical_forms_are_marked_though_each_was_opened_here_and_read_slowly(
    app: Flask, client: PageClient, fast: str
) -> None:
    with time_machine.travel(NOON, tick=False):
        fields = hidden(client, fast)
        for form in opened_by_service(app, 110):
            post(client, fast, {**fields, **SAFE, **form})
        for number, form in enumerate(opened_by_service(app, 12)):  # honest people in the same hour
            post(client, fast, {**fields, "safe_local_day": DAYS[number % 4], "age_band": AGES[number % 7], **form})
    assert marks(app) == ["alike"] * 110
    with app.app_context():
        alike = select(Response.answers).join(Suspicion, Suspicion.response_id == Response.id)
        assert all(answers == SAFE for answers in db.session.scalars(alike))


def test_other_words_each_time_hide_no_flood(app: Flask, client: PageClient, fast: str) -> None:
    with time_machine.travel(NOON, tick=False):
        fields = hidden(client, fast)
        for number, form in enumerate(opened_by_service(app, 60)):
            post(client, fast, {**fields, **SAFE, **form, "safer_text": f"More lights in street {number}"})
        for number, form in enumerate(opened_by_service(app, 3)):
            said = {"safe_local_day": "", "safer_text": f"Only words {number}"}
            post(client, fast, {**fields, **form, **said})
    assert marks(app) == ["alike"] * 60


def test_many_more_than_the_wave_is_used_to_at_this_hour_are_marked(app: Flask, client: PageClient, fast: str) -> None:
    """Different answers, each opened here: what gives them away is that nobody ever came at this hour."""
    with app.app_context():
        db.session.execute(db.update(Wave).values(opens_on=NOON.date() - timedelta(days=20)))
        for day in range(1, 15):
            db.session.add(Tally(wave_id=1, day=NOON.date() - timedelta(days=day), channel="online", count=30))
        db.session.commit()
    with time_machine.travel(NOON, tick=False):
        fields = hidden(client, fast)
        for number, form in enumerate(opened_by_service(app, 110)):
            said = {"safe_local_day": DAYS[number % 5], "age_band": AGES[number % 7]}
            post(client, fast, {**fields, **said, **form})
    assert marks(app) == ["burst"] * (110 - floods.QUIET)


@pytest.mark.parametrize("same_hours", [0, 200])
def test_what_a_wave_is_used_to_at_an_hour_is_no_burst(app: Flask, fast: str, same_hours: int) -> None:
    with app.app_context(), time_machine.travel(NOON, tick=False):
        wave = db.session.scalars(select(Wave)).one()
        wave.opens_on = NOON.date() - timedelta(days=10)
        for day in range(1, 11):
            count = HourlyCount(wave_id=wave.id, hour=floods.this_hour() - 24 * day, channel="online", count=same_hours)
            db.session.add(count)
        db.session.commit()
        assert floods._usual(wave.id, "online", floods.this_hour()) == max(60, 5 * same_hours)
        assert floods._usual(wave.id, "online", floods.this_hour() + 3) == 60
        wave.opens_on, wave.target = NOON.date(), None
        assert floods._usual(wave.id, "online", floods.this_hour()) == 300
        wave.target = 1_000_000
        assert floods._usual(wave.id, "online", floods.this_hour()) == 100_000


@pytest.mark.parametrize("alike", [True, False])
def test_a_class_of_thirty_on_one_wifi_is_not_marked(app: Flask, client: PageClient, fast: str, alike: bool) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        pages = [hidden(client, fast) for _ in range(30)]
        for number, fields in enumerate(pages):
            clock.shift(timedelta(seconds=10))
            said = SAFE if alike else {"safe_local_day": DAYS[number % 5], "age_band": AGES[number % 7]}
            post(client, fast, {**fields, **said})
    assert marks(app) == []


def test_a_busy_honest_hour_in_which_people_agree_is_not_marked(app: Flask, client: PageClient, fast: str) -> None:
    with time_machine.travel(NOON, tick=False):
        fields = hidden(client, fast)
        for number, form in enumerate(opened_by_service(app, 200)):
            post(client, fast, {**fields, "safe_local_day": DAYS[number % 2], **form})
    assert marks(app) == []


def test_the_hour_of_a_mark_stays_where_ten_share_it_only(app: Flask, client: PageClient, fast: str) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        flood(client, fast, 9, opened="x")
        flood(client, fast, 12, opened="x", website="x")
        flood(client, fast, 3, website="x", opened="x")
        clock.shift(timedelta(hours=1))
        flood(client, fast, 4, opened="x")
        clock.shift(timedelta(hours=1))
        flood(client, fast, 1, opened="x")
        with app.app_context():
            floods.forget_hours()
            db.session.commit()
            kept = Counter(
                (row.kind, row.hour and row.hour - NOON.timestamp() // 3600)
                for row in db.session.scalars(select(Suspicion))
            )
    # The newest hour is still whole; of the one before, four are too few.
    assert kept == {("unsigned", 0): 24, ("trap", 0): 15, ("unsigned", None): 4, ("unsigned", 2): 1}


@pytest.mark.both_engines
def test_what_is_counted_by_hour_says_nothing_of_an_answer_and_goes(app: Flask, client: PageClient, fast: str) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        flood(client, fast, 2)
        with app.app_context():
            (alike,) = db.session.scalars(select(AlikeCount)).all()
            (response, _other) = db.session.scalars(select(Response)).all()
            held = f"{alike.fingerprint} {alike.sealed}"
            assert response.id.hex not in held
            assert response.payload_hash not in held
            assert alike.count == 2
        clock.shift(timedelta(days=2))
        flood(client, fast, 1)
        with app.app_context():
            assert [row.count for row in db.session.scalars(select(AlikeCount))] == [1]
            assert [row.count for row in db.session.scalars(select(HourlyCount))] == [1], "a quiet hour of last week"


@pytest.mark.both_engines
def test_who_answers_at_once_is_counted_once_each(app: Flask, client: PageClient, fast: str) -> None:
    fields, forms = hidden(client, fast), opened_by_service(app, 48)

    def answer(number: int) -> int:
        said = {**fields, **forms[number], "safe_local_day": DAYS[number % 2], "age_band": AGES[number % 3]}
        return FlaskClient(app, app.response_class).post(fast, data=said).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(answer, range(48))) == {303}
    with app.app_context():
        assert sum(db.session.scalars(select(HourlyCount.count))) == 48
        assert sum(db.session.scalars(select(AlikeCount.count))) == 48
    assert marks(app) == []


def test_the_daily_deletion_forgets_hours_that_nobody_followed(app: Flask, client: PageClient, fast: str) -> None:
    from feedback.services.retention import apply_retention

    with time_machine.travel(NOON, tick=False) as clock:
        flood(client, fast, 3, opened="x")
        clock.shift(timedelta(hours=14))
        with app.app_context():
            apply_retention("one")
            assert {mark.hour for mark in db.session.scalars(select(Suspicion))} == {None}
            assert db.session.scalars(select(HourlyCount)).all() == []
            assert db.session.scalars(select(AlikeCount)).all() == []


@pytest.mark.parametrize("fault", [OperationalError("insert", {}, Exception("locked")), ValueError("a fault of ours")])
def test_counting_that_fails_costs_nobody_a_receipt(
    app: Flask, client: PageClient, fast: str, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    monkeypatch.setattr(floods, "_note", Mock(side_effect=fault))
    sent = send(client, fast, website="x")
    assert "arrived" in text_of(client.page(sent.location))
    assert marks(app) == ["trap"]


@pytest.mark.both_engines
def test_past_the_ceiling_the_form_comes_back_with_its_answers(app: Flask, client: PageClient, fast: str) -> None:
    with settings(app, answers_a_minute="1"):
        send(client, fast)
        refused = send(client, fast, status=422)
        assert "wait a minute, then send them again" in refused.text
        assert "checked" in refused.text
    assert send(client, fast).status_code == 303
    with app.app_context():
        assert not db.session.scalars(select(ArrivalRate)).all(), "no ceiling, no minute"


@pytest.mark.both_engines
def test_a_form_sent_twice_keeps_its_first_mark_and_is_counted_once(app: Flask, client: PageClient, fast: str) -> None:
    (form,) = opened_by_service(app, 1)
    fields = {**hidden(client, fast), **form, **SAFE, "website": "x"}
    assert client.post(fast, data=fields).location == client.post(fast, data=fields).location
    assert marks(app) == ["trap"]
    with app.app_context():
        assert sum(db.session.scalars(select(HourlyCount.count))) == 1


@pytest.mark.both_engines
def test_counts_of_minutes_do_not_stay(
    ceiling_of_a_minute: Flask, client: PageClient, fast: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "GROUP", 1)
    with time_machine.travel(datetime(2026, 11, 21, 10, tzinfo=UTC), tick=False) as clock:
        client.post(fast, data={**hidden(client, fast), **SAFE})
        clock.shift(timedelta(minutes=30))
        client.post(fast, data={**hidden(client, fast), **SAFE})
    with ceiling_of_a_minute.app_context():
        assert len(db.session.scalars(select(ArrivalRate)).all()) == 1


@pytest.mark.both_engines
def test_fewer_than_ten_in_a_minute_leave_no_trace_of_the_minute(
    ceiling_of_a_minute: Flask, client: PageClient, fast: str
) -> None:
    with time_machine.travel(datetime(2026, 11, 21, 10, tzinfo=UTC), tick=False):
        for count in range(1, 12):
            client.post(fast, data={**hidden(client, fast), **SAFE})
            with ceiling_of_a_minute.app_context():
                assert list(db.session.scalars(select(ArrivalRate.count))) == ([10] if count >= 10 else [])


def test_what_cannot_be_counted_costs_nobody_the_receipt(
    app: Flask, client: PageClient, fast: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = OperationalError("insert", {}, Exception("database is locked"))
    monkeypatch.setattr(floods, "add_to_count", Mock(side_effect=busy))
    assert "arrived" in text_of(client.page(send(client, fast).location))


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
    assert read_moment(opened) is None


def test_who_forgets_hours_waits_for_nobody_who_still_counts(postgresql_app: Flask) -> None:
    """As an hour turns, one who counts in the last and one who forgets it would each wait for the other."""
    app = postgresql_app
    hour = floods.this_hour()
    with app.app_context():
        for name in ("busy", "free"):
            db.session.add(AlikeCount(fingerprint=name, hour=hour - 1, count=1, sealed=""))
        db.session.commit()
        with db.engine.connect() as counting:
            busy = AlikeCount.__table__.c.fingerprint == "busy"
            counting.execute(AlikeCount.__table__.update().where(busy).values(count=2))
            db.session.execute(text("SET LOCAL lock_timeout = '1s'"))
            floods.forget_hours(hour)
            db.session.commit()
            counting.commit()
        assert list(db.session.scalars(select(AlikeCount.fingerprint))) == ["busy"]
        floods.forget_hours(hour)
        assert not list(db.session.scalars(select(AlikeCount)))


def test_an_hour_that_cannot_be_forgotten_costs_no_count(
    app: Flask, client: PageClient, fast: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(floods, "forget_hours", Mock(side_effect=OperationalError("delete", {}, Exception("locked"))))
    send(client, fast)
    with app.app_context():
        assert list(db.session.scalars(select(HourlyCount.count))) == [1]


def test_a_receipt_waits_for_no_other_writer_on_sqlite(sqlite_app: Flask) -> None:
    """The answers are stored and counted, each with the lock for writing; what is left is read without it."""
    app, client = sqlite_app, PageClient(sqlite_app, sqlite_app.response_class)
    with app.app_context():
        fast = f"/s/{make_wave().survey}"
    flood(client, fast, 1)  # the first of an hour forgets the hours before
    fields, begun = hidden(client, fast), list[str]()

    def see(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        begun.extend([statement] if statement.startswith("BEGIN") else [])

    with app.app_context():
        engine = db.engine
    listen(engine, "before_cursor_execute", see)
    try:
        assert client.post(fast, data={**fields, **SAFE}).status_code == 303
    finally:
        remove(engine, "before_cursor_execute", see)
    assert begun == ["BEGIN IMMEDIATE", "BEGIN IMMEDIATE", "BEGIN"]
