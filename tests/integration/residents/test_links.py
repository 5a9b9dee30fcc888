"""The start page, and the ways to a survey."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from feedback.clock import today
from feedback.models import Response
from tests.integration.residents.test_one_page import SAFE
from tests.makers import make_wave
from tests.pages import PageClient, text_of

Rows = Callable[[], list[Response]]
AddEvent = Callable[..., UUID]


def test_start_lists_what_is_open_shortest_first(client: PageClient, long: str, fast: str) -> None:
    page = client.page("/")
    links = [link["href"] for link in page.select(".app-surveys a")]
    assert links == ["/s/fast-feedback", "/s/community-safety/start"]
    assert "Takes about 1 minute." in text_of(page)
    assert "16 or over" in text_of(page)


def test_start_without_a_survey_says_so(client: PageClient) -> None:
    page = client.page("/")
    assert "No survey is open at the moment" in text_of(page)
    assert not page.select(".app-surveys")


def test_start_shows_neither_test_waves_nor_coming_ones(app: Flask, client: PageClient) -> None:
    day = today()
    with app.app_context():
        make_wave(purpose="test")
        make_wave("community-safety", opens_on=day + timedelta(days=3), closes_on=day + timedelta(days=9))
    assert "No survey is open" in text_of(client.page("/"))
    assert client.get("/s/community-safety").status_code == 410


def test_a_test_wave_opens_by_its_own_link_and_says_what_it_is(app: Flask, client: PageClient, stored: Rows) -> None:
    with app.app_context():
        make_wave(slug="rehearsal", purpose="test")
    link = "/s/fast-feedback?wave=rehearsal"
    assert "answers given here are not counted" in text_of(client.page(link))
    assert client.submit(link, SAFE).status_code == 303
    assert len(stored()) == 1
    assert client.get("/s/community-safety?wave=rehearsal").status_code == 404


@pytest.mark.parametrize("address", ["/e/7f3kq", "/e/7F3KQ", "/E/7F3KQ"])
def test_an_event_link_works_in_any_case_and_is_kept_to_the_end(
    client: PageClient, fast: str, stored: Rows, add_event: AddEvent, address: str
) -> None:
    event = add_event("7F3KQ")
    survey = client.get(address).location
    assert survey == "/s/fast-feedback?e=7F3KQ"
    client.submit(survey, SAFE)
    (row,) = stored()
    assert (row.channel, row.event_id) == ("event_link", event)


def test_an_event_keeps_through_an_error(client: PageClient, fast: str, stored: Rows, add_event: AddEvent) -> None:
    event = add_event("7F3KQ")
    answer = client.submit("/s/fast-feedback?e=7F3KQ", {}, status=422)
    assert 'name="event" value="7F3KQ"' in answer.text
    assert event
    assert stored() == []


def test_an_event_that_is_gone_costs_nobody_their_answers(client: PageClient, fast: str, stored: Rows) -> None:
    client.submit(fast, SAFE | {"event": "GONE1"})
    (row,) = stored()
    assert (row.channel, row.event_id) == ("online", None)


def test_an_unknown_code_is_a_plain_page(client: PageClient, fast: str) -> None:
    for code in ("zzzzz", "%00", "a%00b", "<script>", "x" * 500):
        client.page(f"/e/{code}", status=404)
        client.page(f"/s/fast-feedback?e={code}", status=404)


def test_the_code_of_a_closed_event_says_when_it_closed(app: Flask, client: PageClient, add_event: AddEvent) -> None:
    day = today()
    with app.app_context():
        make_wave(slug="last-year", opens_on=day - timedelta(days=60), closes_on=day - timedelta(days=30))
    add_event("OLD22", wave="last-year")
    assert "It closed on" in text_of(client.page("/e/old22", status=410))
    assert "This survey closed on" in text_of(client.page("/s/fast-feedback?e=OLD22", status=410))
