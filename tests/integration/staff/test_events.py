"""What officers see: the events of open waves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import time_machine
from flask import Flask

from feedback.clock import today
from tests.integration.staff.scenes import HOSTILE, add_event, add_wave, answer, signed_in
from tests.pages import text_of

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_nothing_is_open(app: Flask) -> None:
    client = signed_in(app, "officer")
    with app.app_context():
        add_wave("old", opens_on=today() - timedelta(days=9), closes_on=today() - timedelta(days=1))
        add_wave("trial", purpose="test")
    assert "No wave is open today, so there are no events to show." in text_of(client.page("/officer/").main)
    with app.app_context():
        add_wave("now")
    assert "This wave has no events." in text_of(client.page("/officer/").main)


def test_events_stand_with_place_ward_date_link_code_and_a_count(app: Flask) -> None:
    with time_machine.travel(NOON):
        client = signed_in(app, "officer")
        with app.app_context():
            wave = add_wave()
            past = add_event(wave, "AAAAA", "Past", NOON - timedelta(days=2))
            add_event(wave, "BBBBB", HOSTILE, NOON)
            add_event(wave, "CCCCC", "Coming", NOON + timedelta(days=2))
            add_event(wave, "DDDDD", "Earlier", NOON - timedelta(days=3))
            for _ in range(10):
                answer(wave, event=past, channel="event_link")
            answer(wave)
        page = client.page("/officer/")
    cards = page.select(".app-card")
    assert [card.select_one(".app-code").text for card in cards] == ["BBBBB", "CCCCC", "AAAAA", "DDDDD"]
    facts = {text_of(row.dt): text_of(row.dd) for row in cards[2].select("dl > div")}
    assert facts == {
        "Place": "Library",
        "Ward": "Banister and Polygon",
        "Code": "AAAAA",
        "Link": "http://localhost/e/AAAAA",
        "Answers": "10",
    }
    assert text_of(cards[2].p) == "19 Nov 2026, 12:00pm to 2:00pm"
    assert text_of(cards[0].p).startswith("Today")
    assert text_of(cards[1].p).startswith("Coming")
    assert "fewer than 10" in text_of(cards[3])
    assert not page.main.find_all("script")
    assert app.test_client().get("/e/AAAAA").status_code in {200, 302, 303}


def test_officers_change_nothing_here(sqlite_app: Flask) -> None:
    page = signed_in(sqlite_app, "officer").page("/officer/")
    assert not page.main.find_all("form")
