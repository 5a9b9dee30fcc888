"""The short survey: open, answer, send, receipt."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from feedback.clock import today
from feedback.models import Response
from tests.makers import BARGATE, make_wave
from tests.pages import PageClient, text_of

Rows = Callable[[], list[Response]]
SAFE = {"safe_local_day": "very_safe"}
FULL = {
    "safe_local_day": "very_safe",
    "safe_local_dark": "fairly_unsafe",
    "crime_change": "up_a_lot",
    "priorities": ["drugs", "asb"],
    "safer_text": "More light in the park",
    "ward": BARGATE,
    "age_band": "25_34",
    "sex": "female",
}
HOSTILE = [
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }} {% raw %}",
    "=cmd|' /C calc'!A0",
    "\u202egnp.exe",
    "before\x00after",
    "👩‍👩‍👧 naïve 中文 עברית",
    "</textarea><script src=//evil.example></script>",
]


def hidden(client: PageClient, path: str) -> dict[str, str]:
    form = client.page(path).select_one("form[method=post]")
    return {str(t["name"]): str(t["value"]) for t in form.select("input[type=hidden]")}


@pytest.mark.both_engines
def test_the_answers_and_nothing_else_are_stored(client: PageClient, fast: str, stored: Rows) -> None:
    client.submit(fast, FULL)
    (row,) = stored()
    assert row.answers == FULL | {"priorities": ["drugs", "asb"]}
    assert (row.channel, row.event_id, row.language, row.ward_code) == ("online", None, "en", BARGATE)
    assert row.month == today().replace(day=1)


def test_a_receipt_follows_and_can_be_reloaded(client: PageClient, fast: str) -> None:
    sent = client.submit(fast, SAFE)
    page = client.page(sent.location)
    code = text_of(page.select_one(".app-receipt__code"))
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}", code)
    assert code not in sent.location  # an address stays in the history
    assert code in text_of(client.page(sent.location))


def test_a_receipt_page_is_not_shown_for_long(client: PageClient, fast: str) -> None:
    with time_machine.travel(datetime.now(UTC) - timedelta(hours=3), tick=False):
        address = client.submit(fast, SAFE).location
        assert client.page(address)
    assert "Your answers have arrived." in text_of(client.page(address, status=410))


def test_a_receipt_that_nobody_got_is_not_shown(client: PageClient, fast: str) -> None:
    assert "no receipt" in text_of(client.page(f"{fast}/done/AAAAA-AAAAA", status=404))
    for code in ("x", "é", "A" * 50, "%00", "<script>", "x" * 999):
        client.page(f"{fast}/done/{code}", status=404)


def test_the_form_sets_no_cookie_and_pages_with_answers_are_not_kept(client: PageClient, fast: str) -> None:
    for response in (client.get(fast), client.submit(fast, SAFE), client.get("/")):
        assert "Set-Cookie" not in response.headers
    assert client.post(f"{fast}/send", data={"safe_local_day": "no such code"}).headers["Cache-Control"] == "no-store"


def test_a_browser_may_show_the_empty_form_again_on_the_way_back_only(client: PageClient, fast: str) -> None:
    first, second = client.get(fast), client.get(fast)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["ETag"] != second.headers["ETag"]
    asked_again = client.get(fast, headers={"If-None-Match": first.headers["ETag"]})
    assert asked_again.status_code == 200, "a visit anew must get a form of its own"


def test_the_address_of_a_refused_form_leads_back_to_the_form(client: PageClient, fast: str) -> None:
    assert client.get(f"{fast}/send").location == fast


def test_each_opening_has_an_id_of_its_own(client: PageClient, fast: str) -> None:
    first, second = hidden(client, fast)["id"], hidden(client, fast)["id"]
    assert first != second
    assert UUID(first).version == UUID(second).version == 4


@pytest.mark.both_engines
def test_the_same_form_twice_gets_the_same_receipt(client: PageClient, fast: str, stored: Rows) -> None:
    form = hidden(client, fast) | SAFE
    assert client.post(fast, data=form).location == client.post(fast, data=form).location
    assert len(stored()) == 1


@pytest.mark.both_engines
def test_five_parallel_posts_are_one_answer(app: Flask, client: PageClient, fast: str, stored: Rows) -> None:
    form = hidden(client, fast) | SAFE
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _n: FlaskClient(app, app.response_class).post(fast, data=form), range(5)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert len(stored()) == 1


@pytest.mark.both_engines
def test_other_answers_under_the_same_id_are_kept_but_not_counted(client: PageClient, fast: str, stored: Rows) -> None:
    form = hidden(client, fast)
    client.post(fast, data=form | SAFE)
    again = client.post(fast, data=form | {"safe_local_day": "very_unsafe"})
    assert again.status_code == 409
    assert "sent this form before" in again.text
    assert [row.answers for row in stored()] == [SAFE]


def test_an_empty_form_gets_a_friendly_word(client: PageClient, fast: str, stored: Rows) -> None:
    answer = client.submit(fast, {"safer_text": "   "}, status=422)
    assert "Answer at least one question before you send." in answer.text
    assert "<title>Error: " in answer.text
    assert stored() == []


def test_a_mistake_keeps_the_answers_and_the_id(client: PageClient, fast: str, stored: Rows) -> None:
    form = hidden(client, fast) | FULL | {"priorities": ["drugs", "asb", "vehicle_crime", "fraud"]}
    answer = client.post(fast, data=form)
    assert answer.status_code == 422
    assert "Select no more than 3 things" in answer.text
    assert "More light in the park" in answer.text
    assert f'value="{form["id"]}"' in answer.text
    assert len(re.findall(r"<input[^>]* checked", answer.text)) == 5 + 4
    assert f'value="{BARGATE}" selected' in answer.text
    assert stored() == []


def test_hostile_text_is_stored_as_text_and_shown_escaped(client: PageClient, fast: str, stored: Rows) -> None:
    for text in HOSTILE:
        client.submit(fast, SAFE | {"safer_text": text})
        shown = client.submit(fast, {"safer_text": text, "priorities": ["drugs", "none"]}, status=422)
        assert "<script" not in shown.text.replace('<script src="/static/', ""), text
        assert "<img" not in shown.text, text
    kept = {row.answers["safer_text"] for row in stored()}
    assert kept == {text.replace("\x00", "").replace("\u202e", "") for text in HOSTILE}


def test_a_hundred_thousand_characters_are_refused_kindly_and_kept(client: PageClient, fast: str, stored: Rows) -> None:
    long_text = "🙂" * 100_000
    answer = client.submit(fast, SAFE | {"safer_text": long_text}, status=422)
    assert "500 characters or fewer" in answer.text
    assert long_text in answer.text
    assert stored() == []


def test_more_than_the_server_takes_is_a_plain_page(client: PageClient, fast: str, stored: Rows) -> None:
    answer = client.submit(fast, {"safer_text": "x" * 3_000_000}, status=413)
    assert "too much to send" in answer.text
    assert stored() == []


TAMPERED = [
    ("safe_local_day", "sideways", 422),
    ("ward", "E05002455", 422),
    ("id", "not-an-id", 422),
    ("id", "00000000-0000-0000-0000-000000000000", 422),
    ("id", "", 422),
    ("wave", "of-somewhere-else", 422),
    ("version", "99", 422),
    ("version", "-1", 422),
    ("version", "9" * 40, 422),
    ("version", "٣", 422),
]


def test_a_tampered_field_is_a_sentence(client: PageClient, fast: str, stored: Rows) -> None:
    form = hidden(client, fast) | SAFE
    for field, value, status in TAMPERED:
        assert client.post(fast, data=form | {field: value}).status_code == status, (field, value)
    assert stored() == []


def test_a_form_that_was_tampered_with_is_shown_again_with_its_answers(
    client: PageClient, fast: str, stored: Rows
) -> None:
    form = hidden(client, fast) | SAFE | {"safer_text": "More light"}
    for field, value in (("wave", "of-somewhere-else"), ("version", "99"), ("id", "")):
        page = BeautifulSoup(client.post(f"{fast}/send?lang=pl", data=form | {field: value}).text, "html5lib")
        assert "Nie znamy tego formularza" in text_of(page.select_one(".govuk-error-summary")), field
        assert page.select_one("input[name=safe_local_day][value=very_safe]").has_attr("checked")
        assert text_of(page.select_one("[name=safer_text]")) == "More light"
        again = {str(t["name"]): str(t.get("value", "")) for t in page.select("main form input[type=hidden]")}
        sent = client.post(f"{fast}/send", data=again | SAFE)
        assert sent.status_code == 303, "the form as shown again can be sent"
    assert len(stored()) == 3


def test_a_receipt_on_the_day_of_grace_says_that_the_survey_closed(app: Flask, client: PageClient, fast: str) -> None:
    from feedback.extensions import db
    from feedback.models import Wave

    sent = client.submit(fast, SAFE)
    assert "The survey is open until" in text_of(client.page(sent.location).main)
    with app.app_context():
        db.session.query(Wave).update({"closes_on": today() - timedelta(days=1)})
        db.session.commit()
    words = text_of(client.page(sent.location).main)
    assert "The survey closed on" in words
    assert "open until" not in words


@pytest.mark.both_engines
def test_a_nul_in_any_field_is_a_sentence(client: PageClient, fast: str) -> None:
    form = hidden(client, fast) | SAFE
    for field in form:
        answer = client.post(fast, data=form | {field: "a\x00b"})
        assert answer.status_code in {303, 400, 404, 422}, field


def test_an_unknown_field_changes_nothing(client: PageClient, fast: str, stored: Rows) -> None:
    client.submit(fast, SAFE | {"state": "withdrawn", "channel": "paper", "name": "somebody"})
    (row,) = stored()
    assert (row.channel, row.answers) == ("online", SAFE)


def test_unknown_survey_and_page(client: PageClient, fast: str) -> None:
    client.page("/s/nowhere", status=404)
    client.page(f"{fast}/nowhere", status=404)
    assert client.post("/s/nowhere", data={}).status_code == 404


def test_a_page_opened_before_closing_says_so_after_it(app: Flask, client: PageClient, stored: Rows) -> None:
    day = today()
    with app.app_context():
        make_wave(opens_on=day - timedelta(days=30), closes_on=day - timedelta(days=5))
    closed = client.page("/s/fast-feedback", status=410)
    assert "closed" in text_of(closed)
    form = {
        "id": "7a3f2d0e-3f0c-4b57-9d58-0a4b3a0c9f11",
        "wave": "fast-feedback-test",
        "version": "1",
        "opened": (day - timedelta(days=6)).isoformat(),
    }
    answer = client.post("/s/fast-feedback", data=form | SAFE)
    assert answer.status_code == 410
    assert "not open for answers" in answer.text
    assert stored() == []


def test_a_page_opened_on_the_last_day_counts_after_midnight(app: Flask, client: PageClient, stored: Rows) -> None:
    yesterday = today() - timedelta(days=1)
    with app.app_context():
        make_wave(opens_on=yesterday - timedelta(days=30), closes_on=yesterday)
    form = {
        "id": "7a3f2d0e-3f0c-4b57-9d58-0a4b3a0c9f11",
        "wave": "fast-feedback-test",
        "version": "1",
        "opened": yesterday.isoformat(),
    }
    assert client.post("/s/fast-feedback", data=form | SAFE).status_code == 303
    assert len(stored()) == 1
