"""Every way in which figures or rows of a wave that still takes answers leave the service, each asked as people ask."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from flask import Flask
from openpyxl import load_workbook

from analysis.vocabulary import AUDIENCES
from feedback.extensions import db
from feedback.models import Job
from feedback.queries.answers.snapshots import NoFigures
from feedback.queries.waves import wave_by_slug
from feedback.services.exports import start_export
from feedback.services.job_kinds import run_job
from feedback.services.jobs import Started
from feedback.services.respondent_files import FORMATS, start_file
from tests.integration.staff.scenes import sign_in
from tests.pages import text_of

SLUG = "fast-feedback-test"
CODE = "AB3DE"
REFUSED = "refused"
WHY = "To compare two groups of people"


def made(start: Callable[[], Started]) -> bytes:
    """The file of a job that is asked for and done at once; a refusal is as good as an answer."""
    try:
        with patch("feedback.services.jobs.start_process"):
            id = start().job.id
        run_job(id)
        job = db.session.get_one(Job, id)
        return job.content or b""
    except NoFigures:
        db.session.rollback()
        return b""


def workbook(audience: str, *, without: bool) -> Callable[[Flask], object]:
    def cells(app: Flask) -> object:
        with app.app_context():
            wave = wave_by_slug(SLUG)
            content = made(lambda: start_export(wave, "an analyst", audience, without_suspected=without))
        return cells_of(content) if content else REFUSED

    return cells


def cells_of(content: bytes) -> list[object]:
    """All that stands in a workbook but the day on which it was made, and not in which order its properties are."""
    book = load_workbook(io.BytesIO(content))
    rows = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    return [value for value in rows if not str(value).startswith("Date: ")]


def respondent_file(kind: str) -> Callable[[Flask], object]:
    def rows(app: Flask) -> object:
        with app.app_context():
            wave = wave_by_slug(SLUG)
            content = made(lambda: start_file(wave, "an analyst", kind, WHY))
        if kind == "csv" and content:
            archive = zipfile.ZipFile(io.BytesIO(content))
            return {name: archive.read(name) for name in archive.namelist()}
        # an SPSS file holds the moment of its making
        return (content[:80], content[110:]) if content else REFUSED

    return rows


def command(app: Flask) -> object:
    out = Path(app.instance_path).with_name("command.xlsx")
    estimates = out.with_suffix(".csv")
    words = ["summary", "export", "--wave", SLUG, "--out", str(out), "--estimates", str(estimates)]
    try:
        done = app.test_cli_runner().invoke(args=[*words, "--audience", "partner"])
        return estimates.read_bytes() if done.exit_code == 0 else REFUSED
    finally:
        for path in (out, estimates):
            path.unlink(missing_ok=True)


def page(address: str) -> Callable[[Flask], object]:
    def text(app: Flask) -> object:
        found = text_of(sign_in(app.test_client(), "analyst").page(address).main)
        refused = "no figures are made from them now" in found or "nothing is made from them now" in found
        return REFUSED if refused or "nothing is shown by event now" in found else found.split("Made on")[0]

    return text


def wave_page(app: Flask) -> object:
    """What the page says of the figures; how many answers arrived is no figure, and is told as it is."""
    found = str(page(f"/analyst/waves/{SLUG}")(app))
    if found == REFUSED:
        return found
    facts, wards = found.split("In the base", 1)[1].split("The base is", 1)[0], found.split("By ward", 1)[1]
    return facts, wards


DOORS: dict[str, Callable[[Flask], object]] = {
    **{f"workbook {one}": workbook(one, without=False) for one in AUDIENCES},
    "workbook partner without suspected": workbook("partner", without=True),
    **{f"respondent_file {one}": respondent_file(one) for one in FORMATS},
    "flask summary export": command,
    "officers.coverage": page(f"/officer/coverage?wave={SLUG}"),
    "officers.result": page(f"/officer/events/{CODE}/result"),
    "analysts.wave": wave_page,
}
NO_DOOR = {"preview": "is of all answers, for the analyst who publishes: docs/disclosure.md, What is left"}
