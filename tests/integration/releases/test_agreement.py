"""The document, the table, the workbook and the page of a release say the same, number for number."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from openpyxl import load_workbook
from sqlalchemy import select

from analysis.workbook import lint_workbook
from feedback.extensions import db
from feedback.models import Response
from feedback.queries.releases import file_of, published_release
from feedback.queries.waves import wave_by_slug
from feedback.release_files import CODEBOOK, DOCUMENT, FIGURES, RELEASE_FILES, WORKBOOK
from feedback.services.releases import ReleaseRequest, publish_wave
from tests.conftest import running
from tests.integration.releases.conftest import SLUG
from tests.integration.staff.scenes import signed_in
from tests.pages import text_of

NUMBERS = ("n", "n_effective", "percent", "lower", "upper")
SHEETS = {"ward": "By ward", "age_band": "By age band", "sex": "By sex", "ethnic_group": "By ethnic group"}
SHEETS["disability"] = "By disability"


@pytest.fixture(scope="module")
def app(loaded):
    with running(f"sqlite:///{loaded}") as app:
        with app.app_context():
            publish_wave(wave_by_slug(SLUG), "test", ReleaseRequest(note='<script>alert("x")</script> =cmd()'))
        yield app


@pytest.fixture(scope="module")
def files(app):
    """The files of release 1, and its page as an analyst sees it."""
    with app.app_context():
        release = published_release(SLUG, 1)
        found = {name: file_of(release, name).content for name in RELEASE_FILES}
    return {**found, "page": signed_in(app, "analyst").page(f"/analyst/waves/{SLUG}/releases/1")}


@pytest.fixture(scope="module")
def document(files):
    return json.loads(files[DOCUMENT])


@pytest.fixture(scope="module")
def rows(files):
    return list(csv.DictReader(io.StringIO(files[FIGURES].decode())))


def same(shown: str, exact: object) -> bool:
    """Whether a cell of CSV is the value of the document; nobody in the base is an empty cell there."""
    if isinstance(exact, str):
        return shown == exact or (exact in ("[w]", "[x]", "[z]") and shown == "")
    return shown not in ("", "[c]") and float(shown) == exact


def test_every_figure_of_the_document_is_in_the_table_and_no_other(document, rows):
    tidy = {(row["indicator"], row["dimension"], row["group"], row["baseline_year"]): row for row in rows}
    seen = 0
    for indicator in document["indicators"]:
        for figure in indicator["figures"]:
            key = (indicator["id"], figure["dimension"], figure["group"])
            row = tidy.pop((*key, ""))
            assert all(same(row[name], figure[name]) for name in NUMBERS), (key, row, figure)
            assert row["flags"] == figure["flags"]
            rest = figure["rest"]
            if rest:
                assert same(row["rest_percent"], rest["percent"]), (key, row, rest)
                assert same(row["rest_difference"], rest["difference"])
            for earlier in figure["earlier"]:
                beside = tidy.pop((*key, earlier["year"]))
                names = {"baseline_percent": "percent", "baseline_n": "n", "difference": "difference"}
                assert all(same(beside[ours], earlier[theirs]) for ours, theirs in names.items()), (key, earlier)
                assert (beside["comparability"], beside["sentence"]) == (earlier["comparability"], earlier["sentence"])
            seen += 1
    assert seen > 900
    assert not tidy


def test_ranks_of_the_document_are_those_of_the_table(document, rows):
    tidy = {(r["indicator"], r["dimension"], r["group"]): r for r in rows if r["rank"]}
    assert len(document["priorities"]) == len(tidy) > 100
    for row in document["priorities"]:
        found = tidy[row["indicator"], row["dimension"], row["group"]]
        assert [same(found[name], row[name]) for name in ("rank", "rank_from", "rank_to")] == [True] * 3


def table(book, name):
    sheet = book[name]
    (found,) = sheet.tables.values()
    cells = [[cell.value for cell in row] for row in sheet[found.ref]]
    return [dict(zip(cells[0], row, strict=True)) for row in cells[1:]]


def test_every_sheet_by_group_is_the_document(files, document):
    book = load_workbook(io.BytesIO(files[WORKBOOK]))
    labels = {one["label"]: one for one in document["indicators"]}
    assert len(labels) == len(document["indicators"])
    seen = 0
    for dimension in document["dimensions"][1:]:
        codes = {group["label"]: group["id"] for group in dimension["groups"]}
        for row in table(book, SHEETS[dimension["id"]]):
            group = codes.get(row[dimension["label"]])
            if group is None:
                continue  # the whole area
            figures = {(f["dimension"], f["group"]): f for f in labels[row["Figure"]]["figures"]}
            figure = figures.get((dimension["id"], group))
            if figure is None:
                continue
            shown = [row["2025 (%)"], row["Lower limit (%)"], row["Upper limit (%)"], row["Responses 2025 (number)"]]
            assert shown == [figure["percent"], figure["lower"], figure["upper"], figure["n"]], row
            assert row["Difference from everybody else (percentage points)"] == figure["rest"]["difference"]
            seen += 1
    assert seen > 300


def test_the_headline_sheet_and_the_page_are_the_document(files, document):
    book = load_workbook(io.BytesIO(files[WORKBOOK]))
    city = {one["label"]: one["figures"][0] for one in document["indicators"]}
    for row in table(book, "Headline figures"):
        figure = city[row["Figure"]]
        assert [row["2025 (%)"], row["Responses 2025 (number)"]] == [figure["percent"], figure["n"]]
        if row["Earlier year"] != "none":
            earlier = next(one for one in figure["earlier"] if one["year"] == row["Earlier year"])
            assert row["Earlier figure (%)"] == earlier["percent"]
            assert row["What may be said"] == earlier["sentence"]
    page: BeautifulSoup = files["page"]
    found = page.find("caption", string="Headline figures for the whole area").parent
    shown = {text_of(row.th): [text_of(cell) for cell in row.find_all("td")] for row in found.tbody.find_all("tr")}
    assert list(shown) == [one["label"] for one in document["indicators"] if one["headline"]]
    for label, cells in shown.items():
        figure = city[label]
        assert cells[:3] == [f"{figure[name]:.1f}%" for name in ("percent", "lower", "upper")]
        assert cells[3] == f"{figure['n']:,}"


def test_hidden_figures_are_hidden_everywhere(files, document, rows):
    hidden = {
        (one["id"], figure["dimension"], figure["group"])
        for one in document["indicators"]
        for figure in one["figures"]
        if figure["percent"] == "[c]"
    }
    assert hidden
    for row in rows:
        if (row["indicator"], row["dimension"], row["group"]) in hidden:
            assert {row["percent"], row["lower"], row["upper"], row["flags"]} == {"[c]"}
    shown = [figure for one in document["indicators"] for figure in one["figures"] if figure["percent"] != "[c]"]
    assert all(figure["n"] % 5 == 0 and figure["n"] >= 30 for figure in shown if isinstance(figure["n"], int))
    text = text_of(files["page"].main)
    assert f"{len(hidden)} of {len(hidden) + len(shown):,} figures are hidden" in text
    assert "base too small" not in files[DOCUMENT].decode()  # a reason would tell too much


def test_the_workbook_is_accessible_and_says_which_release_it_is(files, tmp_path):
    path = tmp_path / "release.xlsx"
    path.write_bytes(files[WORKBOOK])
    assert lint_workbook(path) == []
    cover = " ".join(str(row[0].value) for row in load_workbook(path)["Cover"].iter_rows())
    assert "Release: number 1, published on " in cover
    assert "Note: <script>" in cover
    assert not [c for s in load_workbook(path) for r in s.iter_rows() for c in r if c.data_type == "f"]


def test_the_codebook_names_every_column_and_code(files, document, rows):
    book = list(csv.DictReader(io.StringIO(files[CODEBOOK].decode())))
    codes = {(row["kind"], row["code"]) for row in book}
    assert {name for kind, name in codes if kind == "column"} == set(rows[0])
    assert {row["indicator"] for row in rows} <= {code for kind, code in codes if kind == "indicator"}
    assert {(f"group of {row['dimension']}", row["group"]) for row in rows} <= codes
    assert {row["comparability"] for row in rows} - {""} <= {code for kind, code in codes if kind == "comparability"}
    assert all(row["label"] for row in book)
    question = next(row for row in book if row["code"] == "safe_local_dark")["meaning"]
    assert "after dark" in question
    assert "Counted: Very safe; Fairly safe. Of: Very safe" in question


def test_the_menu_is_kept_to(document):
    by = {one["id"]: {figure["dimension"] for figure in one["figures"]} for one in document["indicators"]}
    assert by["safe_local_dark"] == {"city", "ward", "age_band", "sex", "ethnic_group", "disability"}
    assert by["problem.litter"] == by["priority.drugs"] == {"city", "ward"}
    assert by["experience.hate_crime"] == by["barrier.any.no_difference"] == {"city"}
    assert not [name for name in by if name.startswith("barrier.") and not name.startswith("barrier.any.")]
    assert "channel" not in {one["id"] for one in document["dimensions"]}


def test_nobody_s_words_and_no_exact_count_are_in_any_file(files, document):
    assert "comment" not in files[DOCUMENT].decode().casefold().replace("commented", "")
    assert document["facts"]["in_base"] % 5 == 0
    assert all(row["n"] == "[c]" or row["n"] % 5 == 0 for row in document["profile"])


def test_the_document_holds_what_its_description_names_and_nothing_else(document):
    said = (Path(__file__).parents[3] / "docs" / "release-format.md").read_text(encoding="utf-8")
    named = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`]*)`", said)) + said))
    indicator, figure = document["indicators"][0], document["indicators"][0]["figures"][1]
    earlier = next(f["earlier"][0] for one in document["indicators"] for f in one["figures"] if f["earlier"])
    parts = [document, document["release"], document["facts"], indicator, figure, figure["rest"], earlier]
    parts += [document[name][0] for name in ("topics", "dimensions", "priorities", "profile", "comparability")]
    parts += [document[name][0] for name in ("findings", "self_selection", "method")]
    assert {key for part in parts for key in part} <= named
    assert set(document) == set(re.findall(r"^\| `([a-z_]+)` \|", said, re.M))


class TestMadeAgain:
    def test_the_same_bytes(self, app):
        done = app.test_cli_runner().invoke(args=["releases", "check", SLUG, "1"])
        assert done.exit_code == 0, done.output
        assert done.stdout.splitlines() == [f"{name}: identical" for name in sorted(RELEASE_FILES)]
        assert "Weighting the answers to the Census" in done.stderr

    def test_the_command_line_writes_what_is_stored(self, app, files, tmp_path):
        words = ["--release", f"{SLUG}/1", "--out", tmp_path / "a.xlsx", "--estimates", tmp_path / "a.csv"]
        words += ["--document", tmp_path / "a.json", "--codebook", tmp_path / "b.csv"]
        done = app.test_cli_runner().invoke(args=["summary", "export", *map(str, words)])
        assert done.exit_code == 0, done.output
        written = {WORKBOOK: "a.xlsx", FIGURES: "a.csv", DOCUMENT: "a.json", CODEBOOK: "b.csv"}
        assert {name: (tmp_path / path).read_bytes() == files[name] for name, path in written.items()} == dict.fromkeys(
            RELEASE_FILES, True
        )

    @pytest.mark.parametrize("name", ["nothing/1", f"{SLUG}/2", f"{SLUG}/x", SLUG, f"{SLUG}/{2**70}"])
    def test_a_release_that_is_not_there(self, app, tmp_path, name):
        words = ["--release", name, "--out", str(tmp_path / "a.xlsx")]
        done = app.test_cli_runner().invoke(args=["summary", "export", *words])
        assert (done.exit_code, done.stdout, "Traceback" in done.stderr) == (2, "", False)
        assert not list(tmp_path.iterdir())

    def test_answers_that_changed_are_counted(self, app):
        """Last in this file: it changes an answer behind the back of everything that guards it."""
        with app.app_context():
            release = published_release(SLUG, 1)
            for response in db.session.scalars(select(Response).filter_by(wave_id=release.wave_id).limit(40)):
                response.answers = {**response.answers, "safe_local_day": "very_unsafe"}
                response.payload_hash = "changed"
            db.session.commit()
        done = app.test_cli_runner().invoke(args=["releases", "check", SLUG, "1"])
        assert done.exit_code == 1
        assert "release.json: DIFFERENT" in done.stdout
        assert "500 then, 500 now; 80 are only in one of the two." in done.stdout
