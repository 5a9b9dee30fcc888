"""Files with a row for each person: opened again by the programs that read them; who may, why, and for how long."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pyreadstat
import pytest
import time_machine
from bs4 import BeautifulSoup
from sqlalchemy import select

from analysis.counts.substantive import is_substantive
from feedback.clock import today
from feedback.errors import NotFound, Refusal
from feedback.extensions import db
from feedback.models import AuditEntry, Job, RespondentDownload, Response
from feedback.queries.answers.counts import totals
from feedback.queries.questionnaires import questionnaire_of
from feedback.queries.waves import wave_by_slug
from feedback.services import jobs
from feedback.services.answers.submission import submit_responses
from feedback.services.job_kinds import run_job
from feedback.services.respondent_files import download_file, erase_old, start_file
from feedback.services.respondents.comments import comments_csv
from feedback.services.respondents.table import respondent_table
from feedback.services.respondents.variables import shortened
from feedback.services.respondents.writing import as_csv, as_sav
from tests.integration.releases.conftest import SLUG
from tests.integration.staff.scenes import HOSTILE, signed_in
from tests.makers import make_wave, submission
from tests.pages import text_of

REASON = "To see whether people on paper answer otherwise"


@pytest.fixture
def wave(closed):
    with closed.app_context():
        yield wave_by_slug(SLUG)


def parts_of(content: bytes) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
            for name in ("responses.csv", "codebook.csv")
        }


def test_spss_finds_every_label_measure_and_missing_value(wave, tmp_path):
    path = tmp_path / "file.sav"
    path.write_bytes(as_sav(respondent_table(wave), wave.title))
    frame, meta = pyreadstat.read_sav(path, user_missing=True)
    assert len(frame) == 500
    assert meta.file_label == shortened(wave.title, 64)
    assert "Do not share it" in " ".join(meta.notes)
    seen = 0
    for column in questionnaire_of(wave.questionnaire).columns:
        if column.kind == "single":
            name = column.name.replace(".", "_")
            assert meta.column_names_to_labels[name] == shortened(column.label, 256)
            labels = meta.variable_value_labels[name]
            assert set(labels.values()) == {shortened(text, 120) for text in column.codes.values()} | {
                "Not asked of this person"
            }
            missing = {labels[n] for n in labels if any(r["lo"] <= n <= r["hi"] for r in meta.missing_ranges[name])}
            assert {text for code, text in column.codes.items() if not is_substantive(code)} <= missing
            assert meta.variable_measure[name] in ("nominal", "ordinal")
            seen += 1
        elif column.kind == "multi":
            for code, label in column.codes.items():
                name = f"{column.name}_{code}".replace(".", "_")
                assert meta.column_names_to_labels[name] == shortened(f"{column.label}: {label}", 256)
                assert set(frame[name].dropna()) <= {0.0, 1.0, 90.0}
                seen += 1
    assert seen > 300
    assert meta.variable_measure["safe_local_dark"] == meta.variable_measure["age_band"] == "ordinal"
    assert meta.variable_measure["weight"] == "scale"
    assert frame["weight"].mean() == pytest.approx(1, abs=1e-4)
    assert all(len(name.encode()) <= 64 and name[0].isalpha() for name in meta.column_names)


def test_the_table_and_spss_hold_the_same_answers_and_those_of_the_database(wave, tmp_path):
    table = respondent_table(wave)
    parts = parts_of(as_csv(table, wave.title))
    path = tmp_path / "file.sav"
    path.write_bytes(as_sav(table, wave.title))
    frame, _meta = pyreadstat.read_sav(path, user_missing=True)
    numbers = {(row["variable"], row["code"]): row["number_in_spss"] for row in parts["codebook.csv"]}
    rows = parts["responses.csv"]
    assert list(rows[0]) == list(frame.columns) == list(dict.fromkeys(row["variable"] for row in parts["codebook.csv"]))
    for name in ("safe_local_dark", "ward", "priorities_drugs", "satisfied_asb", "base_status", "channel"):
        codes = [numbers[name, row[name]] if row[name] else "nan" for row in rows]
        assert [float(code) for code in codes] == pytest.approx(frame[name].tolist(), nan_ok=True)
    stored = db.session.scalars(select(Response.answers).filter_by(wave_id=wave.id)).all()
    given = Counter(answers.get("safe_local_dark", "") for answers in stored)
    assert Counter(row["safe_local_dark"] for row in rows) == given
    chosen = sum("drugs" in answers.get("priorities", ()) for answers in stored)
    assert Counter(row["priorities_drugs"] for row in rows)["1"] == chosen
    assert Counter(row["base_status"] for row in rows)["in_base"] == totals(wave).in_base


def test_nothing_says_who_or_when(wave):
    content = as_csv(respondent_table(wave), wave.title)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read("responses.csv").decode("utf-8-sig")
    heading = text.splitlines()[0].split(",")
    assert not {"id", "receipt", "receipt_hash", "event", "language", "day", "safer_text", "avoided_text"} & set(
        heading
    )
    for response in db.session.scalars(select(Response).filter_by(wave_id=wave.id).limit(50)):
        assert str(response.id) not in text
        assert response.answers.get("safer_text", "\0") not in text
        assert response.receipt_hash not in text
    assert {row["month"] for row in parts_of(content)["responses.csv"]} == {"2025-09", "2025-10"}


def test_rows_stand_in_an_order_that_ids_do_not_decide(sqlite_app):
    answers = [{"safe_local_day": code, "age_band": "25_34"} for code in ("very_safe", "neither", "very_unsafe")] * 4
    made = []
    with sqlite_app.app_context():
        for slug in ("one", "two"):
            wave = make_wave(slug=slug)
            submit_responses([submission(wave, id=uuid4(), answers=given) for given in answers])
            made.append(as_csv(respondent_table(wave), "Title"))
    assert made[0] == made[1]


def test_comments_stand_alone_and_the_ward_only_where_many_wrote(wave):
    content, count = comments_csv(wave)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert list(rows[0]) == ["question", "ward", "comment"]
    assert len(rows) == count > 50
    by_ward = Counter((row["question"], row["ward"]) for row in rows if row["ward"])
    assert all(number >= 30 for number in by_ward.values())


class TestAsking:
    @pytest.fixture(autouse=True)
    def started(self, monkeypatch):
        monkeypatch.setattr(jobs, "start_process", lambda _id: None)

    @pytest.mark.parametrize(
        ("kind", "reason", "sentence"),
        [
            ("xls", REASON, "is not a kind of file"),
            ("csv", "  because ", "Say what you need the file for"),
            ("csv", "x" * 100_000, "Say what you need the file for"),
        ],
    )
    def test_what_is_refused(self, wave, kind, reason, sentence):
        with pytest.raises(Refusal, match=sentence):
            start_file(wave, "analyst@example.com", kind, reason)
        assert db.session.query(Job).count() == 0

    @pytest.mark.parametrize("kind", ["csv", "sav", "comments"])
    def test_a_download_is_recorded_with_its_reason(self, wave, kind):
        file = start_file(wave, "analyst@example.com", kind, HOSTILE).job
        with pytest.raises(NotFound):
            download_file(file, "analyst@example.com")
        run_job(file.id)
        assert len(download_file(file, "other@example.com")) > 100
        entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(2)).all()
        assert [(entry.actor, entry.action, entry.subject) for entry in entries] == [
            ("other@example.com", "respondent file downloaded", SLUG),
            ("analyst@example.com", "respondent file asked for", SLUG),
        ]
        assert entries[0].detail == {"kind": kind, "reason": file.wanted["reason"]}
        assert "\u202e" not in file.wanted["reason"]
        assert [one.taken_by for one in db.session.scalars(select(RespondentDownload))] == ["other@example.com"]

    def test_content_is_erased_after_a_day_and_the_record_stays(self, wave):
        file = start_file(wave, "analyst@example.com", "csv", REASON).job
        run_job(file.id)
        with time_machine.travel(today() + timedelta(days=3)):
            with pytest.raises(NotFound, match="erased a day after"):
                download_file(file, "analyst@example.com")
            erase_old()
            db.session.commit()
            db.session.expire_all()
        assert (file.content, file.wanted["reason"]) == (None, REASON)

    def test_from_the_page_to_the_file(self, closed):
        client = signed_in(closed, "analyst")
        address = f"/analyst/waves/{SLUG}/respondent-files"
        page = client.page(address)
        assert "try to identify anybody in it" in text_of(page.main)
        fields = {"csrf_token": page.select_one("form[method=post] input[name=csrf_token]")["value"]}
        wrong = BeautifulSoup(client.post(address, data={**fields, "reason": REASON}).text, "html5lib")
        assert "Select what you need" in text_of(wrong.main)
        wrong = BeautifulSoup(client.post(address, data={**fields, "kind": "sav", "reason": "x"}).text, "html5lib")
        assert "Say what you need the file for, in 10 to 500 characters." in text_of(wrong.main)
        sent = client.post(address, data={**fields, "kind": "sav", "reason": HOSTILE + REASON})
        waiting = client.get(sent.location)
        assert (sent.status_code, waiting.headers["Refresh"]) == (303, "2")
        with closed.app_context():
            run_job(db.session.query(Job).one().id)
        ready = client.page(sent.location)
        assert "500 rows" in text_of(ready.main)
        file = client.get(ready.select_one("a.govuk-button")["href"])
        assert file.data.startswith(b"$FL2")
        assert file.headers["Cache-Control"] == "no-store"
        assert f"{SLUG}-demonstration-respondents-" in file.headers["Content-Disposition"]
        row = text_of(client.page(address).find("caption", string="Files asked for, newest first").parent.tbody)
        assert REASON in row
        assert "by analyst@example.com" in row
        for role in ("administrator", "officer"):
            other = signed_in(closed, role)
            assert other.get(address).status_code == 403
            assert other.get(ready.select_one("a.govuk-button")["href"]).status_code == 403
