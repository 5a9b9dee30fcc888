"""Ceilings are settings; at each of them a sentence says what to do, and nothing that was kept is lost."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from feedback.config import Settings, SettingsError
from feedback.extensions import db
from feedback.models import Conflict, Draft, Job
from tests.integration.residents.test_one_page import SAFE, hidden
from tests.integration.staff.scenes import add_staff, sign_in
from tests.makers import make_wave, settings, submission
from tests.pages import PageClient

NAMES = (
    "ANSWERS_A_MINUTE",
    "CONFLICTS_AN_ANSWER",
    "DRAFTS_AN_HOUR",
    "JOBS_AN_HOUR",
    "KIOSKS_AN_EVENT",
    "WAITING_FORMS_A_PASS",
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("wrong", ["", "-1", "ten", "1.5", "²", "9" * 20])
def test_a_ceiling_that_is_no_number_is_named_at_start(name: str, wrong: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is .* whole number"):
        Settings(mode="test", **{name.lower(): wrong}).completed()


@pytest.mark.both_engines
@pytest.mark.parametrize(("most", "kept", "last"), [("2", 2, 409), ("0", 5, 409)])
def test_conflicts_under_one_id(app: Flask, client: PageClient, most: str, kept: int, last: int) -> None:
    with app.app_context():
        fast = f"/s/{make_wave().survey}"
    form = hidden(client, fast)
    codes = ("very_safe", "fairly_safe", "neither", "fairly_unsafe", "very_unsafe", "dont_know")
    with settings(app, conflicts_an_answer=most):
        answers = [client.post(fast, data={**form, "safe_local_day": code}) for code in codes]
        again = client.post(fast, data={**form, "safe_local_day": codes[1]})
    assert [answer.status_code for answer in answers] == [303, *[409] * 5]
    assert ("We do not keep what was sent now" in answers[-1].text) is (most == "2")
    assert "We keep it for a person to look at" in again.text, "what is kept is kept"
    with app.app_context():
        assert len(db.session.scalars(select(Conflict)).all()) == kept
    assert client.post(fast, data={**form, **SAFE}).status_code in {303, 409}


@pytest.mark.both_engines
def test_drafts_an_hour(app: Flask, client: PageClient) -> None:
    with app.app_context():
        start = f"/s/{make_wave('community-safety').survey}/start"
    with settings(app, drafts_an_hour="2"):
        begun = [PageClient(app, app.response_class) for _ in range(3)]
        statuses = [one.post(start, data=hidden(one, start)).status_code for one in begun]
        assert statuses == [303, 303, 503]
        assert "Wait a few minutes, then start again" in client.post(start, data=hidden(client, start)).text
        assert begun[0].get(start.replace("start", "1")).status_code == 200, "who has begun goes on"
    assert client.post(start, data=hidden(client, start)).status_code == 303
    with app.app_context():
        assert len(db.session.scalars(select(Draft)).all()) == 3


def test_jobs_of_one_person_an_hour(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from feedback.services.answers.submission import submit_response

    monkeypatch.setattr("feedback.services.jobs.start_process", finish_at_once)
    with app.app_context():
        wave = make_wave()
        for _ in range(10):
            submit_response(submission(wave))
        add_staff("analyst")
        address = f"/analyst/waves/{wave.slug}"
    analyst: Any = sign_in(app.test_client(), "analyst")
    with settings(app, jobs_an_hour="2"):
        for _ in range(2):
            assert ask(analyst, address).status_code == 303
        refused = ask(analyst, address)
    assert "You have asked for 2 files or previews in the last hour" in refused.text
    assert "Those that were made are still here" in refused.text
    with app.app_context():
        assert len(db.session.scalars(select(Job)).all()) == 2


def finish_at_once(id: Any) -> None:
    from feedback.models.types import utc_now

    db.session.get_one(Job, id).finished_at = utc_now()
    db.session.commit()


def ask(analyst: Any, address: str) -> Any:
    token = analyst.page(address).select_one("input[name=csrf_token]")["value"]
    return analyst.post(f"{address}/workbooks", data={"csrf_token": token, "audience": "analyst"})
