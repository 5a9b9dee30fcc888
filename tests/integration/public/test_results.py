"""What was published, as everybody reads it: page, files and document say the same."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from openpyxl import load_workbook

from feedback.cli import boundaries as boundaries_command
from feedback.clock import today
from feedback.extensions import db
from feedback.models import Boundary, Wave
from feedback.places import Ward, current_place
from feedback.public.results.release_document import percent
from feedback.queries.releases import document_of, file_of, published_release
from feedback.services.answers.submission import submit_responses
from feedback.services.releases import ReleaseRequest, publish_wave
from tests.conftest import running
from tests.databases import SqliteDatabases
from tests.makers import make_wave, submission
from tests.pages import PageClient, text_of

SLUG, AT = "fast-feedback-test", "/results/fast-feedback-test/1"
PEOPLE = 240


@pytest.fixture(scope="module")
def published(sqlite_databases: SqliteDatabases) -> Iterator[Flask]:
    """An app whose closed wave, with enough answers, is published; read and not changed."""
    with sqlite_databases.fresh() as address, running(address) as app:
        with app.app_context():
            wave, day = make_wave(), today()
            submit_responses(submission(wave, answers=_answers(number), counted_on=day) for number in range(PEOPLE))
            wave_id = wave.id
        with time_machine.travel(datetime.now(UTC) + timedelta(days=20)), app.app_context():
            publish_wave(db.session.get_one(Wave, wave_id), "analyst@example.com", ReleaseRequest())
        yield app


@pytest.fixture
def released(published: Flask) -> PageClient:
    return published.test_client()


def _answers(number: int) -> dict[str, str]:
    wards = current_place().wards()
    return {
        "safe_local_day": "very_safe" if number % 4 else "fairly_unsafe",
        "safe_local_dark": "fairly_safe" if number % 3 else "very_unsafe",
        "ward": wards[number % 3].code,
        "age_band": ("25_34", "35_44", "45_54")[number % 3],
        "sex": ("female", "male")[number % 2],
    }


def test_nothing_is_there_before_it_is_published(client: PageClient) -> None:
    assert "No results have been published yet" in text_of(client.page("/results").select_one("main"))
    assert client.get("/results/community-safety-2030").status_code == 404
    assert client.get(AT).status_code == 404


def test_page_files_and_document_agree(published: Flask, released: PageClient) -> None:
    with published.app_context():
        release = published_release(SLUG, 1)
        document = dict(document_of(release))
        table = list(csv.DictReader(io.StringIO(file_of(release, "figures.csv").content.decode())))
        book = load_workbook(io.BytesIO(file_of(release, "workbook.xlsx").content))
    indicator = next(one for one in document["indicators"] if one["id"] == "safe_local_day")
    city = next(figure for figure in indicator["figures"] if figure["dimension"] == "city")
    row = next(one for one in table if (one["indicator"], one["dimension"]) == ("safe_local_day", "city"))
    assert float(row["percent"]) == pytest.approx(city["percent"], abs=1e-9)
    assert int(float(row["n"])) == city["n"]
    page = released.page(AT)
    shown = next(tr for tr in page.select("tbody tr") if indicator["label"] in text_of(tr.th))
    assert [text_of(td) for td in shown.select("td")][0] == percent(city["percent"])
    assert f"{city['n']:,}" in text_of(shown)
    cells = {cell for sheet in book for line in sheet.iter_rows(values_only=True) for cell in line}
    assert any(isinstance(cell, (int, float)) and abs(cell - city["percent"]) < 0.06 for cell in cells)


@pytest.mark.parametrize(
    "path",
    ["", "/change", "/wards/safe_local_day", "/by/age_band", "/by/sex", "/lists", "/people", "/method", "/data"],
)
def test_every_page_of_a_release_opens(released: PageClient, path: str) -> None:
    page = released.page(f"{AT}{path}")
    assert page.select_one('[aria-current="page"]')
    for picture in page.select('svg[role="img"]'):
        assert picture.find("title")
        assert picture.find("desc")


def test_a_ward_has_a_page_of_its_own(released: PageClient, published: Flask) -> None:
    with published.app_context():
        ward = current_place().wards()[0]
    assert ward.name in text_of(released.page(f"{AT}/ward/{ward.code}").h1)
    assert released.get("/results/fast-feedback-test").location.endswith(AT)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/results/fast-feedback-test/2", "There is no release 2"),
        (f"{AT}/by/shoe_size", "These results are not broken down in this way."),
        (f"{AT}/by/city", "These results are not broken down in this way."),
        (f"{AT}/wards/shoe_size", "These results have no such figure by ward."),
        (f"{AT}/ward/E99999999", "These results have no such ward."),
        (f"{AT}/files/secrets.txt", "This release has no such file."),
        (f"{AT}/files/..%2Fwsgi.py", "Page not found"),
        ("/results/%00/1", "Page not found"),
    ],
)
def test_a_wrong_address_is_answered_with_a_sentence(released: PageClient, path: str, sentence: str) -> None:
    answer = released.get(path)
    assert answer.status_code == 404
    assert sentence in answer.text


def test_files_are_named_and_may_be_kept(released: PageClient) -> None:
    answer = released.get(f"{AT}/files/release.json")
    assert json.loads(answer.data)["release"]["number"] == 1
    assert "fast-feedback-test-release-1-release.json" in answer.headers["Content-Disposition"]
    again = released.get(f"{AT}/files/release.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code in {200, 304}


def square(ward: Ward) -> dict[str, object]:
    """A square of some 200 m around the middle of a ward."""
    west, east = ward.longitude - 0.002, ward.longitude + 0.002
    south, north = ward.latitude - 0.001, ward.latitude + 0.001
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"properties": {"WD25CD": ward.code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


@pytest.fixture
def outlines(published: Flask, tmp_path: Path) -> Path:
    with published.app_context():
        wards = current_place().wards()
    features = [square(ward) for ward in wards]
    path = tmp_path / "wards.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_imported_outlines_are_drawn_beside_the_tiles(published: Flask, released: PageClient, outlines: Path) -> None:
    assert len(released.page(f"{AT}/wards/safe_local_day").select("svg.app-map")) == 1
    with published.app_context():
        said = published.test_cli_runner().invoke(boundaries_command.command, ["import", str(outlines)])
    assert said.exit_code == 0, said.output
    assert "17 wards of Southampton have their outlines now." in said.output
    page = released.page(f"{AT}/wards/safe_local_day")
    assert len(page.select("svg.app-map path")) == 17


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text[:100], "is not GeoJSON"),
        (lambda text: "[]", "holds no list of features"),
        (lambda text: text.replace("E05", "X05"), "an area without a ward code"),
        (lambda text: text.replace("E05015490", "E05999999"), "has no outline for Banister and Polygon"),
        (lambda text: re.sub(r"50\.\d+", "150000", text), "is not in longitude and latitude"),
        (lambda text: text.replace('"coordinates"', '"koordinates"'), "has an outline that cannot be read"),
    ],
)
def test_a_wrong_file_of_outlines_is_refused_whole(sqlite_app: Flask, outlines: Path, change, sentence: str) -> None:
    outlines.write_text(change(outlines.read_text()))
    with sqlite_app.app_context():
        said = sqlite_app.test_cli_runner().invoke(boundaries_command.command, ["import", str(outlines)])
        assert said.exit_code == 1
        assert sentence in said.output
        assert db.session.query(Boundary).all() == []
