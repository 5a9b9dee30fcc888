"""Waves are made, extended, closed; only a test wave is ever deleted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import Mock, call

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from feedback.models import AuditEntry, Response, Wave
from tests.integration.staff.scenes import HOSTILE, add_event, add_wave, add_workbook, answer, signed_in
from tests.pages import text_of

TODAY = date(2026, 11, 21)
FORM = {
    "survey": "fast-feedback",
    "title": "Fast feedback winter",
    "slug": "fast-winter",
    "opens_on-day": "1",
    "opens_on-month": "12",
    "opens_on-year": "2026",
    "closes_on-day": "28",
    "closes_on-month": "2",
    "closes_on-year": "2027",
    "target": "600",
    "method": "self_selected",
    "purpose": "real",
}


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC)):
        yield


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """The commands that were started apart from the page."""
    start = Mock()
    monkeypatch.setattr("feedback.services.waves.fielding.start_command", start)
    return start


def rows(app: Flask, model: Any) -> list[Any]:
    from feedback.extensions import db

    with app.app_context():
        return list(db.session.scalars(select(model)))


def audit(app: Flask) -> list[tuple[str, str, dict[str, Any]]]:
    return [(entry.action, entry.subject, entry.detail) for entry in rows(app, AuditEntry) if "wave" in entry.action]


def errors(page: Any) -> dict[str, str]:
    soup = BeautifulSoup(page.text, "html5lib")
    return {link["href"][1:]: text_of(link) for link in soup.select(".govuk-error-summary a")}


def test_a_wave_is_made(app: Flask) -> None:
    client = signed_in(app, "administrator")
    assert "There are no waves yet." in text_of(client.page("/admin/waves").main)
    made = client.submit("/admin/waves/make", {**FORM, "id": "7", "questionnaire_id": "7"})
    assert made.location == "/admin/waves/fast-winter"
    page = client.page(made.location)
    assert "Fast feedback winter has been made." in text_of(page.select_one(".govuk-notification-banner"))
    assert not client.page(made.location).select(".govuk-notification-banner")  # said once
    row = client.page("/admin/waves").select_one("tbody tr")
    assert text_of(row) == (
        "Fast feedback winter How safe do you feel in Southampton? 1 December 2026 to 28 February 2027 Upcoming"
    )
    (wave,) = rows(app, Wave)
    assert (wave.slug, wave.survey, wave.target, wave.purpose, wave.method) == (
        "fast-winter",
        "fast-feedback",
        600,
        "real",
        "self_selected",
    )
    assert audit(app) == [
        (
            "wave made",
            "fast-winter",
            {
                "title": "Fast feedback winter",
                "purpose": "real",
                "target": 600,
                "opens_on": "2026-12-01",
                "closes_on": "2027-02-28",
            },
        )
    ]


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"survey": ""}, {"survey": "Select a survey"}),
        ({"survey": "no-such"}, {"survey": "Select a survey"}),
        ({"title": " "}, {"title": "Enter a title"}),
        ({"title": "x" * 100_000}, {"title": "The title must be 120 characters or fewer"}),
        ({"slug": ""}, {"slug": "Enter a short name"}),
        (
            {"slug": "Fast Winter"},
            {"slug": "The short name must have small letters, numbers and hyphens only, such as community-safety-2026"},
        ),
        (
            {"slug": "../../etc"},
            {"slug": "The short name must have small letters, numbers and hyphens only, such as community-safety-2026"},
        ),
        ({"slug": "x" * 61}, {"slug": "The short name must be 60 characters or fewer"}),
        ({"slug": "known"}, {"slug": "There is a wave known already. Choose another short name."}),
        ({"opens_on-day": ""}, {"opens_on-day": "The first day must include a day"}),
        (
            {"opens_on-day": "", "opens_on-month": "", "opens_on-year": ""},
            {"opens_on-day": "Enter the first day"},
        ),
        ({"closes_on-day": "30"}, {"closes_on-day": "The last day must be a real date, such as 27 3 2026"}),
        ({"closes_on-year": "2026"}, {"closes_on-day": "The last day must be the same as or after the first day"}),
        ({"target": "many"}, {"target": "The target must be a whole number between 1 and 10,000,000"}),
        ({"target": "0"}, {"target": "The target must be a whole number between 1 and 10,000,000"}),
        ({"target": "9" * 30}, {"target": "The target must be a whole number between 1 and 10,000,000"}),
        ({"method": "magic"}, {"method": "Select who may answer"}),
        ({"purpose": "demonstration"}, {"purpose": "Select a purpose"}),
        (
            {"opens_on-day": "1", "opens_on-month": "1"},
            {
                "opens_on-day": "Known is a wave of the same survey and is open from 1 November 2026 to "
                "30 November 2026. Choose days when it is not open, or close it first."
            },
        ),
    ],
)
def test_a_wave_that_cannot_be_made(sqlite_app: Flask, changed: dict[str, str], wrong: dict[str, str]) -> None:
    client = signed_in(sqlite_app, "administrator")
    with sqlite_app.app_context():
        add_wave("known", title="Known", opens_on=date(2026, 11, 1), closes_on=date(2026, 11, 30))
    changed = {**changed, "opens_on-year": "2026"} if changed.get("opens_on-month") == "1" else changed
    assert errors(client.submit("/admin/waves/make", {**FORM, **changed}, status=200)) == wrong
    assert [wave.slug for wave in rows(sqlite_app, Wave)] == ["known"]
    assert audit(sqlite_app) == []


def test_what_was_typed_is_kept(sqlite_app: Flask) -> None:
    client = signed_in(sqlite_app, "administrator")
    form = {**FORM, "title": HOSTILE, "slug": "<b>", "opens_on-day": '"><script>', "target": "lots"}
    soup = BeautifulSoup(client.submit("/admin/waves/make", form, status=200).text, "html5lib")
    assert not soup.main.find_all("script")
    kept = {tag["name"]: tag.get("value") for tag in soup.select("input[type=text]")}
    assert kept["slug"] == "<b>"
    assert kept["opens_on-day"] == '"><script>'
    assert kept["target"] == "lots"
    assert soup.select_one("input[name=survey][checked]")["value"] == "fast-feedback"


def test_waves_of_one_survey_may_follow_each_other_and_tests_may_overlap(app: Flask) -> None:
    client = signed_in(app, "administrator")
    with app.app_context():
        add_wave("known", opens_on=date(2026, 11, 1), closes_on=date(2026, 11, 30))
    client.submit("/admin/waves/make", {**FORM, "slug": "next"})
    other = {**FORM, "opens_on-day": "21", "opens_on-month": "11"}
    client.submit("/admin/waves/make", {**other, "slug": "a-test", "purpose": "test"})
    client.submit("/admin/waves/make", {**other, "slug": "another-survey", "survey": "community-safety"})
    assert len(rows(app, Wave)) == 4


def test_a_wave_is_extended_closed_and_opened_again(app: Flask, started: Mock) -> None:
    client = signed_in(app, "administrator")
    with app.app_context():
        add_wave("now", title="Now", opens_on=date(2026, 11, 1), closes_on=date(2026, 11, 30))
    later = {"closes_on-day": "5", "closes_on-month": "12", "closes_on-year": "2026"}
    assert client.submit("/admin/waves/now/extend", later).location == "/admin/waves/now"
    assert rows(app, Wave)[0].closes_on == date(2026, 12, 5)
    words = text_of(client.page("/admin/waves/now/close").main)
    assert "People who have already started can send their answers until the end of today." in words
    assert rows(app, Wave)[0].closes_on == date(2026, 12, 5)  # looking closes nothing
    client.submit("/admin/waves/now/close", {})
    assert rows(app, Wave)[0].closes_on == date(2026, 11, 20)
    assert started.mock_calls == [call("privacy", "rewrite")], "its answers are rewritten in random order"
    assert "Closed" in text_of(client.page("/admin/waves/now").main)
    answer_ = client.submit("/admin/waves/now/close", {}, status=400)
    assert "Now has been closed since 20 November 2026." in answer_.text
    client.submit("/admin/waves/now/extend", later)
    assert [action for action, _, _ in audit(app)] == ["wave extended", "wave closed", "wave extended"]


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (("", "", ""), "Enter the new last day"),
        (("31", "11", "2026"), "The new last day must be a real date, such as 27 3 2026"),
        (
            ("20", "11", "2026"),
            "The last day is 30 November 2026 already. Enter a later day, or close the wave instead.",
        ),
        (
            ("24", "12", "2026"),
            "Later is a wave of the same survey and is open from 24 December 2026 to 31 December 2026. "
            "Choose days when it is not open, or close it first.",
        ),
    ],
)
def test_a_wave_that_cannot_be_extended(app: Flask, day: tuple[str, str, str], sentence: str) -> None:
    client = signed_in(app, "administrator")
    with app.app_context():
        add_wave("now", title="Now", opens_on=date(2026, 11, 1), closes_on=date(2026, 11, 30))
        add_wave("later", title="Later", opens_on=date(2026, 12, 24), closes_on=date(2026, 12, 31))
    form = dict(zip(("closes_on-day", "closes_on-month", "closes_on-year"), day, strict=True))
    assert list(errors(client.submit("/admin/waves/now/extend", form, status=200)).values()) == [sentence]
    assert audit(app) == []
    assert {wave.closes_on for wave in rows(app, Wave)} == {date(2026, 11, 30), date(2026, 12, 31)}


def test_a_wave_to_come_cannot_be_closed(sqlite_app: Flask) -> None:
    client = signed_in(sqlite_app, "administrator")
    with sqlite_app.app_context():
        add_wave("soon", title="Soon", opens_on=TODAY + timedelta(days=1))
    assert not client.page("/admin/waves/soon").select("a[href$='/close']")
    assert "Soon has not opened yet." in client.submit("/admin/waves/soon/close", {}, status=400).text
    assert audit(sqlite_app) == []


def test_a_wave_that_opened_today_closes_at_midnight_and_the_page_says_so_everywhere(app: Flask, started: Mock) -> None:
    client = signed_in(app, "administrator")
    with app.app_context():
        add_wave("new", title="New", opens_on=TODAY)
    assert "until midnight" not in text_of(client.page("/admin/waves/new").dl)
    closed = client.submit("/admin/waves/new/close", {})
    page = client.page(closed.location)
    assert not started.called, "it takes answers until the night, when they are rewritten"
    assert "New closes at midnight." in text_of(page.select_one(".govuk-notification-banner"))
    assert text_of(page.dl.dd) == "Open until midnight"
    assert not page.select("a[href$='/close']")
    assert "closes at midnight already" in client.submit("/admin/waves/new/close", {}, status=400).text
    assert [action for action, _, _ in audit(app)] == ["wave closed"]


@pytest.mark.parametrize("survey", ["fast-feedback", "community-safety"])
def test_a_test_wave_can_be_tried_at_its_address(app: Flask, survey: str) -> None:
    client = signed_in(app, "administrator")
    with app.app_context():
        add_wave("trial", survey=survey, purpose="test")
        add_wave("real", survey=survey)
        add_wave("soon", survey=survey, purpose="test", opens_on=TODAY + timedelta(days=1))
    page = client.page("/admin/waves/trial")
    (link,) = (link for link in page.main.find_all("a") if text_of(link) == "Try it")
    assert link["href"] == f"http://localhost/s/{survey}?wave=trial"
    assert link["href"] in text_of(page.dl)
    opened = app.test_client().get(link["href"], follow_redirects=True)
    assert opened.status_code == 200
    assert "trial" in {tag.get("value") for tag in BeautifulSoup(opened.text, "html5lib").select("input")} or (
        "wave=trial" in opened.request.url
    )
    assert "It works from the first day." in text_of(client.page("/admin/waves/soon").main)
    for slug in ("soon", "real"):
        assert "Try it" not in text_of(client.page(f"/admin/waves/{slug}").main)


@pytest.mark.both_engines
def test_a_test_wave_is_deleted_with_all_it_has_after_its_name_is_typed(app: Flask) -> None:
    client = signed_in(app, "administrator")
    with app.app_context():
        kept, trial = add_wave("kept"), add_wave("trial", title="Trial", purpose="test")
        event = add_event(trial, "AB3DE")
        answer(trial, event=event, channel="event_link")
        answer(trial)
        answer(kept)
        add_workbook(trial, b"x")
    assert client.page("/admin/waves/trial").select("a[href$='/delete']")
    for typed, sentence in (("", "Type the short name of the wave"), ("Trial", "Type trial to delete this wave")):
        wrong = errors(client.submit("/admin/waves/trial/delete", {"slug": typed}, status=200))
        assert wrong["slug"].startswith(sentence)
    assert len(rows(app, Response)) == 3
    deleted = client.submit("/admin/waves/trial/delete", {"slug": "trial"})
    assert "Trial has been deleted with 2 answers." in text_of(client.page(deleted.location).main)
    assert [wave.slug for wave in rows(app, Wave)] == ["kept"]
    assert len(rows(app, Response)) == 1
    assert audit(app) == [("test wave deleted", "trial", {"title": "Trial"})]
    assert client.get("/admin/waves/trial").status_code == 404


@pytest.mark.parametrize("purpose", ["real", "demonstration"])
def test_a_wave_that_is_no_test_is_never_deleted(app: Flask, purpose: str) -> None:
    client = signed_in(app, "administrator")
    with app.app_context():
        add_wave("kept", title="Kept", purpose=purpose)
    app.config["WTF_CSRF_ENABLED"] = False
    assert not client.page("/admin/waves/kept").select("a[href$='/delete']")
    for answer_ in (
        client.get("/admin/waves/kept/delete"),
        client.post("/admin/waves/kept/delete", data={"slug": "kept"}),
    ):
        assert answer_.status_code == 400
        assert "Kept is not a test wave" in answer_.text
    assert len(rows(app, Wave)) == 1


def test_hostile_titles_stand_as_text_on_every_page(app: Flask) -> None:
    client = signed_in(app, "administrator")
    with app.app_context():
        add_wave("trial", title=HOSTILE, purpose="test")
        add_workbook(add_wave("other", title=HOSTILE), b"x")
    paths = ["/admin/", "/admin/waves", "/analyst/", "/analyst/waves/other", "/officer/"]
    paths += [f"/admin/waves/trial{end}" for end in ("", "/extend", "/close", "/delete")]
    for path in paths:
        page = client.page(path)
        assert not page.main.find_all("script"), path
        assert path in {"/admin/", "/officer/"} or 'alert("x")' in page.get_text(), path


def test_nothing_is_published_yet(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(sqlite_app, "administrator")
    monkeypatch.setattr("feedback.administrators.waves.surveys", list)
    assert "No questionnaire has been published yet" in text_of(client.page("/admin/waves/make").main)
    assert client.page("/admin/waves").h1.text == "Waves"


@pytest.mark.parametrize("slug", ["none", "%00", "x" * 5000, "' or 1=1 --", "\u202e"])
def test_a_wave_that_does_not_exist(app: Flask, slug: str) -> None:
    client = signed_in(app, "administrator")
    for path in (f"/admin/waves/{slug}", f"/admin/waves/{slug}/close", f"/analyst/waves/{slug}"):
        assert client.get(path).status_code == 404
