"""You said, we did: recorded by staff, published when ready, read by everybody."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from feedback.clock import today
from feedback.extensions import db
from feedback.models import Action, AuditEntry
from feedback.queries.actions import published_actions
from tests.integration.staff.scenes import HOSTILE, signed_in
from tests.pages import text_of

BEVOIS, BARGATE = "E05015492", "E05015491"
RIGHT = {
    "title": "Brighter lights by the station",
    "theme": "drugs",
    "wards": [BARGATE],
    "said": "People told us that the path is dark.",
    "did": "We put up eight new lights.",
    "status": "under_way",
    "owner": "City council, street lighting",
    "evidence": "https://example.com/lights",
}


def record(client, **changed: object) -> str:
    """Record an action; return the path of its page."""
    answer = client.submit("/admin/actions/add", {**RIGHT, **changed}, status=303)
    return urlsplit(answer.location).path


def press(client, path: str, word: str) -> None:
    """Press the button of an action's page that posts to `word`."""
    button = client.page(path).select_one(f'form[action="{path}/{word}"]')
    answer = client.post(f"{path}/{word}", data={"csrf_token": button.select_one("input")["value"]})
    assert answer.status_code == 303


def test_an_action_is_recorded_published_and_taken_off_again(app: Flask) -> None:
    client, resident = signed_in(app, "analyst"), app.test_client()
    path = record(client)
    assert RIGHT["title"] not in resident.get("/you-said").text
    press(client, path, "publish")
    page = resident.page("/you-said")
    entry = page.select_one("article")
    assert text_of(entry.select_one("h3")) == RIGHT["title"]
    assert "Under way" in text_of(entry)
    assert "We put up eight new lights." in text_of(entry)
    assert RIGHT["title"] in resident.get(f"/you-said/{BARGATE}").text
    assert RIGHT["title"] not in resident.get(f"/you-said/{BEVOIS}").text
    press(client, path, "unpublish")
    assert RIGHT["title"] not in resident.get("/you-said").text
    with app.app_context():
        recorded = [entry.action for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
        assert recorded[-3:] == ["action recorded", "action published", "action unpublished"]


def test_what_concerns_the_whole_city_stands_on_every_ward_page(app: Flask) -> None:
    client = signed_in(app, "administrator")
    path = record(client, wards=["all", BARGATE])
    press(client, path, "publish")
    for ward in (BARGATE, BEVOIS):
        assert RIGHT["title"] in app.test_client().get(f"/you-said/{ward}").text
        assert RIGHT["title"] in app.test_client().get(f"/you-said/{ward}/poster").text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": ""}, "Enter a title"),
        ({"theme": "made_up"}, "Select a theme"),
        ({"wards": []}, "Select at least one ward, or the whole city"),
        ({"wards": ["E99999999"]}, "Select at least one ward, or the whole city"),
        ({"did": ""}, "Enter what was done, is planned, or why it cannot be done"),
        ({"did": "x" * 100_000}, "What we did must be 1200 characters or fewer"),
        ({"status": "done"}, "Enter the day it was done."),
        ({"evidence": "javascript:alert(1)"}, "Enter a web address that begins with https://"),
        ({"owner": ""}, "Enter who is responsible"),
    ],
)
def test_bad_input_is_answered_with_a_sentence_and_stores_nothing(
    app: Flask, changed: dict[str, object], sentence: str
) -> None:
    client = signed_in(app, "analyst")
    answer = client.submit("/admin/actions/add", {**RIGHT, **changed}, status=200)
    assert sentence in answer.text
    with app.app_context():
        assert db.session.scalars(select(Action)).all() == []


def test_done_needs_a_day_that_has_come(app: Flask) -> None:
    client = signed_in(app, "analyst")
    tomorrow = today() + timedelta(days=1)
    day = {f"done_on-{part}": str(getattr(tomorrow, part)) for part in ("day", "month", "year")}
    answer = client.submit("/admin/actions/add", {**RIGHT, "status": "done", **day}, status=200)
    assert "The day it was done must be today or in the past." in answer.text


def test_a_public_entry_is_not_deleted_and_a_change_shows_at_once(app: Flask) -> None:
    client = signed_in(app, "analyst")
    path = record(client)
    press(client, path, "publish")
    refused = client.submit(f"{path}/delete", {}, status=400)
    assert "Unpublish it first" in refused.text
    client.submit(f"{path}/change", {**RIGHT, "title": HOSTILE, "status": "cannot", "wards": ["all"]}, status=303)
    shown = app.test_client().get("/you-said").text
    assert "<script>alert" not in shown
    assert "We cannot do this" in shown
    press(client, path, "unpublish")
    client.submit(f"{path}/delete", {}, status=303)
    with app.app_context():
        assert published_actions() == []
        last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert (last.action, last.detail["did"]) == ("action deleted", RIGHT["did"])


def test_the_poster_has_a_code_only_where_the_address_is_known(app: Flask) -> None:
    page = app.test_client().page(f"/you-said/{BARGATE}/poster")
    assert page.select_one("svg") is None
    assert "the address of this website has not been set" in text_of(page.select_one("main"))


def test_an_unknown_ward_is_answered_with_a_sentence(app: Flask) -> None:
    answer = app.test_client().get("/you-said/E99999999")
    assert answer.status_code == 404
    assert "There is no such ward" in answer.text


def test_officers_do_not_record_actions(app: Flask) -> None:
    assert signed_in(app, "officer").get("/admin/actions").status_code == 403


def test_an_event_has_its_own_page_and_a_receipt_leads_to_it(app: Flask) -> None:
    from feedback.models import Response
    from tests.integration.staff.scenes import add_event, add_wave

    with app.app_context():
        event = add_event(add_wave(), "PARK22", "Park party")
        code, ward = event.code, event.ward_code
    client = app.test_client()
    assert text_of(client.page(f"/you-said/event/{code}").h1) == "You said, we did: Park party"
    assert client.get("/you-said/event/NOSUCH").status_code == 404
    sent = client.submit("/s/fast-feedback?e=PARK22", {"safe_local_day": "very_safe", "ward": ward})
    links = [link["href"] for link in client.page(sent.location).select("main a")]
    assert any(link.startswith(f"/you-said/{ward}") for link in links)
    assert any(link.startswith(f"/you-said/event/{code}") for link in links)
    with app.app_context():
        assert db.session.scalars(select(Response.event_id)).one() is not None
