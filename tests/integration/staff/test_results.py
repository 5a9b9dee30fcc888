"""What analysts see of a wave, and the workbook they take away."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from analysis.thresholds import thresholds
from feedback.analysts.audiences import AUDIENCES, HIDDEN
from feedback.clock import today
from feedback.models import AuditEntry, Job
from feedback.models.jobs import DIED
from feedback.models.staff import AUDIENCES as KNOWN_AUDIENCES
from feedback.services.answers.submission import submit_response
from feedback.services.snapshots import advance
from feedback.small_counts import shown_count
from tests.integration.staff.scenes import (
    HOSTILE,
    add_event,
    add_wave,
    add_workbook,
    answer,
    answer_often,
    signed_in,
)
from tests.makers import submission
from tests.pages import text_of

WORKBOOKS = ("/analyst/waves/safety-now", "/analyst/waves/safety-now/workbooks")  # the page, and where its form goes


def table(page: BeautifulSoup, caption: str) -> list[list[str]]:
    found = next(table for table in page.find_all("table") if text_of(table.caption) == caption)
    return [[text_of(cell) for cell in row.find_all(["th", "td"])] for row in found.tbody.find_all("tr")]


def facts(page: BeautifulSoup) -> dict[str, str]:
    return {text_of(row.dt): text_of(row.dd) for row in page.select(".govuk-summary-list__row")}


def test_no_waves_and_no_answers(app: Flask) -> None:
    client = signed_in(app, "analyst")
    assert "There are no waves yet. An administrator makes them." in text_of(client.page("/analyst/").main)
    with app.app_context():
        add_wave("empty", target=None)
    page = client.page("/analyst/waves/empty")
    assert text_of(page.main).count("No answers yet.") == 2
    assert "There are no figures yet. They are made from 10 answers on, or when they are published" in text_of(
        page.main
    )
    assert "No workbook can be made now, because there are no figures to put in it." in text_of(page.main)
    assert "No workbook of this wave has been made yet." in text_of(page.main)
    assert not page.select("svg, form[action$='workbooks']")
    assert table(client.page("/analyst/"), "Waves, newest first")[0][-3:] == ["0", "None", "No"]


def test_a_wave_in_numbers(app: Flask) -> None:
    client = signed_in(app, "analyst")
    with app.app_context():
        wave = add_wave(target=50)
        answer_often(wave, [12, 9, 10, 0, 1])
        event = add_event(wave, "AB3DE")
        for _ in range(3):
            answer(wave, event=event, channel="event_link", day=today() - timedelta(days=2))
        answer(wave, ward="outside")
        for _ in range(2):
            answer(wave, age_band="under_16")
    page = client.page("/analyst/waves/safety-now")
    assert facts(page) == {
        "In the base": "35",
        "Excluded: Lives outside Southampton": "1",
        "Excluded: Under 16": "2",
        "All answers in the figures": "38",
    }
    assert "38 of a target of 50 (76%)" in text_of(page.main)
    assert page.select_one("progress")["value"] == "38"
    assert table(page, "Answers by channel") == [["Online", "35"], ["Event link or QR code", "3"]]
    by_ward = dict(table(page, "Answers by ward"))
    assert list(by_ward.values())[:5] == ["12", "fewer than 10", "10", "fewer than 10", "fewer than 10"]
    assert by_ward["No ward given, or outside"] == "fewer than 10"
    assert "Counts under 10 are shown as “fewer than 10”, so that nobody" in text_of(page.main)
    days = table(page, "Answers by day and channel")
    assert sum(int(row[-1]) for row in days) == 38
    assert days[2][1:] == ["3", "3", "6"]
    picture = page.select_one("svg")
    assert picture["aria-labelledby"] == "day-chart-title day-chart-description"
    assert len(picture.select("rect")) == len(days)
    assert "The most were received on" in text_of(picture.desc)


def test_more_answers_than_hoped_for(app: Flask) -> None:
    client = signed_in(app, "analyst")
    with app.app_context():
        wave = add_wave(target=1)
        answer(wave), answer(wave)
    page = client.page("/analyst/waves/safety-now")
    assert "2 of a target of 1 (200%)" in text_of(page.main)
    assert page.select_one("progress")["value"] == "1"


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "fewer than 10"), (1, "fewer than 10"), (9, "fewer than 10"), (10, "10"), (12345, "12,345")],
)
def test_small_counts_are_not_shown(count: int, shown: str) -> None:
    assert shown_count(count) == shown


def test_a_workbook_is_asked_for_waited_for_and_taken_away(app: Flask) -> None:
    client = signed_in(app, "analyst")
    with app.app_context():
        answer_often(add_wave(), [10])
    with patch("feedback.services.jobs.start_process") as started:
        asked = client.submit("/analyst/waves/safety-now/workbooks", {}, status=400)  # without the page's token
        assert not started.called
        asked = submit_on(client, *WORKBOOKS, audience="partner")
        again = submit_on(client, *WORKBOOKS, audience="partner")
    assert started.call_count == 1
    assert asked.status_code == 303
    assert asked.location == again.location  # a second click waits for the same one
    assert "it is still being made" in text_of(client.page(asked.location).body)
    waiting = client.get(asked.location)
    assert waiting.headers["Refresh"] == "2"
    soup = BeautifulSoup(waiting.text, "html5lib")
    assert soup.h1.text == "Making the workbook"
    assert "Step 1 of 1: Waiting to start" in text_of(soup.main)
    still = client.get(asked.location + "?still=1")
    assert "Refresh" not in still.headers
    finish_job(app, b"PK the workbook")
    ready = client.get(asked.location)
    assert "Refresh" not in ready.headers
    address = BeautifulSoup(ready.text, "html5lib").select_one("a.govuk-button")["href"]
    with time_machine.travel(datetime.now(UTC)):
        file = client.get(address)
    assert file.data == b"PK the workbook"
    assert file.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert file.headers["Content-Disposition"].startswith("attachment; filename=safety-now-partner-2026-")
    assert file.headers["Content-Disposition"].endswith(".xlsx")
    assert file.headers["Cache-Control"] == "no-store"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    with app.app_context():
        from feedback.extensions import db

        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert (entry.actor, entry.action, entry.subject) == (
            "analyst@example.com",
            "workbook downloaded",
            "safety-now",
        )
        assert list(entry.detail) == ["file", "audience"]
    listed = table(client.page("/analyst/waves/safety-now"), "Workbooks made before, newest first")
    assert [row[1:3] for row in listed] == [["Partner organisations", "analyst@example.com"]]
    assert listed[0][3].startswith("Download")


def submit_on(client: Any, page: str, address: str, **given: str) -> Any:
    """Send the form for `address` that stands on a page, with its hidden fields and what is given."""
    form = next(form for form in client.page(page).select("form") if form.get("action") == address)
    hidden = {tag["name"]: tag["value"] for tag in form.select("input[type=hidden]")}
    return client.post(address, data={**hidden, **given})


def finish_job(app: Flask, content: bytes) -> None:
    with app.app_context():
        from feedback.extensions import db
        from feedback.services.jobs import JobResult, finish

        finish(db.session.scalars(select(Job.id)).one(), JobResult(content))


def test_progress_is_shown_step_by_step(app: Flask) -> None:
    client = signed_in(app, "analyst")
    with app.app_context():
        id = add_workbook(add_wave(), step="Weighting", done=2, total=7).id
    page = client.page(f"/analyst/jobs/{id}")
    assert "Step 3 of 7: Weighting" in text_of(page.main)
    assert (page.select_one("progress")["value"], page.select_one("progress")["max"]) == ("2", "7")
    assert client.get(f"/analyst/workbooks/{id}/file").status_code == 404


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"fault": "<script>The margins do not add up.", "finished_at": datetime.now(UTC)},
            "<script>The margins do not add up.",
        ),
        ({"progress_at": datetime.now(UTC) - timedelta(hours=1)}, DIED),
    ],
)
def test_a_workbook_that_could_not_be_made(app: Flask, changed: dict[str, Any], sentence: str) -> None:
    client = signed_in(app, "analyst")
    with app.app_context():
        wave = add_wave()
        answer_often(wave, [10])
        id = add_workbook(wave, **changed).id
    answered = client.get(f"/analyst/jobs/{id}")
    page = BeautifulSoup(answered.text, "html5lib")
    assert page.h1.text == "The workbook could not be made"
    assert sentence in text_of(page.main)
    assert "Refresh" not in answered.headers
    with patch("feedback.services.jobs.start_process") as started:
        again = submit_on(client, f"/analyst/jobs/{id}", page.select_one("main form")["action"])
    assert started.called
    assert again.location not in {None, f"/analyst/jobs/{id}"}
    with app.app_context():
        from feedback.extensions import db

        assert [job.wanted["audience"] for job in db.session.scalars(select(Job))] == ["partner", "partner"]


@pytest.mark.parametrize("audience", ["", "everybody", HOSTILE])
def test_a_workbook_is_not_made_before_somebody_says_for_whom(app: Flask, audience: str) -> None:
    client = signed_in(app, "analyst")
    with app.app_context():
        answer_often(add_wave(), [10])
    radios = client.page(WORKBOOKS[0]).select("input[name=audience]")
    assert [radio["value"] for radio in radios] == ["analyst", "partner", "public"]
    assert not [radio for radio in radios if radio.get("checked") is not None]
    with patch("feedback.services.jobs.start_process") as started:
        page = BeautifulSoup(submit_on(client, *WORKBOOKS, audience=audience).text, "html5lib")
    assert not started.called
    assert text_of(page.select_one(".govuk-error-summary a")) == "Select who will read the workbook"
    assert page.select_one(".govuk-error-summary a")["href"] == "#audience"


def test_what_is_hidden_is_said_with_the_limits_that_the_figures_are_made_with() -> None:
    assert set(AUDIENCES) == set(HIDDEN) == set(KNOWN_AUDIENCES)
    for audience, sentence in HIDDEN.items():
        limits = thresholds(audience)
        numbers = [limits.hide_base_under, limits.round_bases_to if limits.round_bases_to > 1 else 0]
        assert re.findall("[0-9]+", sentence) == [str(number) for number in numbers if number]
        assert ("small numbers" in sentence) == bool(limits.hide_counts_under)


@pytest.mark.parametrize("id", [str(uuid.UUID(int=3)), "3", "..%2f..%2fetc%2fpasswd", "%00", "' or 1=1 --"])
def test_a_workbook_that_does_not_exist(app: Flask, id: str) -> None:
    client = signed_in(app, "analyst")
    for path in (f"/analyst/jobs/{id}", f"/analyst/workbooks/{id}/file"):
        assert client.get(path).status_code == 404


def test_the_file_of_a_test_says_so_in_its_name(sqlite_app: Flask) -> None:
    client = signed_in(sqlite_app, "analyst")
    with sqlite_app.app_context():
        id = add_workbook(add_wave("trial", purpose="test"), b"x").id
    assert (
        "filename=trial-test-partner-2026" in client.get(f"/analyst/workbooks/{id}/file").headers["Content-Disposition"]
    )


def test_a_download_is_recorded_while_somebody_else_writes(sqlite_app: Flask) -> None:
    """SQLite refuses to turn a read into a write after another writer; the download must not read first."""
    client = signed_in(sqlite_app, "analyst")
    with sqlite_app.app_context():
        wave = add_wave()
        id = add_workbook(wave, b"x").id
    from feedback.services import audit

    real = audit.record

    def write_in_between(*arguments: Any, **named: Any) -> None:
        import sqlite3

        address = sqlite_app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
        with sqlite3.connect(address) as other:
            other.execute("update wave set target = 7")
        real(*arguments, **named)

    with patch("feedback.services.audit.record", write_in_between):
        assert client.get(f"/analyst/workbooks/{id}/file").data == b"x"


def test_an_analyst_chooses_what_figures_are_weighted_by(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from feedback.extensions import db
    from feedback.models import Job
    from feedback.services.job_kinds import start_again

    monkeypatch.setattr("feedback.services.jobs.start_process", lambda id: None)
    with app.app_context():
        answer_often(add_wave(), [10])
    client = signed_in(app, "analyst")
    page = client.page("/analyst/waves/safety-now")
    offered = [box["value"] for box in page.select("input[name=not_weighted_by]:not([checked])")]
    assert {"ward", "age_band"} <= set(offered)
    sent = {"audience": "analyst", "not_weighted_by": ["ward", "no_such"]}
    token = page.select_one("input[name=csrf_token]")["value"]
    assert client.post("/analyst/waves/safety-now/workbooks", data={"csrf_token": token, **sent}).status_code == 303
    with app.app_context():
        (job,) = db.session.query(Job)
        assert job.wanted == {"audience": "analyst", "without_suspected": False, "not_weighted_by": ["ward"]}
        job.finished_at = job.asked_at
        db.session.commit()
        assert start_again(job).job.wanted == job.wanted
    assert "not weighted by ward" in text_of(client.page("/analyst/waves/safety-now").main)


def test_marked_answers_that_no_figure_counts_yet_are_not_said_to_be_in_it(app: Flask) -> None:
    client = signed_in(app, "analyst")
    with app.app_context():
        wave = add_wave()
        answer_often(wave, [12])
        advance(wave)
        submit_response(submission(wave, signals=frozenset({"trap"})))
    page = client.page("/analyst/waves/safety-now")
    assert (facts(page)["All answers in the figures"], facts(page)["A hidden field was filled in"]) == ("12", "1")
    assert "They are among the answers received" in text_of(page.main)
