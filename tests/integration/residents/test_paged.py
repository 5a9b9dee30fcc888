"""The long survey: page by page, back, change, check, send."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from feedback.extensions import db
from feedback.models import Draft, Response
from tests.makers import BARGATE, make_wave
from tests.pages import PageClient, text_of

Rows = Callable[[], list[Response]]
COOKIE_PATH = "/s/community-safety"


def begin(client: PageClient, long: str) -> str:
    """Begin the survey; return the address of the first page."""
    return str(client.submit(f"{long}/start", {}).location)


def heading(page: BeautifulSoup) -> str:
    return text_of(page.h1)


def skip_to(client: PageClient, address: str, title: str) -> str:
    """Continue without an answer until the page with this heading; return its address."""
    while heading(client.page(address)) != title:
        address = client.submit(address, {}).location
    return address


def test_skipping_everything_leads_to_the_check_which_asks_for_an_answer(
    client: PageClient, long: str, stored: Rows
) -> None:
    address = skip_to(client, begin(client, long), "Check your answers")
    answer = client.submit(address, {}, status=422)
    assert "Answer at least one question before you send." in answer.text
    assert stored() == []


@pytest.mark.both_engines
def test_a_whole_journey_stores_one_response_of_what_was_asked(client: PageClient, long: str, stored: Rows) -> None:
    address = begin(client, long)
    address = client.submit(address, {"link": ["live", "work"], "ward": BARGATE}).location
    address = client.submit(address, {"safe_local_day": "very_safe"}).location
    address = skip_to(client, address, "About you")
    address = client.submit(address, {"age_band": "35_44", "sex": "male"}).location
    assert heading(client.page(address)) == "Equality questions"
    check = client.submit(address, {"equality_gate": "no"}).location
    page = client.page(check)
    assert "Bargate" in text_of(page)
    assert "What is your ethnic group?" not in text_of(page)
    receipt = client.submit(check, {}).location
    assert "your answers have arrived" in text_of(client.page(receipt))
    (row,) = stored()
    assert row.answers == {
        "link": ["live", "work"],
        "ward": BARGATE,
        "safe_local_day": "very_safe",
        "age_band": "35_44",
        "sex": "male",
        "equality_gate": "no",
    }


def test_pages_depend_on_answers_and_so_does_the_count(client: PageClient, long: str) -> None:
    address = skip_to(client, begin(client, long), "Your experience, page 8")
    before = int(re.search(r"Page 8 of about (\d+)", text_of(client.page(address)))[1])  # type: ignore[index]
    address = client.submit(address, {"experience.hate_crime": "victim", "experience.drugs": "neither"}).location
    page = client.page(address)
    assert heading(page) == "Your experience, page 9"
    assert f"Page 9 of about {before + 1}" in text_of(page)
    assert "hate crime" in text_of(page)
    nxt = client.submit(address, {"reported_hate_crime": "not_reported"}).location
    assert heading(client.page(nxt)) == "The police, the council and your local area"


def test_a_change_returns_to_the_check_through_new_pages_only(client: PageClient, long: str) -> None:
    check = skip_to(client, begin(client, long), "Check your answers")
    row = next(r for r in client.page(check).select(".govuk-summary-list__row") if "Which best" in text_of(r))
    change = row.select_one("a")["href"]
    assert change == f"{long}/8?change=1"
    assert client.page(change).select_one(".govuk-back-link")["href"] == check
    address = client.submit(change, {"experience.domestic_abuse": "victim"}).location
    assert heading(client.page(address)) == "Your experience, page 9"
    assert client.submit(address, {"reported_domestic_abuse": "not_reported"}).location == check


def test_an_answer_that_routing_passes_by_is_not_sent_and_comes_back_if_undone(
    client: PageClient, long: str, stored: Rows
) -> None:
    address = skip_to(client, begin(client, long), "Your experience, page 8")
    about = client.submit(address, {"experience.hate_crime": "victim"}).location
    after = client.submit(about, {"reported_hate_crime": "not_reported"}).location
    client.submit(address, {"experience.hate_crime": "neither"})
    assert client.get(about).status_code == 303
    client.submit(address, {"experience.hate_crime": "victim"})
    assert client.page(about).select_one("input[value=not_reported]").has_attr("checked")
    client.submit(address, {"experience.hate_crime": "neither"})
    check = skip_to(client, after, "Check your answers")
    client.submit(check, {})
    assert stored()[0].answers == {"experience": {"hate_crime": "neither"}}


def test_back_links_lead_the_way_one_came(client: PageClient, long: str) -> None:
    first = begin(client, long)
    second = client.submit(first, {}).location
    third = client.submit(second, {}).location
    assert client.page(third).select_one(".govuk-back-link")["href"] == second
    assert client.page(second).select_one(".govuk-back-link")["href"] == first
    assert client.page(first).select_one(".govuk-back-link")["href"] == f"{long}/start"
    assert "Go on where you were" in text_of(client.page(f"{long}/start"))


def test_answers_stay_when_a_page_is_opened_again_or_has_a_mistake(client: PageClient, long: str) -> None:
    first = begin(client, long)
    client.submit(first, {"link": ["live"], "ward": BARGATE})
    page = client.page(first)
    assert page.select_one("option[selected]")["value"] == BARGATE
    wrong = client.submit(first, {"link": ["live", "study"], "ward": "E99"}, status=422)
    assert wrong.text.count(" checked") == 2
    assert client.page(first).select_one("option[selected]")["value"] == BARGATE


@pytest.mark.both_engines
def test_sending_twice_and_going_back_after_sending_lead_to_one_receipt(
    app: Flask, client: PageClient, long: str, stored: Rows
) -> None:
    first = begin(client, long)
    client.submit(first, {"link": ["live"]})
    check = f"{long}/check"
    cookie = client.get_cookie("draft", path=COOKIE_PATH)

    def send(_n: int) -> str:
        person = FlaskClient(app, app.response_class)
        person.set_cookie("draft", cookie.value, path=COOKIE_PATH)
        return str(person.post(check).location)

    with ThreadPoolExecutor(5) as pool:
        receipts = set(pool.map(send, range(5)))
    assert len(receipts) == 1
    assert len(stored()) == 1
    for address in (check, first, f"{long}/3"):
        again = client.get(address).location
        assert again.removesuffix("?again=1") in receipts
        words = text_of(client.page(again).main)
        assert "your answers have arrived" in words
        assert "If any of this happened to you" not in words, "who opens a page later learns what it had asked"
    assert client.post(check).location in receipts
    assert client.post(first, data={"link": "work"}).location in receipts
    assert len(stored()) == 1


def test_a_new_beginning_is_another_person(client: PageClient, long: str, stored: Rows) -> None:
    for answer in ("live", "work"):
        client.submit(begin(client, long), {"link": [answer]})
        client.submit(f"{long}/check", {})
    assert sorted(row.answers["link"][0] for row in stored()) == ["live", "work"]


def test_a_tampered_cookie_leads_to_the_beginning(client: PageClient, long: str) -> None:
    begin(client, long)
    for value in ("", "x", "A" * 43, "<script>", "é" * 43, "a" * 4000):
        client.set_cookie("draft", value, path=COOKIE_PATH)
        for answer in (client.get(f"{long}/2"), client.post(f"{long}/2", data={}), client.get(f"{long}/check")):
            assert (answer.status_code, answer.location) == (303, f"{long}/start?lost=1"), value
    assert "We cannot find the answers you began with" in text_of(client.page(f"{long}/start?lost=1"))


def test_the_cookie_is_out_of_reach_and_holds_the_only_key(app: Flask, client: PageClient, long: str) -> None:
    header = client.submit(f"{long}/start", {}).headers["Set-Cookie"]
    assert re.fullmatch(r"draft=[\w-]{43}\.[\w-]+; HttpOnly; Path=/s/community-safety; SameSite=Lax", header)
    client.submit(f"{long}/9", {}, status=303)
    key = client.get_cookie("draft", path=COOKIE_PATH).value.partition(".")[0]
    with app.app_context():
        (draft,) = db.session.scalars(select(Draft))
        assert key not in draft.id
        assert key.encode() not in draft.sealed


def test_a_page_that_does_not_exist(client: PageClient, long: str) -> None:
    begin(client, long)
    for number in ("0", "99", "999999999999999999999", "-1", "x"):
        client.page(f"{long}/{number}", status=404)


def test_pages_that_ask_about_harm_tell_nothing_in_title_and_address(client: PageClient, long: str) -> None:
    address = skip_to(client, begin(client, long), "Your experience, page 8")
    rows = ("domestic_abuse", "sexual_assault", "hate_crime", "vawg")
    address = client.submit(address, {f"experience.{row}": "victim" for row in rows}).location
    lines = ("0800 555 111", "0808 2000 247", "0808 500 2222", "0808 2000 247")  # in the order of asking
    for line in lines:
        page = client.page(address)
        told = (text_of(page.title) + address).lower()
        assert not re.search(r"abuse|violen|assault|hate|crime|victim", told), told
        assert "Call 999." in text_of(page)
        assert "This is not a crime report" in text_of(page)
        assert line in text_of(page)
        assert page.select_one("a.app-exit")["href"] == f"{long}/exit"
        address = client.submit(address, {}).location
    assert client.page(address).select_one("a.app-exit"), "the pages after those about harm can be left at once too"


def test_leaving_forgets_the_answers_and_the_key(app: Flask, client: PageClient, long: str) -> None:
    client.submit(begin(client, long), {"link": ["live"]})
    answer = client.get(f"{long}/exit")
    assert answer.status_code == 303
    assert answer.location == "https://www.bbc.co.uk/weather"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert client.get_cookie("draft", path=COOKIE_PATH) is None
    answer.close()  # the draft is deleted when the person is away
    with app.app_context():
        assert list(db.session.scalars(select(Draft))) == []
    assert client.get(f"{long}/2").location == f"{long}/start?lost=1"


def test_leaving_from_elsewhere_takes_every_key_along(client: PageClient, long: str) -> None:
    begin(client, long)
    assert client.get("/exit").location == "https://www.bbc.co.uk/weather"
    assert client.get_cookie("draft", path=COOKIE_PATH) is None
    assert client.get("/s/no-such-survey/exit").status_code == 303


def test_leaving_another_survey_takes_every_key_along(client: PageClient, long: str) -> None:
    begin(client, long)
    assert client.get("/s/fast-feedback/exit").status_code == 303
    assert client.get_cookie("draft", path=COOKIE_PATH) is None


@pytest.mark.both_engines
def test_people_are_let_go_when_the_database_is_not_there(
    client: PageClient, long: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(client, long)
    monkeypatch.setattr("feedback.residents.leaving.surveys", lambda: 1 / 0)
    assert client.get(f"{long}/exit").status_code == 303
    assert client.get_cookie("draft", path=COOKIE_PATH) is None


def test_hostile_text_is_escaped_on_every_page_that_shows_it(client: PageClient, long: str, stored: Rows) -> None:
    text = "</p><script>alert(1)</script>\u202e=1+1"
    avoid = skip_to(client, begin(client, long), "Places you avoid")
    client.submit(avoid, {"avoided": ["parks"], "avoided_text": text})
    for address in (avoid, f"{long}/check"):
        shown = client.get(address).text
        assert "<script>" not in shown
        assert "&lt;script&gt;" in shown


def test_a_closed_wave_stops_politely(app: Flask, client: PageClient, long: str, stored: Rows) -> None:
    from datetime import timedelta

    from feedback.clock import today
    from feedback.queries.waves import wave_by_slug

    client.submit(begin(client, long), {"link": ["live"]})
    with app.app_context():
        wave = wave_by_slug("community-safety-test")
        wave.opens_on, wave.closes_on = today() - timedelta(days=9), today() - timedelta(days=3)
        db.session.commit()
    answer = client.submit(f"{long}/check", {}, status=410)
    assert "not open for answers" in answer.text
    assert client.get(f"{long}/start").status_code == 410
    assert stored() == []


def test_every_page_that_asks_can_be_left_at_once(client: PageClient, long: str) -> None:
    address = begin(client, long)
    while True:
        page = client.page(address)
        for way_out in (".app-exit", "header .app-exit-skip"):
            assert page.select_one(way_out)["href"] == f"{long}/exit", f"{address}: {heading(page)}"
        if heading(page) == "Check your answers":
            break
        address = client.post(address).location
    client.submit(f"{long}/1", {"link": "live"})
    assert client.page(f"{long}/later").select_one(".app-exit")
    assert client.page(client.post(f"{long}/check").location).select_one(".app-exit")


@pytest.mark.parametrize("also", ["", "burglary_robbery_theft", "drugs"])
def test_who_tells_of_abuse_sees_the_lines_that_fit_at_once(client: PageClient, long: str, also: str) -> None:
    begin(client, long)
    client.post(f"{long}/before")
    told = {"experience.domestic_abuse": "victim", **({f"experience.{also}": "victim"} if also else {})}
    pages = [client.page(client.submit(f"{long}/8", told).location)] if not also else []
    client.submit(f"{long}/8", told)
    pages += [client.page(f"{long}/check"), client.page(client.post(f"{long}/check").location)]
    for page in pages:
        details = page.select_one("details.govuk-details")
        assert details.has_attr("open"), heading(page)
        names = [text_of(name) for name in details.select("dt")]
        assert names[0] == "National Domestic Abuse Helpline", names
        assert names.index("Men's Advice Line") < names.index("Victim Support"), names


@pytest.mark.parametrize(
    ("survey", "compared"), [("community-safety", True), ("strategy-consultation", False), ("young-people", False)]
)
def test_a_receipt_says_what_is_true_of_its_survey(app: Flask, client: PageClient, survey: str, compared: bool) -> None:
    with app.app_context():
        make_wave(survey)
    check = skip_to(client, begin(client, f"/s/{survey}"), "Check your answers")
    client.submit(
        f"/s/{survey}/{2 if survey.startswith('strategy') else 1}", {"answering_as": "resident", "ward": BARGATE}
    )
    said = text_of(client.page(client.post(check).location))
    assert ("earlier years" in said) == ("yearly assessment" in said) == compared
    assert "pen until" in said
    assert "Results are published on this website" in said
