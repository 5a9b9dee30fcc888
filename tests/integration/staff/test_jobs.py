"""The page of work in the background is the same for every kind, and there for the person who asked alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from feedback.clock import today
from feedback.extensions import db
from feedback.models import Job, User
from feedback.models.jobs import JOB_KINDS, PATIENCE
from feedback.models.types import utc_now
from feedback.services import jobs
from feedback.services.jobs import JobResult, finish
from tests.integration.staff.scenes import add_staff, add_wave, answer, sign_in, signed_in
from tests.pages import text_of

MADE = {"workbook": "workbook", "preview": "preview", "respondent_file": "file"}
PAGES = {
    "workbook": ("/analyst/waves/over", "/analyst/waves/over/workbooks"),
    "preview": ("/analyst/waves/over/releases", "/analyst/waves/over/releases"),
    "respondent_file": ("/analyst/waves/over/respondent-files", "/analyst/waves/over/respondent-files"),
}
WANTED: dict[str, dict[str, str]] = {
    "workbook": {"audience": "public", "without_suspected": "y"},
    "preview": {"note": "As agreed"},
    "respondent_file": {"kind": "csv", "reason": "To compare two groups"},
}


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    noted: list[Any] = []
    monkeypatch.setattr(jobs, "start_process", noted.append)
    return noted


@pytest.fixture
def analyst(app: Flask, started: list[Any]) -> Any:
    """An analyst, and a survey that is over and was answered."""
    with app.app_context():
        wave = add_wave("over", opens_on=today() - timedelta(days=20), closes_on=today() - timedelta(days=5))
        for _ in range(10):
            answer(wave, day=today() - timedelta(days=9))
    return signed_in(app, "analyst")


def ask(client: Any, kind: str) -> str:
    """Send the form that asks for a kind of work; return the address of its page."""
    page, address = PAGES[kind]
    token = client.page(page).select_one("main form[method=post] input[name=csrf_token]")["value"]
    sent = client.post(address, data={**WANTED[kind], "csrf_token": token})
    assert sent.status_code == 303, text_of(BeautifulSoup(sent.text, "html5lib").body)
    return str(sent.location)


def change(app: Flask, **values: Any) -> None:
    with app.app_context():
        db.session.execute(db.update(Job).values(**values))
        db.session.commit()


@pytest.mark.parametrize("kind", JOB_KINDS)
def test_a_second_request_leads_to_the_work_that_runs_and_says_so(analyst: Any, started: list[Any], kind: str) -> None:
    first = ask(analyst, kind)
    assert "before, and it is still being made" not in text_of(analyst.page(first).body)
    assert ask(analyst, kind) == first
    assert f"You asked for a {MADE[kind]} before, and it is still being made." in text_of(analyst.page(first).body)
    assert len(started) == 1
    for other in set(JOB_KINDS) - {kind}:
        assert ask(analyst, other) != first


@pytest.mark.parametrize("kind", JOB_KINDS)
def test_progress_then_death_then_another_try(app: Flask, analyst: Any, started: list[Any], kind: str) -> None:
    address = ask(analyst, kind)
    change(app, step="Weighting", done=2, total=7)
    page = analyst.page(address)
    assert text_of(page.h1) == f"Making the {MADE[kind]}"
    assert "Step 3 of 7: Weighting" in text_of(page.main)
    assert (page.progress["value"], page.progress["max"]) == ("2", "7")
    assert address in {link["href"] for link in analyst.page(PAGES[kind][0]).select("main a")}  # found again
    change(app, progress_at=utc_now() - PATIENCE - timedelta(minutes=1))
    told = analyst.get(address)
    page = BeautifulSoup(told.text, "html5lib")
    assert ("Refresh" in told.headers, text_of(page.h1)) == (False, f"The {MADE[kind]} could not be made")
    assert "The work stopped before it was finished. Try again." in text_of(page.main)
    form = page.select_one("main form")
    again = analyst.post(form["action"], data={"csrf_token": form.select_one("input[name=csrf_token]")["value"]})
    assert (again.status_code, again.location == address, len(started)) == (303, False, 2)
    with app.app_context():
        first, second = db.session.scalars(db.select(Job).order_by(Job.asked_at))
        assert first.wanted == second.wanted
        assert WANTED[kind].keys() <= first.wanted.keys()


@pytest.mark.parametrize("kind", JOB_KINDS)
def test_the_work_of_another_person_is_not_there(app: Flask, analyst: Any, kind: str) -> None:
    address = ask(analyst, kind)
    assert analyst.get(address).status_code == 200
    with app.app_context():
        add_staff("administrator", "analyst")
    other: Any = sign_in(app.test_client(), "administrator")
    token = other.page("/analyst/waves/over").select_one("main form input[name=csrf_token]")["value"]
    assert other.get(address).status_code == 404
    assert other.post(f"{address}/again", data={"csrf_token": token}).status_code == 404
    assert address not in {link["href"] for link in other.page("/analyst/waves/over").select("main a")}
    assert signed_in(app, "officer").get(address).status_code == 403


def test_who_is_no_analyst_any_more_tries_no_file_again(app: Flask, analyst: Any) -> None:
    address = ask(analyst, "respondent_file")
    change(app, fault="It failed.", finished_at=utc_now())
    with app.app_context():
        roles = list(add_staff("administrator").roles)
        db.session.scalar(db.select(User).filter_by(email="analyst@example.com")).roles = roles
        db.session.commit()
    assert analyst.get(address).status_code == 404


def test_a_file_of_one_kind_is_none_of_another(app: Flask, analyst: Any) -> None:
    ids = {kind: ask(analyst, kind).rpartition("/")[2] for kind in ("workbook", "respondent_file")}
    with app.app_context():
        for job in db.session.scalars(db.select(Job)).all():
            finish(job.id, JobResult(b"made", {"rows": 3}))
    parts = {"workbook": "workbooks", "respondent_file": "respondent-files"}
    for kind, id in ids.items():
        for other, part in parts.items():
            answered = analyst.get(f"/analyst/{part}/{id}/file")
            assert (answered.status_code, answered.data == b"made") == ((200, True) if other == kind else (404, False))
