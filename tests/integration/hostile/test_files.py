"""What leaves the service as a file, after hostile texts came in by every door: no formula, nothing of anybody's words.

The workbook is opened by openpyxl and by LibreOffice, the tidy table by a CSV reader; each cell is looked at.
Titles are written by staff, so they stand in the workbook; comments are written by residents, so they must not.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import uuid
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook

from feedback.queries.waves import wave_by_slug
from feedback.services.answers.submission import submit_responses
from feedback.services.summaries import make_workbook
from feedback.services.waves.lifecycle import NewWave, create_wave
from tests.conftest import SqliteDatabases, running
from tests.integration.hostile.texts import TEXTS, TURNING, UNSEEN
from tests.integration.staff.scenes import add_event, add_workbook, signed_in
from tests.makers import BARGATE, make_wave, submission

TITLE = "=cmd|'/c calc'!A1 <xhostile>\" _x0041_ {{ 1337 * 7331 }} +@SUM"
ALIVE = ("=", "+", "-", "@", "\t", "\r")
SECRET = "zqxj"  # stands in every comment, and so must stand in no file
EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
NUMBER = re.compile(r"[-+]?[\d,.]+(e[-+]?\d+)?%?", re.I)


@pytest.fixture(scope="module", params=["analyst", "public"])
def folder(
    request: pytest.FixtureRequest, sqlite_databases: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder with `book.xlsx` and `estimates.csv` of a wave that holds every hostile text."""
    folder = tmp_path_factory.mktemp("files")
    with sqlite_databases.fresh() as address, running(address) as app, app.app_context():
        wave = make_wave("fast-feedback", title=TITLE)
        event = add_event(wave, "HERE", title=TITLE)
        people = [
            submission(
                wave,
                channel="event_link",
                event=event,
                answers={
                    "safer_text": f"{hostile.text} lighting {SECRET}",
                    "safe_local_day": ("very_safe", "fairly_unsafe")[number % 2],
                    "ward": BARGATE,
                    "age_band": ("25_34", "75_plus")[number % 2],
                    "sex": ("female", "male")[number % 2],
                },
            )
            for number, hostile in enumerate(TEXTS)
        ]
        assert submit_responses(people)["stored"] == len(TEXTS)
        made = make_workbook(wave, audience=request.param)
    (folder / "book.xlsx").write_bytes(made.content)
    (folder / "estimates.csv").write_bytes(made.estimates)
    return folder


def test_openpyxl_finds_texts_and_numbers_and_the_title_as_it_was_written(folder: Path) -> None:
    book = load_workbook(folder / "book.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    texts = [str(cell.value) for cell in cells]
    assert any(text.startswith(TITLE.replace("_x0041_", "_x005F_x0041_")) or TITLE in text for text in texts)
    assert not [text for text in texts if UNSEEN.search(text) or TURNING.search(text)]
    targets = [link.target for sheet in book for link in sheet._hyperlinks if link.target]
    assert all(target.startswith(("https://", "http://", "mailto:")) for target in targets)


def test_no_part_of_the_workbook_holds_a_formula_a_macro_or_words_of_a_resident(folder: Path) -> None:
    with zipfile.ZipFile(folder / "book.xlsx") as archive:
        names = archive.namelist()
        content = {name: archive.read(name).decode("utf-8", "replace") for name in names}
    assert not [name for name in names if re.search(r"vba|macro|external|activeX|embeddings|\.\.", name, re.I)]
    for name, text in content.items():
        assert SECRET not in text, name
        assert "<xhostile" not in text, name
        assert "9801547" not in text, name
        if name.startswith("xl/worksheets/"):
            assert not re.search(r"<f[ >]", text), name
        assert "DDE" not in text, name


@pytest.fixture(scope="module")
def read_by_office(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[list[str]]]:
    """Every sheet of the workbook as LibreOffice reads it, by the name of its file."""
    program = shutil.which("soffice")
    if program is None:
        pytest.fail("LibreOffice is missing. Install it: apt-get install libreoffice-calc")
    profile = tmp_path_factory.mktemp("profile").as_uri()
    words = [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", EVERY_SHEET]
    goal = folder / "sheets"
    done = subprocess.run(
        [*words, "--outdir", str(goal), str(folder / "book.xlsx")],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {path.name: list(csv.reader(io.StringIO(path.read_text("utf-8")))) for path in goal.glob("*.csv")}


def test_libreoffice_calculates_nothing(read_by_office: dict[str, list[list[str]]]) -> None:
    cells = [cell for rows in read_by_office.values() for row in rows for cell in row]
    assert len(read_by_office) > 10
    assert not [cell for cell in cells if cell.startswith(("Err:", "#NAME", "#REF", "#VALUE", "#DIV", "#N/A"))]
    assert any(TITLE in cell for cell in cells)
    assert not [cell for cell in cells if SECRET in cell or "9801547" in cell]


def test_the_tidy_table_holds_nothing_that_a_spreadsheet_would_run(folder: Path) -> None:
    content = (folder / "estimates.csv").read_text("utf-8")
    header, *rows = csv.reader(io.StringIO(content))
    assert len(rows) > 50
    assert {len(row) for row in rows} == {len(header)}
    for row in rows:
        for cell in row:
            assert not cell.startswith(ALIVE) or NUMBER.fullmatch(cell), cell
    assert SECRET not in content
    assert not UNSEEN.search(content.replace("\n", ""))


@pytest.fixture
def downloads(sqlite_app: Flask) -> list[str]:
    """The addresses of workbooks of waves with every allowed kind of name."""
    with sqlite_app.app_context():
        make_wave("fast-feedback")
        questionnaire = wave_by_slug("fast-feedback-test").questionnaire
        found = wave_by_slug("fast-feedback-test")
        waves = [
            create_wave(
                NewWave(
                    slug=slug,
                    title=hostile.text or "x",
                    questionnaire=questionnaire,
                    opens_on=found.opens_on,
                    closes_on=found.closes_on,
                    purpose="test",
                )
            )
            for slug, hostile in zip(("a", "1", "con", "a-b-c", "x" * 60), TEXTS, strict=False)
        ]
        return [f"/analyst/workbooks/{add_workbook(wave, b'PK').id}/file" for wave in waves]


def test_names_of_downloaded_files_are_harmless_whatever_a_title_holds(sqlite_app: Flask, downloads: list[str]) -> None:
    client = signed_in(sqlite_app, "analyst")
    for address in downloads:
        with client.get(address, buffered=True) as answer:
            assert answer.status_code == 200
            given = answer.headers["Content-Disposition"]
            assert re.fullmatch(r"attachment; filename=[a-z0-9][a-z0-9-]*\.xlsx", given), given
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.mimetype.startswith("application/vnd.openxmlformats")
    assert client.get(f"/analyst/workbooks/{uuid.uuid4()}/file").status_code == 404
    nobody = sqlite_app.test_client()
    assert nobody.get(downloads[0]).status_code == 303
