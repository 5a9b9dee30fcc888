"""The officers' pages of events: made in one form, seen on one page, moved, staffed, noted, imported, summed up."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from feedback.clock import today
from feedback.extensions import db
from feedback.models import Event, EventNote, Response, User
from feedback.queries.waves import wave_by_slug
from feedback.services.answers.submission import submit_responses
from feedback.services.events import make_event
from tests.conftest import running
from tests.integration.events.conftest import details
from tests.integration.staff.scenes import HOSTILE, signed_in
from tests.makers import SOME_ANSWERS, make_wave, submission
from tests.pages import text_of

DAY = f"{today():%-d %-m %Y}".split()
FORM = {
    "kind": "library",
    "place": "Central library",
    "ward": "E05015491",
    **{f"starts_on-{part}": value for part, value in zip(("day", "month", "year"), DAY, strict=True)},
    "starts_at": "10:00",
    "ends_at": "12:00",
    "languages": "en",
    "lead_partner": "Council",
}


def made(app, **given) -> str:
    """Make an event of the open wave in the database and return its code."""
    with app.app_context():
        return make_event(details(wave_by_slug("fast-feedback-test"), **given), actor="x").code


@pytest.fixture
def wave_id(app) -> str:
    with app.app_context():
        return str(make_wave().id)


def facts(page) -> dict[str, str]:
    return {text_of(row.dt): text_of(row.dd) for row in page.select(".govuk-summary-list__row")}


def test_an_event_is_made_in_one_form(app, officer, wave_id) -> None:
    page = officer.page("/officer/events/make")
    assert page.select_one("#starts_on-day")["value"] == DAY[0]
    assert page.select_one(f"input[name=waves][value='{wave_id}']").has_attr("checked")
    answer = officer.submit("/officer/events/make", {**FORM, "waves": wave_id})
    page = officer.page(answer.location)
    assert text_of(page.h1) == "Library, Central library"
    shown = facts(page)
    assert shown["Ward"].startswith("Bargate.")
    assert shown["Total"] == "fewer than 10"
    assert shown["Who works there"].startswith("Test officer")
    assert shown["Short link"] == f"http://localhost/e/{shown['Code']}"
    assert "SITE_URL" in text_of(page.main)
    assert not page.select(".app-qr")


def test_mistakes_are_shown_at_their_fields_and_nothing_is_made(app, officer, wave_id) -> None:
    wrong = {"kind": "x", "ward": "", "starts_at": "25:00", "ends_at": "", "target": "many", "place": HOSTILE}
    answer = officer.submit("/officer/events/make", {**FORM, **wrong}, status=200)
    text = answer.get_data(as_text=True)
    for sentence in (
        "Select what kind of event it is",
        "Select a ward, or no single ward",
        "Enter the start as a time of day",
        "Enter the end, such as 10:00",
        "Select at least one survey",
        "The target must be a whole number",
    ):
        assert sentence in text, sentence
    assert "<script>alert" not in text
    answer = officer.submit("/officer/events/make", {**FORM, "ends_at": "09:00", "waves": wave_id}, status=200)
    assert "The end must be after the start" in answer.get_data(as_text=True)
    with app.app_context():
        assert db.session.query(Event).count() == 0


def test_an_event_is_changed_and_made_again(app, officer, wave_id) -> None:
    code = made(app, title="Fair", ends_at=datetime.now(UTC) + timedelta(days=3))
    page = officer.page(f"/officer/events/{code}/change")
    assert page.select_one("#title")["value"] == "Fair"
    assert page.select_one("#ends_on-day").get("value")
    officer.submit(f"/officer/events/{code}/change", {**FORM, "waves": wave_id, "title": "Fête"})
    assert text_of(officer.page(f"/officer/events/{code}").h1) == "Fête"
    again = officer.page(f"/officer/events/make?like={code}")
    assert again.select_one("#title")["value"] == "Fête"
    assert again.select_one("#starts_on-year")["value"] == str(today().year + 1)
    assert officer.get("/officer/events/make?like=ZZZZZZ").status_code == 404


def test_cancel_undo_and_delete(app, officer, wave_id) -> None:
    code = made(app, starts_at=datetime.now(UTC) + timedelta(hours=1))
    officer.submit(f"/officer/events/{code}/cancel", {})
    page = officer.page(f"/officer/events/{code}")
    assert "This event is cancelled" in text_of(page.main)
    token = page.select_one("form[action$=restore] input")["value"]
    assert officer.post(f"/officer/events/{code}/restore", data={"csrf_token": token}).status_code == 303
    assert "This event is cancelled" not in text_of(officer.page(f"/officer/events/{code}").main)
    officer.submit(f"/officer/events/{code}/delete", {})
    assert officer.get(f"/officer/events/{code}").status_code == 404


def test_notes_stand_apart_and_keep_hostile_text_harmless(app, officer, wave_id) -> None:
    code = made(app)
    token = officer.page(f"/officer/events/{code}").select_one("form[action$=notes] input")["value"]
    write = f"/officer/events/{code}/notes"
    for text, words in (("  ", "Write a note"), ("x" * 2001, "2,000 characters or fewer")):
        answer = officer.post(write, data={"csrf_token": token, "text": text})
        assert words in answer.get_data(as_text=True)
    refused = officer.post(write, data={"csrf_token": token, "text": "She said he'll kill her if she goes home"})
    assert "call 999" in refused.get_data(as_text=True)
    with app.app_context():
        assert db.session.query(EventNote).count() == 0
    assert officer.post(write, data={"csrf_token": token, "text": HOSTILE}).status_code == 303
    shown = HOSTILE.replace("\u202e", "")
    assert shown in officer.page(f"/officer/events/{code}").select_one(".app-note").text
    with app.app_context():
        id = db.session.query(EventNote).one().id
    officer.submit(f"/officer/events/{code}/notes/{id}/remove", {})
    assert officer.get(f"/officer/events/{code}/notes/{id}/remove").status_code == 404
    assert officer.get(f"/officer/events/{code}/notes/{2**40}/remove").status_code == 404


def test_the_roster_is_of_people_who_may_work_there(app, officer, wave_id) -> None:
    code = made(app)
    with app.app_context():
        id = db.session.scalars(select(User.id)).one()
    officer.submit(f"/officer/events/{code}/officers", {"officers": [str(id), "999"]})
    assert facts(officer.page(f"/officer/events/{code}"))["Who works there"].startswith("Test officer")
    officer.submit(f"/officer/events/{code}/officers", {})
    assert facts(officer.page(f"/officer/events/{code}"))["Who works there"].startswith("Nobody yet")


def answered(app, code: str, *channels: str, **answers: str) -> None:
    with app.app_context():
        wave, event = wave_by_slug("fast-feedback-test"), db.session.query(Event).filter_by(code=code).one()
        given = {**SOME_ANSWERS, **answers}
        submit_responses(submission(wave, event=event, channel=channel, answers=given) for channel in channels)


def test_answers_are_moved_after_a_choice(app, officer, wave_id) -> None:
    wrong, right = made(app, title="Wrong"), made(app, title="Right")
    assert "nothing to move" in text_of(officer.page(f"/officer/events/{wrong}/move").main)
    answered(app, wrong, "kiosk", "paper")
    address = officer.get(f"/officer/events/{wrong}/move").location
    page = officer.page(address)
    assert [tag["value"] for tag in page.select("input[name=channel]")] == ["all", "kiosk", "paper"]
    assert "Select the event" in officer.submit(address, {"channel": "all"}, status=200).get_data(as_text=True)
    officer.submit(address, {"channel": "kiosk", "target": right})
    with app.app_context():
        moved = db.session.query(Response).join(Event).filter(Event.code == right).all()
        assert [response.channel for response in moved] == ["kiosk"]


def test_small_parts_are_not_told_beside_a_total(app, officer, wave_id) -> None:
    code = made(app)
    answered(app, code, *["kiosk"] * 11, *["paper"] * 9)
    shown = facts(officer.page(f"/officer/events/{code}"))
    assert shown["Total"] == "20"
    assert "Paper" not in shown
    answered(app, code, "paper")
    shown = facts(officer.page(f"/officer/events/{code}"))
    assert (shown["Total"], shown["Paper"], shown["Tablet at an event"]) == ("21", "10", "11")


def test_the_list_is_searched_and_filtered(app, officer, wave_id) -> None:
    made(app, title=HOSTILE, kind="library")
    for number in range(21):
        made(app, title=f"Chat {number}")
    page = officer.page("/officer/")
    assert text_of(page.main.find("h2")) == "22 events"
    assert len(page.select(".app-card")) == 20
    next_page = page.select_one("a[rel=next]")["href"]
    assert len(officer.page(next_page).select(".app-card")) == 2
    page = officer.page("/officer/?kind=library&state=bogus&month=9999-99&page=-4&ward=x")
    assert [card.text for card in page.select(".app-card h3")] == [HOSTILE]
    assert not page.main.find_all("script")
    assert "No events match" in text_of(officer.page("/officer/?words=%25nothing").main)


def test_a_programme_is_looked_at_and_then_added(app, officer, wave_id) -> None:
    row = f"Library,{today()},10:00,12:00,Hall,Bargate,,fast-feedback,,,"
    header = "kind,date,start,end,place,ward,lead_partner,surveys,languages,target,title"
    looked = officer.submit(
        "/officer/events/programme", {"text": f"{header}\n{row}\n{row.replace('Hall', '')}"}, status=200
    )
    assert "Enter the place" in looked.get_data(as_text=True)
    looked = officer.submit("/officer/events/programme", {"text": f"{header}\n{row}"}, status=200)
    assert "Add 1 event" in looked.get_data(as_text=True)
    with app.app_context():
        assert db.session.query(Event).count() == 0
    officer.submit("/officer/events/programme", {"text": f"{header}\n{row}", "add": "yes"})
    officer.submit("/officer/events/programme", {"text": f"{header}\n{row}", "add": "yes"})
    with app.app_context():
        assert db.session.query(Event).count() == 1
    assert "empty" in officer.submit("/officer/events/programme", {}, status=200).get_data(as_text=True)
    assert officer.get("/officer/events/programme.csv").mimetype == "text/csv"


def test_a_result_comes_after_the_end_and_tells_nothing_of_few(app, officer, wave_id) -> None:
    running_now = made(app, ends_at=datetime.now(UTC) + timedelta(days=1))
    refused = officer.page(f"/officer/events/{running_now}/result", status=400)
    assert "is not over yet" in text_of(refused.main)
    small, large = (
        made(app, title=title, starts_at=datetime.now(UTC) - timedelta(days=2)) for title in ("Small", "Large")
    )
    answered(app, small, *["kiosk"] * 9)
    answered(app, large, *["kiosk"] * 40)
    text = text_of(officer.page(f"/officer/events/{small}/result").main)
    assert "Fewer than 10 residents" in text
    assert "%" not in text
    page = officer.page(f"/officer/events/{large}/result")
    assert "40 residents aged 16 and over" in text_of(page.main)
    assert "100%" not in text_of(page.main)  # together with the city it would give the small event's answers away


def test_the_coverage_board_is_open_to_officers_analysts_and_administrators(app, officer, wave_id) -> None:
    assert "They are made from 10 answers on" in text_of(officer.page("/officer/coverage").main)
    code = made(app, ends_at=datetime.now(UTC) + timedelta(days=2), ward_code="E05015493", title="Planned")
    answered(app, code, *["kiosk"] * 150)
    answered(app, code, *["kiosk"] * 4, ward="E05015493")
    page = officer.page("/officer/coverage?wave=fast-feedback-test")
    text = text_of(page.main)
    assert "154 residents aged 16 and over have answered" in text
    wards = {text_of(row.th): text_of(row.td) for row in page.select("table")[0].select("tbody tr")}
    assert wards["Bevois"] == "fewer than 10"
    assert wards["Bargate"] == "not shown"
    assert officer.get("/officer/coverage?wave=none").status_code == 404
    assert signed_in(app, "analyst").get("/officer/coverage").status_code == 200
    assert app.test_client().get("/officer/coverage").status_code == 303


def test_where_to_go_next_names_planned_events(app, officer, wave_id) -> None:
    code = made(app, ends_at=datetime.now(UTC) + timedelta(days=2), ward_code="E05015493", title="Planned")
    for ward in ("E05015491", "E05015490"):
        answered(app, code, *["kiosk"] * 150, ward=ward)
    items = [text_of(item) for item in officer.page("/officer/coverage").select("main ol li")]
    assert any(re.match(r"Bevois\..*Planned there: Planned", item) for item in items), items
    page = signed_in(app, "analyst").page("/officer/coverage")
    assert "Planned there: Planned" in text_of(page.main)
    assert not page.select("main a[href*='/officer/events/']")


def test_a_poster_needs_the_address_of_the_service(app, officer, wave_id, databases) -> None:
    code = made(app)
    refused = officer.page(f"/officer/events/{code}/poster", status=400)
    assert "SITE_URL" in text_of(refused.main)
    address = app.config["SQLALCHEMY_DATABASE_URI"]
    with running(address, site_url="https://safecity.example") as public:
        client = signed_in(public, "administrator")
        page = client.page(f"/officer/events/{code}/poster?size=a5&in=en&in=pl&in=xx")
        assert "poster_a5" in page.select_one("link[rel=stylesheet]")["href"]
        assert [section.get("lang") for section in page.select("section")] == ["en", "en", "pl"]
        assert text_of(page.select_one(".address")) == f"safecity.example/e/{code}"
        page = client.page(f"/officer/events/{code}/poster?size=bogus&in=bogus")
        assert "poster_a4" in page.select_one("link[rel=stylesheet]")["href"]
        assert client.page(f"/officer/events/{code}").select(".app-qr svg title")
