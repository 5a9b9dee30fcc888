"""The pages of releases: preview, look, publish; who may; what a mistake says."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from feedback.extensions import db
from feedback.models import Job
from feedback.queries.waves import wave_by_slug
from feedback.services import jobs
from feedback.services.job_kinds import run_job
from tests.integration.releases.conftest import SLUG
from tests.integration.staff.scenes import HOSTILE, add_wave, answer, signed_in
from tests.pages import text_of

PAGE = f"/analyst/waves/{SLUG}/releases"


@pytest.fixture
def analyst(closed, monkeypatch):
    monkeypatch.setattr(jobs, "start_process", lambda _id: None)
    return signed_in(closed, "analyst")


def post(client, address, **fields):
    """Send the form of a page, with the token that stands on it."""
    token = client.page(address).select_one("form[method=post] input[name=csrf_token]")["value"]
    return client.post(address, data={**fields, "csrf_token": token})


def made(app):
    with app.app_context():
        run_job(db.session.query(Job).filter_by(finished_at=None).one().id)


def test_from_the_wave_to_a_published_release(closed, analyst):
    assert PAGE in [link["href"] for link in analyst.page(f"/analyst/waves/{SLUG}").select("main a")]
    assert "Nothing has been published yet." in text_of(analyst.page(PAGE).main)
    asked = post(analyst, PAGE, note=HOSTILE)
    assert asked.status_code == 303
    waiting = analyst.get(asked.location)
    assert waiting.headers["Refresh"] == "2"
    assert "Making the preview" in waiting.text
    assert "Refresh" not in analyst.get(f"{asked.location}?still=1").headers
    assert asked.location in [link["href"] for link in analyst.page(PAGE).select("main a")]
    made(closed)
    assert analyst.get(asked.location).location == f"{PAGE}/1"
    preview = analyst.page(f"{PAGE}/1")
    words = text_of(preview.main)
    assert "Not published" in words
    assert "Base too small" in words
    assert "It can be published today, if no answers change." in words
    assert len(preview.find("caption", string="Hidden figures").parent.tbody.find_all("tr")) > 20
    assert preview.find("caption", string="Earlier figures with limits on comparison")
    question = text_of(analyst.page(f"{PAGE}/1/publish").main)
    assert "no answer to this survey can be added, changed or moved" in question
    assert "hashes of all receipts are erased" in question
    done = post(analyst, f"{PAGE}/1/publish")
    assert done.status_code == 303
    page = text_of(analyst.page(f"{PAGE}/1").main)
    assert "Release 1 of Community Safety Survey 2025 (demonstration) is published." in page
    assert "Not published" not in page
    assert text_of(analyst.page(PAGE).find("caption").parent.tbody).endswith("500 Current")
    with closed.app_context():
        assert wave_by_slug(SLUG).frozen_at is not None
    assert analyst.get(f"{PAGE}/1/publish").status_code == 404  # it cannot be published again
    wrong = post(analyst, PAGE, note="", what_changed="")
    assert "Say what changed since the last release" in text_of(BeautifulSoup(wrong.text, "html5lib").main)
    assert wrong.status_code == 200


def test_every_file_is_downloaded_under_a_name_that_says_what_it_is(closed, analyst):
    post(analyst, PAGE)
    made(closed)
    for link in analyst.page(f"{PAGE}/1").select("table a"):
        file = analyst.get(link["href"])
        name = link["href"].rpartition("/")[2]
        assert file.headers["Content-Disposition"].endswith(f"{SLUG}-preview-release-1-{name}")
        assert file.headers["Cache-Control"] == "no-store"
    for odd in ("other.csv", "..%2frelease.json", "release.json%00"):
        assert analyst.get(f"{PAGE}/1/files/{odd}").status_code == 404


def test_a_preview_is_thrown_away(closed, analyst):
    post(analyst, PAGE)
    made(closed)
    assert post(analyst, f"{PAGE}/1/throw-away").location == PAGE
    assert "The preview has been discarded." in text_of(analyst.page(PAGE).main)
    assert analyst.get(f"{PAGE}/1").status_code == 404


def test_an_open_wave_says_when(closed, analyst):
    with closed.app_context():
        answer(add_wave())
    page = analyst.page("/analyst/waves/safety-now/releases")
    assert "takes answers until" in text_of(page.main)
    assert not page.select("main form")
    token = analyst.page(f"{PAGE}").select_one("form[method=post] input[name=csrf_token]")["value"]
    refused = analyst.post("/analyst/waves/safety-now/releases", data={"csrf_token": token})
    assert refused.status_code == 400
    assert "Its figures can be published from" in refused.text


def test_an_administrator_reads_and_does_not_publish(closed, analyst):
    post(analyst, PAGE)
    made(closed)
    administrator = signed_in(closed, "administrator")
    page = administrator.page(f"{PAGE}/1")
    assert not page.select(f"a[href='{PAGE}/1/publish']")
    assert "An analyst makes the preview and publishes it." in text_of(administrator.page(PAGE).main)
    for address in (f"{PAGE}/1/publish", f"{PAGE}/1/throw-away"):
        assert administrator.get(address).status_code == 403
    assert signed_in(closed, "officer").get(PAGE).status_code == 403


def test_what_waits_for_a_decision_is_said_before_it_is_too_late(closed, analyst):
    from feedback.models import Response
    from feedback.services.answers.submission import submit_response
    from tests.makers import submission

    with closed.app_context():
        wave = wave_by_slug(SLUG)
        first = db.session.query(Response).filter_by(wave_id=wave.id).first()
        submit_response(submission(wave, id=first.id, answers={"ward": "outside"}, counted_on=wave.closes_on))
    assert "1 answers sent again with different content" in text_of(analyst.page(PAGE).main)
