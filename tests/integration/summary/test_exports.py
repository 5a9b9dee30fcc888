"""The workbook from the database: by command, by a job of its own, and when something goes wrong."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from feedback.clock import today
from feedback.errors import NotFound, Refusal
from feedback.extensions import db
from feedback.models import AuditEntry, Job
from feedback.models.jobs import DIED, PATIENCE
from feedback.models.types import utc_now
from feedback.queries.waves import wave_by_slug
from feedback.services import jobs, summaries
from feedback.services.answers.submission import submit_response, submit_responses
from feedback.services.exports import start_export
from feedback.services.job_kinds import run_job, start_again
from feedback.services.snapshots import take_snapshot
from feedback.services.summaries import make_workbook, study_of
from tests.demonstrations import loaded
from tests.makers import make_wave, submission

KEY = ("indicator", "dimension", "group", "baseline_year")


@pytest.fixture
def demonstration(sqlite_app, sqlite_databases, tmp_path_factory):
    """The demonstration surveys with 150 people a wave."""
    small = loaded(sqlite_databases, tmp_path_factory.getbasetemp(), "small", lambda slug: 150)
    with sqlite_app.app_context():
        db.session.remove()
        db.engine.dispose()
        sqlite_databases.restore(small)
        yield sqlite_app


def run(app, *words):
    return app.test_cli_runner().invoke(args=["summary", "export", *map(str, words)])


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_barriers_leave_out_who_preferred_not_to_say(demonstration):
    study = study_of(wave_by_slug("community-safety-2026"))
    for topic, outside in (("barriers", ("prefer_not_to_say",)), ("priorities", ()), ("safety", ())):
        assert {measure.indicator.outside for measure in study.topic(topic)} == {outside}


class TestCommand:
    def test_both_surveys_are_written(self, demonstration, tmp_path):
        for slug in ("community-safety-2026", "fast-feedback-2026"):
            out, estimates = tmp_path / f"{slug}.xlsx", tmp_path / f"{slug}.csv"
            done = run(demonstration, "--wave", slug, "--out", out, "--estimates", estimates)
            assert done.exit_code == 0, done.output
            assert "Weighting the answers to the Census" in done.stderr
            rows = rows_of(estimates.read_bytes())
            keys = [tuple(row[name] for name in KEY) for row in rows]
            assert len(set(keys)) == len(keys) > 500
            assert list(rows[0])[4:] == [
                *("n", "n_effective", "percent", "lower", "upper", "baseline_percent", "baseline_n", "difference"),
                *("comparability", "flags", "difference_lower", "difference_upper", "rest_percent", "rest_difference"),
                *("rest_difference_lower", "rest_difference_upper", "rest_mark", "rank", "rank_from", "rank_to"),
                "sentence",
            ]
            names = load_workbook(out).sheetnames
            assert ("By disability" in names) == ("Barriers to reporting" in names) == slug.startswith("community")
        assert not list(tmp_path.glob(".*"))

    def test_every_title_says_that_it_is_invented(self, demonstration):
        book = load_workbook(io.BytesIO(make_workbook(wave_by_slug("community-safety-2026")).content))
        assert all("invented" in sheet["A1"].value for sheet in book.worksheets)

    def test_the_year_before_and_the_published_years_stand_beside_this_year(self, demonstration):
        rows = rows_of(make_workbook(wave_by_slug("community-safety-2026")).estimates)
        found = {
            row["baseline_year"]: row["comparability"]
            for row in rows
            if (row["indicator"], row["dimension"]) == ("safe_local_dark", "city")
        }
        assert found.pop("") == ""
        assert found.pop("2025") == "tested"
        assert found["2014"] == found["2015"] == found["2017"] == "break in series"
        assert found["2021"] in ("tested", "not clear")
        assert found["2017 (LGA national polling)"] == "not comparable"

    def test_partners_get_small_numbers_hidden(self, demonstration):
        rows = rows_of(make_workbook(wave_by_slug("community-safety-2026"), audience="partner").estimates)
        assert all(row["percent"] == "[c]" for row in rows if row["n"] not in ("[c]", "0", "") and int(row["n"]) < 10)
        assert sum(row["percent"] == "[c]" for row in rows) > 100

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (
                ("--wave", "nothing", "--out", "{folder}/a.xlsx"),
                "There is no wave 'nothing'. The waves are: fast-feedback-test.",
            ),
            (("--wave", "fast-feedback-test", "--out", "{folder}/no/a.xlsx"), "is not there. Make it first"),
            (("--wave", "fast-feedback-test", "--out", "{folder}"), "is a folder. Name a file in it."),
            (("--wave", "fast-feedback-test", "--out", "/proc/a.xlsx"), "/proc/a.xlsx cannot be written: "),
            (
                ("--wave", "fast-feedback-test", "--out", "{folder}/a.xlsx", "--estimates", "{folder}/" + "a" * 300),
                "cannot be written: File name too long",
            ),
            (("--wave", "fast-feedback-test"), "--wave SLUG --out FILE.xlsx"),
        ],
        ids=[
            "unknown wave",
            "no folder",
            "a folder",
            "a folder that takes no files",
            "a long name",
            "no file",
        ],
    )
    def test_what_cannot_be_done_is_a_sentence(self, sqlite_app, tmp_path, words, sentence):
        with sqlite_app.app_context():
            make_wave()
        done = run(sqlite_app, *(word.format(folder=tmp_path) for word in words))
        assert (done.exit_code, done.stdout) == (2, "")
        assert sentence in done.stderr
        assert "Traceback" not in done.stderr
        assert "Reading the answers" not in done.stderr  # refused before the work
        assert not list(tmp_path.iterdir())

    def test_an_export_is_recorded_with_its_audience_and_without_its_folder(self, sqlite_app, tmp_path):
        with sqlite_app.app_context():
            wave = make_wave()
            submit_responses(submission(wave) for _ in range(10))
        done = run(
            sqlite_app, "--wave", "fast-feedback-test", "--out", tmp_path / "\udcff.xlsx", "--audience", "partner"
        )
        assert done.exit_code == 0, done.output
        with sqlite_app.app_context():
            (entry,) = db.session.scalars(select(AuditEntry))
            assert (entry.actor, entry.action, entry.subject) == (
                *("command line", "workbook exported"),
                "fast-feedback-test",
            )
            assert entry.detail == {"file": "?.xlsx", "audience": "partner", "estimates": False, "suspected": True}

    def test_a_path_that_cannot_be_written(self, sqlite_app, tmp_path, monkeypatch):
        with sqlite_app.app_context():
            wave = make_wave()
            submit_response(submission(wave))

        def full(_path, _content):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "write_bytes", full)
        done = run(sqlite_app, "--wave", "fast-feedback-test", "--out", tmp_path / "a.xlsx")
        assert done.exit_code == 2
        assert "cannot be written: No space left on device" in done.stderr

    def test_a_wave_without_answers_gives_an_honest_workbook_and_says_so(self, sqlite_app, tmp_path):
        with sqlite_app.app_context():
            make_wave()
        out = tmp_path / "empty.xlsx"
        done = run(sqlite_app, "--wave", "fast-feedback-test", "--out", out)
        assert done.exit_code == 2
        assert "There are no figures of fast-feedback-test yet: they are made from 10 answers on." in done.stderr
        summary = load_workbook(out)["Summary"]
        assert "There are no figures yet" in " ".join(str(row[0].value) for row in summary.iter_rows())


class TestStudy:
    def test_base_and_excluded_are_the_answers_received(self, session):
        wave = make_wave()
        answers = [
            {"safe_local_day": "very_safe", "ward": "E05015491", "age_band": "25_34"},
            {"safe_local_day": "very_safe", "ward": "outside"},
            {"safe_local_day": "very_unsafe", "age_band": "under_16"},
            {"safer_text": "=HYPERLINK(1)"},
        ]
        for given in answers:
            submit_response(submission(wave, answers=given))
        take_snapshot(wave)
        study = study_of(wave)
        assert (len(study.frame), len(study.base)) == (4, 2)
        assert study.frame["exclusion"].value_counts().to_dict() == {"": 2, "outside": 1, "under_16": 1}
        assert [dimension.name for dimension in study.dimensions] == ["ward", "age_band", "sex", "channel"]
        assert "under_16" not in study.dimension("age_band").groups
        assert list(study.comments) == ["safer_text"]

    def test_only_earlier_waves_of_the_same_purpose_are_compared(self, session):
        day = today()
        wave = make_wave()
        before = {"opens_on": day - timedelta(days=400), "closes_on": day - timedelta(days=380)}
        make_wave(slug="before", **before)
        make_wave(slug="trial", purpose="test", **before)
        make_wave(slug="later", opens_on=day + timedelta(days=300), closes_on=day + timedelta(days=310))
        make_wave(survey="community-safety", slug="other", **before)
        assert [one.facts.slug for one in study_of(wave).earlier] == ["before"]

    def test_waves_of_one_year_are_told_apart(self, session):
        day = today()
        make_wave(slug="first", opens_on=day - timedelta(days=3), closes_on=day)
        wave = make_wave(slug="second", opens_on=day - timedelta(days=2), closes_on=day)
        assert study_of(wave).earlier[0].facts.year == f"{(day - timedelta(days=3)).year} (first)"

    def test_measures_know_their_item_and_list(self, session):
        study = study_of(make_wave("community-safety"))
        measures = {measure.name: measure for measure in study.measures}
        reason = next(name for name in measures if name.startswith("barrier.domestic_abuse."))
        assert measures[reason].list_label == measures["experience.domestic_abuse"].item
        assert ": " not in measures[reason].item
        assert any(name.startswith("barrier.any.") for name in measures)
        assert measures["victim_any"].wording != measures["cohesion"].wording


class TestJobs:
    @pytest.fixture
    def wave(self, session):
        wave = make_wave()
        submit_responses(submission(wave) for _ in range(10))
        return wave

    @pytest.fixture
    def started(self, monkeypatch):
        """Jobs are noted instead of started."""
        noted = []
        monkeypatch.setattr(jobs, "start_process", noted.append)
        return noted

    def test_a_job_tells_its_progress_and_keeps_the_file(self, wave, started):
        job, is_new = start_export(wave, "an analyst", "analyst")
        assert (started, is_new, job.is_running, job.done) == ([job.id], True, True, 0)
        run_job(job.id)
        assert (job.why_not, job.step, job.done, job.is_there) == ("", "Finished", job.total, True)
        assert load_workbook(io.BytesIO(job.content)).sheetnames[0] == "Cover"
        assert db.session.scalars(select(AuditEntry.action)).all() == ["workbook asked for"]

    @pytest.mark.both_engines
    def test_a_person_has_one_workbook_made_at_a_time(self, wave, started):
        other = make_wave("community-safety")
        submit_responses(submission(other) for _ in range(10))
        first = start_export(wave, "one", "analyst").job
        for again in (start_export(wave, "one", "analyst"), start_export(other, "one", "public")):
            assert (again.job.id, again.is_new) == (first.id, False)
        assert start_export(wave, "another", "analyst").is_new
        assert len(started) == 2
        run_job(first.id)
        assert start_export(wave, "one", "analyst").is_new

    @pytest.mark.both_engines
    def test_two_clicks_at_once_start_one_job(self, wave, started, monkeypatch):
        """The second looked before the first was written: the database tells them apart."""
        first = start_export(wave, "one", "analyst").job
        found, answers = jobs._running, [None]
        monkeypatch.setattr(jobs, "_running", lambda *given: answers.pop() if answers else found(*given))
        assert start_export(wave, "one", "analyst") == (first, False)
        assert (len(started), db.session.query(Job).count()) == (1, 1)

    def test_the_job_keeps_to_its_audience(self, wave, started):
        job = start_export(wave, "one", "public").job
        run_job(job.id)
        cover = load_workbook(io.BytesIO(job.content))["Cover"]
        words = " ".join(str(cell.value) for row in cover.iter_rows() for cell in row)
        assert "The public: small numbers are hidden and bases rounded" in words

    def test_the_job_counts_whom_it_was_asked_to_count(self, wave, started, monkeypatch):
        counted, study_as_it_is = [], study_of

        def noted(*given, suspected, **more):
            counted.append(suspected)
            return study_as_it_is(*given, suspected=suspected, **more)

        monkeypatch.setattr(summaries, "study_of", noted)
        for without in (False, True):
            run_job(start_export(wave, "one", "analyst", without_suspected=without).job.id)
        assert counted == [True, False]

    def test_an_audience_that_does_not_exist(self, wave, started):
        with pytest.raises(Refusal, match="is not an audience"):
            start_export(wave, "one", "press")
        assert started == []

    @pytest.mark.both_engines
    def test_a_job_that_died_is_told_and_can_be_tried_again(self, wave, started):
        dead = start_export(wave, "one", "analyst", without_suspected=True).job
        dead.progress_at = utc_now() - timedelta(minutes=10)
        db.session.commit()
        assert (dead.is_running, dead.why_not) == (False, DIED)
        again = start_again(dead)
        assert (again.is_new, again.job.wanted) == (True, dead.wanted)
        assert (dead.fault, dead.finished_at is None) == (DIED, False)

    def test_a_fault_ends_in_the_row(self, wave, started, monkeypatch):
        job = start_export(wave, "one", "analyst").job

        def broken(*_, **__):
            raise ZeroDivisionError

        monkeypatch.setattr(summaries, "summarise", broken)
        with pytest.raises(ZeroDivisionError):
            run_job(job.id)
        assert "fault in the program" in job.why_not

    def test_a_refusal_ends_in_the_row_in_its_own_words(self, wave, started, monkeypatch):
        job = start_export(wave, "one", "analyst").job

        def refused(*_, **__):
            raise Refusal("The margins do not add up.")

        monkeypatch.setattr(summaries, "study_of", refused)
        with pytest.raises(Refusal):
            run_job(job.id)
        assert job.why_not == "The margins do not add up."

    def test_no_such_job(self, session):
        with pytest.raises(NotFound):
            run_job(uuid4())

    def test_a_real_process_finishes_the_job(self, wave):
        job = start_export(wave, "one", "analyst").job
        wait_until(lambda: job.finished_at is not None)
        assert (job.why_not, job.step) == ("", "Finished")
        assert job.content[:2] == b"PK"
        assert db.session.scalar(select(func.count()).select_from(Job)) == 1

    def test_a_process_that_is_killed_leaves_a_job_that_can_be_tried_again(self, wave, monkeypatch):
        processes, popen = [], subprocess.Popen

        def noted(*given, **how):
            processes.append(popen(*given, **how))
            return processes[-1]

        monkeypatch.setattr(jobs.subprocess, "Popen", noted)
        job = start_export(wave, "one", "analyst").job
        processes[0].kill()
        processes[0].wait(timeout=60)
        db.session.refresh(job)
        assert (job.finished_at, job.why_not) == (None, "")
        job.progress_at -= PATIENCE
        db.session.commit()
        assert job.why_not == DIED
        again = start_again(job)
        assert (again.is_new, job.fault) == (True, DIED)
        wait_until(lambda: again.job.finished_at is not None)
        assert again.job.is_there


def wait_until(done):
    until = time.monotonic() + 90
    while time.monotonic() < until and not done():
        db.session.rollback()
        time.sleep(0.3)
        db.session.expire_all()
    assert done()


def test_workbook_opened_by_libreoffice_holds_the_numbers_of_the_tidy_table(demonstration, tmp_path):
    program = shutil.which("soffice")
    if program is None:
        pytest.fail("LibreOffice is missing. Install it: apt-get install libreoffice-calc")
    wave = wave_by_slug("community-safety-2026")
    made = make_workbook(wave)
    path = tmp_path / "book.xlsx"
    path.write_bytes(made.content)
    kind = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
    words = [program, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", kind]
    subprocess.run([*words, "--outdir", str(tmp_path / "csv"), str(path)], capture_output=True, timeout=240, check=True)
    study = study_of(wave)
    wards = {label: code for code, label in study.dimension("ward").groups.items()} | {"Not stated": "not_stated"}
    names = {measure.label: measure.name for measure in study.measures}
    tidy = {tuple(row[name] for name in KEY): row for row in rows_of(made.estimates)}
    (sheet,) = (tmp_path / "csv").glob("*-By ward.csv")
    rows = list(csv.reader(io.StringIO(sheet.read_text(encoding="utf-8"))))
    start = next(place for place, row in enumerate(rows) if row[:2] == ["Figure", "Ward"])
    heading, seen = rows[start], 0
    for row in rows[start + 1 :]:
        cells = dict(zip(heading, row, strict=True))
        if cells["Ward"] not in wards:
            continue
        exact = tidy[names[cells["Figure"]], "ward", wards[cells["Ward"]], ""]
        assert int(cells["Responses 2026 (number)"].replace(",", "")) == int(exact["n"])
        if exact["percent"]:
            assert float(cells["2026 (%)"]) == pytest.approx(float(exact["percent"]), rel=1e-12)
            seen += 1
    assert seen > 100
