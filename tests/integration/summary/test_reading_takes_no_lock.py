"""Reading for an export takes no write lock: a resident's answer comes in meanwhile, however long the reading takes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from feedback.extensions import db
from feedback.models import Job
from feedback.queries.waves import wave_by_slug
from feedback.services import respondent_files, summaries
from feedback.services.answers.submission import submit_response
from feedback.services.exports import start_export
from feedback.services.job_kinds import run_job
from feedback.services.releases import previews, start_preview
from feedback.services.respondents import comments, table
from tests.integration.staff.one_of_everything import furnish
from tests.makers import submission


@pytest.fixture
def office(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr("feedback.services.jobs.start_process", lambda id: None)
    with sqlite_app.app_context():
        furnish()
        wave = wave_by_slug("safety-now")
        for _ in range(12):
            submit_response(submission(wave))
        yield sqlite_app


@contextmanager
def somebody_writes(app: Flask) -> Iterator[None]:
    """Hold the write lock as a resident's answer does, and let nobody wait for it longer than a moment."""
    address = db.engine.url.database
    db.session.rollback()
    other = sqlite3.connect(str(address), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def under_lock(monkeypatch: pytest.MonkeyPatch, app: Flask, module: Any, name: str) -> list[str]:
    """Let somebody else write for as long as `module.name` reads; return a list of what was read so."""
    real, done = getattr(module, name), list[str]()

    def read(*given: Any, **how: Any) -> Any:
        address = str(db.engine.url.database)
        db.session.execute(db.text("select 1"))  # this transaction has begun already, reading or not
        other = sqlite3.connect(address, isolation_level=None, timeout=0.2)
        other.execute("BEGIN IMMEDIATE")  # "database is locked" where reading holds it
        try:
            found = real(*given, **how)
        finally:
            other.execute("ROLLBACK")
            other.close()
        done.append(name)
        return found

    monkeypatch.setattr(module, name, read)
    return done


def asked(kind: str, **wanted: Any) -> Any:
    wave = wave_by_slug("closed-wave" if kind == "preview" else "safety-now")
    if kind == "workbook":
        return start_export(wave, "analyst@example.com", "analyst").job.id
    if kind == "preview":
        return start_preview(wave, "analyst@example.com", note="A note").job.id
    return respondent_files.start_file(wave, "analyst@example.com", wanted["format"], "To look at the ages").job.id


@pytest.mark.parametrize(
    ("kind", "wanted", "module", "name"),
    [
        ("workbook", {}, summaries, "study_of"),
        ("respondent_file", {"format": "csv"}, table, "respondent_table"),
        ("respondent_file", {"format": "comments"}, comments, "comments_csv"),
    ],
)
def test_a_job_reads_while_somebody_writes(
    office: Flask, monkeypatch: pytest.MonkeyPatch, kind: str, wanted: dict[str, str], module: Any, name: str
) -> None:
    read = under_lock(monkeypatch, office, module, name)
    id = asked(kind, **wanted)
    run_job(id)
    assert read
    assert db.session.get_one(Job, id).fault is None


def test_a_preview_reads_while_somebody_writes(office: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from feedback.services.releases import files

    monkeypatch.setattr(previews, "_checked", lambda wave, asked: asked)
    read = under_lock(monkeypatch, office, files, "study_of")
    id = asked("preview")
    run_job(id)
    assert read


def test_a_command_reads_while_somebody_writes(office: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    read = under_lock(monkeypatch, office, summaries, "study_of")
    words = ["summary", "export", "--wave", "safety-now", "--out", str(tmp_path / "x.xlsx")]
    done = office.test_cli_runner().invoke(args=words)
    assert done.exit_code == 0, done.output
    assert read


@pytest.mark.parametrize("words", [["releases", "list"], ["events", "template"]])
def test_a_list_is_read_while_somebody_writes(office: Flask, words: list[str]) -> None:
    with somebody_writes(office):
        done = office.test_cli_runner().invoke(args=words)
    assert done.exit_code == 0, done.output


def test_progress_is_told_although_somebody_wrote_since_reading_began(office: Flask) -> None:
    from feedback.extensions import only_reading
    from feedback.services.jobs import working

    id = asked("workbook")
    with working(id) as report_progress, only_reading():
        assert wave_by_slug("safety-now")
        other = sqlite3.connect(str(db.engine.url.database), isolation_level=None)
        other.execute("update wave set title = 'Another'")
        other.close()
        report_progress("Reading", 1, 2)
    assert db.session.get_one(Job, id).step == "Reading"
