"""An analyst excludes answers that may come from a machine by sign and hour, and every figure made so says so."""

from __future__ import annotations

import io
from collections import Counter
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from feedback.bot_signs import SignChoice, sign_choice
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import HourlyCount, Job, Response, Suspicion, Wave
from feedback.queries.answers.suspicions import arrival_hours, checked_choices, sign_choices, suspected_ids
from feedback.queries.waves import wave_by_slug
from feedback.services import jobs
from feedback.services.answers.submission import submit_responses
from feedback.services.exports import start_export
from feedback.services.job_kinds import run_job
from feedback.services.releases import ReleaseRequest, publish_wave
from feedback.services.releases.reproduction import check_release
from feedback.services.snapshots import advance
from feedback.services.summaries import make_workbook, study_of
from tests.integration.releases.conftest import SLUG
from tests.integration.staff.scenes import signed_in
from tests.makers import make_wave, submission
from tests.pages import text_of

HOUR = sign_choice("burst@2025-11-21T12").hour
FLOOD, CALLED = "burst@2025-11-21T12", "21 November 2025, 12:00 to 13:00"


def flooded(app: Flask) -> None:
    """A flood of 40 in one hour, 9 in another, and 12 with a sign whose hour is not kept."""
    with app.app_context():
        wave = wave_by_slug(SLUG)
        online = select(Response.id).where(Response.wave_id == wave.id, Response.channel == "online")
        ids = db.session.scalars(online.order_by(Response.id)).all()
        assert HOUR is not None
        marks = [(id, "burst", HOUR) for id in ids[:40]] + [(id, "burst", HOUR + 1) for id in ids[40:49]]
        marks += [(id, "trap", None) for id in ids[45:57]]
        db.session.add_all(Suspicion(response_id=id, kind=kind, hour=hour) for id, kind, hour in marks)
        for hour, channel, count in ((HOUR, "online", 52), (HOUR, "kiosk", 4), (HOUR + 1, "online", 30)):
            db.session.add(HourlyCount(wave_id=wave.id, hour=hour, channel=channel, count=count))
        db.session.commit()


def apart(wave: Wave, **how: Any) -> int:
    return Counter(study_of(wave, **how).frame["exclusion"])["suspected"]


def cover(content: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    return " ".join(str(cell) for row in book[book.sheetnames[0]].iter_rows(values_only=True) for cell in row if cell)


@pytest.mark.parametrize(
    ("code", "chosen"),
    [("burst", SignChoice("burst")), (FLOOD, SignChoice("burst", HOUR)), ("trap", SignChoice("trap"))],
)
def test_a_choice_is_written_as_it_is_read(code: str, chosen: SignChoice) -> None:
    assert sign_choice(code) == chosen
    assert chosen.code == code


@pytest.mark.parametrize("wrong", ["", "nosign", "burst@", "burst@now", "burst@2025-11-21", "@2025-11-21T12", "\0"])
def test_what_is_no_choice_is_refused_with_what_is_one(wrong: str) -> None:
    with pytest.raises(Refusal, match=r"is no sign. Use one of trap, .* burst@2026-11-21T12"):
        sign_choice(wrong)


def test_by_sign_and_by_hour(closed: Flask) -> None:
    flooded(closed)
    with closed.app_context():
        wave = wave_by_slug(SLUG)
        assert apart(wave) == 0
        assert apart(wave, suspected=False) == 57
        assert apart(wave, without=["burst"]) == 49
        assert apart(wave, without=[FLOOD]) == 40
        assert apart(wave, without=[FLOOD, "trap"]) == 52
        offered = {choice.code: count for choice, count in sign_choices(wave).items()}
        assert offered == {"burst": 49, FLOOD: 40, "trap": 12}
        with pytest.raises(Refusal, match="fewer than 10 answers in the figures bear this sign in this hour"):
            checked_choices(wave, ["burst@2025-11-21T13"])
        (newest, flood) = arrival_hours(wave)
        assert (newest.count, newest.suspected, newest.signs) == (30, 0, {}), "nine are no crowd"
        assert (flood.arrived, flood.suspected, flood.signs) == ({"online": 52}, 40, {"burst": 40})


def test_an_hour_of_which_one_answer_is_in_the_figures_cannot_be_excluded(sqlite_app: Flask) -> None:
    """Figures with and without the hour would differ by that person, whose hour would be known."""
    with sqlite_app.app_context():
        wave = make_wave()
        ids = [uuid4() for _ in range(30)]
        submit_responses(submission(wave, id=id) for id in ids[:11])
        advance(wave)
        submit_responses(submission(wave, id=id) for id in ids[11:])
        db.session.add_all(Suspicion(response_id=id, kind="burst", hour=HOUR) for id in ids[10:])
        db.session.commit()
        assert sign_choices(wave) == {SignChoice("burst"): 1}
        with pytest.raises(Refusal, match="cannot be excluded"):
            checked_choices(wave, [FLOOD])
        with pytest.raises(Refusal, match="cannot be excluded"):
            start_export(wave, "one", "analyst", without=[FLOOD])
        assert sign_choices(wave, whole=True)[SignChoice("burst", HOUR)] == 20, "a release counts all"


def test_figures_say_what_they_exclude(closed: Flask) -> None:
    flooded(closed)
    with closed.app_context():
        wave = wave_by_slug(SLUG)
        said = cover(make_workbook(wave, without=[FLOOD, "trap"]).content)
        assert f"One of many more than usual at that hour, {CALLED}; A hidden field was filled in" in said
        assert "automated" not in cover(make_workbook(wave).content)


def test_a_release_that_excludes_an_hour_is_made_again_when_no_hour_is_kept(closed: Flask) -> None:
    flooded(closed)
    with closed.app_context():
        release = publish_wave(wave_by_slug(SLUG), "one", ReleaseRequest(without=[FLOOD]))
        assert release.settings["suspected"] == {"counted": True, "without": [FLOOD], "apart": 40 + excluded(release)}
        assert CALLED in str(next(file for file in release.files if file.name.endswith(".json")).content)
        assert {mark.hour for mark in db.session.scalars(select(Suspicion))} == {None}
        assert db.session.scalars(select(HourlyCount)).all() == []
        assert Counter(mark.kind for mark in db.session.scalars(select(Suspicion)))["excluded"] == 40
        again = check_release(release)
        assert (again.good, again.reasons) == (True, ())
        with pytest.raises(Refusal, match="cannot be excluded"):
            publish_wave(wave_by_slug(SLUG), "one", ReleaseRequest(what_changed="x", without=[FLOOD]))
        assert len(suspected_ids(wave_by_slug(SLUG), ["excluded"])) == 40


def excluded(release: Any) -> int:
    """How many are not in the base for what they answered."""
    frame = study_of(release.wave).frame
    return int((frame["exclusion"] != "").sum())


def test_the_page_shows_hours_with_and_without_and_offers_what_can_be_excluded(
    closed: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    flooded(closed)
    monkeypatch.setattr(jobs, "start_process", lambda _id: None)
    analyst = signed_in(closed, "analyst")
    page = analyst.page(f"/analyst/waves/{SLUG}")
    said = text_of(page.main)
    assert "57 answers have a sign" in said
    assert f"{CALLED} Online 52 (12 without marked) 52 12 One of many more than usual at that hour 40" in said
    assert "Kiosk" not in said.partition("By hour")[2].partition("By channel")[0]
    assert {tag["value"] for tag in page.select("input[name=without]")} == {"burst", FLOOD, "trap"}
    token = page.select_one("form[method=post] input[name=csrf_token]")["value"]
    wanted = {"csrf_token": token, "audience": "analyst", "without": [FLOOD]}
    assert analyst.post(f"/analyst/waves/{SLUG}/workbooks", data=wanted).status_code == 303
    with closed.app_context():
        job = db.session.query(Job).filter_by(finished_at=None).one()
        assert job.wanted == {"audience": "analyst", "without_suspected": False, "without": [FLOOD]}
        run_job(job.id)
        assert CALLED in cover(db.session.get_one(Job, job.id).content)
    assert "excluding some possible automated responses" in text_of(analyst.page(f"/analyst/waves/{SLUG}").main)
    refused = analyst.post(f"/analyst/waves/{SLUG}/workbooks", data={**wanted, "without": ["everything"]})
    assert (refused.status_code, "is no sign" in refused.text) == (400, True)
    preview = analyst.page(f"/analyst/waves/{SLUG}/releases")
    assert {tag["value"] for tag in preview.select("input[name=without]")} == {"burst", FLOOD, "trap"}


def test_the_command_excludes_by_sign(closed: Flask, tmp_path: Any) -> None:
    flooded(closed)
    export = ["summary", "export", "--wave", SLUG, "--out", str(tmp_path / "w.xlsx")]
    done = closed.test_cli_runner().invoke(args=[*export, "--without", FLOOD])
    assert done.exit_code == 0, done.output
    assert CALLED in cover((tmp_path / "w.xlsx").read_bytes())
    wrong = closed.test_cli_runner().invoke(args=[*export, "--without", "burst@2025-11-21T13"])
    assert (wrong.exit_code, "cannot be excluded" in wrong.output) == (2, True)
